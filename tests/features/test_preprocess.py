"""The default front ends: what they give, what they ignore, and that they survive a folder."""

import json

import numpy as np
import pytest
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

from tritone.core.errors import ModelError
from tritone.features.preprocess import Preprocessor, TextSettings, VoiceSettings, plain_text

RATE = 16_000


@pytest.fixture
def front() -> Preprocessor:
    words = {"[PAD]": 0, "[UNK]": 1, "good": 2, "day": 3, "face": 4, "grinning": 5}
    tokenizer = Tokenizer(WordLevel(words, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    return Preprocessor(tokenizer, text=TextSettings(longest=4))


def hum(seconds: float, hertz: float = 200.0, gain: float = 0.3) -> np.ndarray:
    time = np.arange(int(seconds * RATE)) / RATE
    return (gain * np.sin(2 * np.pi * hertz * time)).astype(np.float32)


def test_a_clip_with_nothing_has_three_missing_tracks(front):
    sample = front.sample("a")
    assert [m for m in sample.tracks] == ["text", "audio", "vision"]
    assert not any(track.mask.any() for track in sample.tracks.values())
    assert not sample.tokens.mask.any()


def test_the_gain_of_the_microphone_changes_nothing(front):
    loud, quiet = front.mel(hum(1.0))[0], front.mel(hum(1.0, gain=0.003))[0]
    np.testing.assert_allclose(loud, quiet, atol=0.1)


def test_rows_say_when_they_were_heard(front):
    silence = np.zeros(RATE, np.float32)
    sound = np.concatenate([silence, hum(1.0), silence])
    track = front.sample("a", samples=sound, start=10.0).tracks["audio"]
    assert 10.9 < track.spans[0, 0] < 11.01
    assert 11.95 < track.spans[-1, 1] < 12.1


def test_the_last_column_is_the_pitch_in_octaves(front):
    rows, _ = front.mel(hum(1.0, hertz=220.0))
    assert np.median(rows[:, -1]) == pytest.approx(np.log2(220), abs=0.02)


@pytest.mark.parametrize(
    "samples", [np.zeros(0, np.float32), np.zeros(8000, np.float32), hum(0.05)]
)
def test_silence_and_clicks_are_no_broken_track(front, samples):
    track = front.sample("a", samples=samples).tracks["audio"]
    assert np.isfinite(track.values.numpy()).all()
    assert track.values.shape[1] == front.voice.columns


def test_a_long_text_keeps_its_last_piece(front):
    assert front.pieces(["good good good good good day"]) == [[2, 2, 2, 3]]


def test_emoji_are_spelled_and_links_dropped():
    assert plain_text("😀").split() == ["grinning", "face"]
    assert plain_text("see https://example.org/x now").split() == ["see", "now"]
    assert plain_text("it\u2019s 👍🏽").split() == ["it's", "thumbs", "up", "sign"]
    assert plain_text("مرحبا") == "مرحبا"


def test_faces_keep_their_times_and_pictures_have_none(front):
    faces = np.zeros((2, 48, 48), np.uint8)
    seen = front.sample("a", faces=faces, face_times=np.array([1.0, 1.2])).tracks["vision"]
    assert seen.spans[1].tolist() == pytest.approx([1.2, 1.4])
    assert front.sample("a", faces=faces).tracks["vision"].spans.isnan().all()


def test_what_is_saved_is_what_is_loaded(front, tmp_path):
    front.save(tmp_path)
    back = Preprocessor.load(tmp_path)
    assert (back.text, back.voice, back.face) == (front.text, front.voice, front.face)
    assert back.pieces(["good day"]) == front.pieces(["good day"])


def test_a_folder_without_settings_says_what_is_missing(tmp_path):
    with pytest.raises(ModelError, match=r"preprocessor\.json is missing"):
        Preprocessor.load(tmp_path)


def test_settings_of_another_kind_are_refused(front, tmp_path):
    front.save(tmp_path)
    (tmp_path / "preprocessor.json").write_text(json.dumps({"text": {"speed": 3}}))
    with pytest.raises(ModelError, match="cannot be read"):
        Preprocessor.load(tmp_path)


def test_noise_without_a_pitch_is_no_voice(front):
    noise = np.random.default_rng(0).normal(0, 0.1, 2 * RATE).astype(np.float32)
    assert not front.sample("a", samples=noise).tracks["audio"].mask.any()
    assert front.sample("a", samples=hum(1.0)).tracks["audio"].mask.any()


def test_steps_are_chosen_by_name(front):
    sound = np.concatenate([np.zeros(RATE, np.float32), hum(1.0)])
    whole = Preprocessor(front.tokenizer, voice=VoiceSettings(steps=("normalise_amplitude",)))
    assert len(whole.mel(sound)[0]) > 1.8 * len(front.mel(sound)[0])
    with pytest.raises(ModelError, match="No step is named 'reverse'"):
        VoiceSettings(steps=("reverse",))


def test_words_are_normalised_where_the_recipe_says_so(front):
    plain = Preprocessor(front.tokenizer, text=TextSettings(normalise=True))
    assert front.pieces(["GOOD, day!"]) != plain.pieces(["GOOD, day!"]) == [[2, 3]]
