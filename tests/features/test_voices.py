"""The sound of a clip as rows: the pure functions' numbers, on the media's clock."""

import numpy as np
import pytest
import torch

from tritone.core.batch import Track
from tritone.core.clip import Word
from tritone.core.errors import DataError, RecipeError
from tritone.core.parts import Rows
from tritone.features import prosody, spectrum
from tritone.features.extractor import Material, build
from tritone.features.joined import Joined
from tritone.features.pace import SpeechRate, SyllableRate
from tritone.features.voices import Intensity, LogMel, LogSpectrogram, Mfcc, Pitch

RATE = 16_000


def saw(hertz: float, seconds: float = 0.4) -> np.ndarray:
    return (2 * (hertz * np.arange(round(seconds * RATE)) / RATE % 1) - 1).astype(np.float32) * 0.3


def beats(seconds: float = 4.0) -> np.ndarray:
    """Two voiced beats a second."""
    loud = np.clip(np.sin(4 * np.pi * np.arange(round(seconds * RATE)) / RATE), 0.01, None)
    return (loud * saw(140, seconds)).astype(np.float32)


@pytest.mark.parametrize(
    ("extractor", "measure"),
    [
        (Mfcc(count=13), lambda x: spectrum.mfcc(x, RATE, coefficients=13)),
        (LogMel(mels=30, hop=0.02), lambda x: spectrum.log_mel(x, RATE, mels=30, hop=0.02)),
        (LogSpectrogram(), lambda x: spectrum.log_spectrogram(x, RATE)),
        (Intensity(window=0.04), lambda x: prosody.intensity(x, RATE, window=0.04)[:, None]),
    ],
)
def test_an_extractor_gives_what_its_function_gives(extractor, measure) -> None:
    track = extractor.track(Material("a", sound=saw(170)))
    np.testing.assert_array_equal(track.values.numpy(), measure(saw(170)))
    assert track.values.shape[1] == extractor.rows.size


def test_frames_stand_on_the_clock_of_the_media() -> None:
    track = Mfcc(hop=0.02).track(Material("a", sound=saw(170), start=7.0))
    torch.testing.assert_close(
        track.spans[:2], torch.tensor([[7.0, 7.025], [7.02, 7.045]]), atol=1e-5, rtol=0
    )


def test_a_sound_shorter_than_a_frame_ends_where_it_ends() -> None:
    track = Mfcc().track(Material("a", sound=saw(170, 0.01), start=7.0))
    torch.testing.assert_close(track.spans, torch.tensor([[7.0, 7.01]]))


def test_pitch_is_in_octaves_and_says_where_there_is_a_voice() -> None:
    sound = np.concatenate([saw(128), np.zeros(6400, np.float32)])
    values = Pitch().track(Material("a", sound=sound)).values
    assert values[5:30].numpy() == pytest.approx(np.tile([7.0, 1.0], (25, 1)), abs=0.02)
    assert (values[50:] == 0).all()


def test_the_rate_of_a_clip_is_one_row_of_words_and_syllables() -> None:
    words = tuple(Word("a", 5.0 + place, 5.5 + place) for place in range(4))
    track = SpeechRate().track(Material("a", sound=beats(), words=words, start=5.0, end=9.0))
    assert track.values.tolist() == [[1.0, 2.0, 1.0]]
    assert track.spans.tolist() == [[5.0, 9.0]]


def test_without_times_the_syllables_stand_for_the_words() -> None:
    words = (Word("a", np.nan, np.nan),)
    track = SpeechRate().track(Material("a", sound=beats(), words=words))
    assert track.values.tolist() == [[0.0, 2.0, 0.0]]


def test_windows_count_what_is_said_within_them() -> None:
    words = (Word("a", 5.0, 5.2), Word("b", 5.3, 5.5), Word("c", 7.2, 7.4))
    extractor = build("speech_rate", {"window": 2, "hop": 1})
    track = extractor.track(Material("a", sound=beats(), words=words, start=5.0, end=9.0))
    assert track.spans.tolist() == [[5.0, 7.0], [6.0, 8.0], [7.0, 9.0]]
    assert track.values[:, 0].tolist() == [1.0, 0.5, 0.5]
    assert track.values[:, 1].tolist() == pytest.approx([2.0, 2.0, 2.0])


def test_the_syllable_rate_is_that_of_its_function() -> None:
    track = SyllableRate().track(Material("a", sound=beats()))
    assert float(track.values[0, 0]) == prosody.syllable_rate(beats(), RATE) == 2.0


def test_nuclei_are_found_where_the_beats_are() -> None:
    found = prosody.syllable_nuclei(beats(2.0), RATE)
    np.testing.assert_allclose(found, [0.125, 0.625, 1.125, 1.625], atol=0.02)


def test_joined_rows_are_those_of_the_parts_side_by_side() -> None:
    material = Material("a", sound=saw(170), start=2.0)
    joined = build("mfcc+pitch", {"mfcc.count": 5, "pitch.low_hz": 80})
    parts = [Mfcc(count=5).track(material), Pitch(low_hz=80.0).track(material)]
    track = joined.track(material)
    assert joined.rows == Rows((7,))
    torch.testing.assert_close(track.values, torch.cat([part.values for part in parts], dim=1))
    assert torch.equal(track.spans, parts[0].spans)


def test_a_joined_row_is_real_where_all_parts_are() -> None:
    class Half(Mfcc):
        """Real in every other row."""

        def track(self, material: Material) -> Track:
            whole = super().track(material)
            return Track(whole.values, torch.arange(len(whole.mask)) % 2 == 0, whole.spans)

    track = Joined({"half": Half(), "pitch": Pitch()}).track(Material("a", sound=saw(170)))
    assert track.mask[::2].all() and not track.mask[1::2].any()


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        (
            {"pitch.hop": 0.02},
            "clip 'a' has 38 rows of mfcc and 19 of pitch. Give both the same window and hop.",
        ),
        (
            {"pitch.hop": 0.0101},
            "clip 'a' has its rows of mfcc and of pitch at other times. Give both the same window "
            "and hop.",
        ),
    ],
)
def test_frames_that_do_not_fit_are_named(settings: dict, says: str) -> None:
    with pytest.raises(DataError) as error:
        build("mfcc+pitch", settings).track(Material("a", sound=saw(170)))
    assert str(error.value) == says


def test_pictures_cannot_be_joined() -> None:
    with pytest.raises(RecipeError) as error:
        build("face_geometry+face_crop")
    assert str(error.value) == (
        "The rows of face_crop are uint8 of the shape (64, 64, 3). Only lists of float32 can be "
        "joined."
    )


@pytest.mark.parametrize(
    ("name", "settings", "says"),
    [
        ("syllable_rate", {"window": -1}, "window is -1 s; take 0 to 3600 s"),
        ("speech_rate", {"hop": 0}, "hop is 0 s; take 0.01 to 3600 s"),
        ("voice_quality", {"reach": 0}, "reach is 0 s; take 0.02 to 10 s"),
    ],
)
def test_a_window_that_cannot_be_is_named(name: str, settings: dict, says: str) -> None:
    with pytest.raises(RecipeError) as error:
        build(name, settings)
    assert str(error.value) == f"{name} cannot be set so: {says}"
