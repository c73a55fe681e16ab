"""Laws of every extractor in the catalogue: what it gives, and what must not change it."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch

from tritone.catalogue import EXTRACTORS, find
from tritone.core.batch import MODALITIES, Track
from tritone.core.clip import Clip, Source, Word
from tritone.core.errors import RecipeError
from tritone.features.extractor import (
    RATE_HZ,
    Extractor,
    Learning,
    Material,
    build,
    settable,
    settings_of,
)
from tritone.features.kept import keep_front_end, load_front_end
from tritone.media.video import Frame

pytestmark = pytest.mark.usefixtures("opensmile")

JOINED = ("mfcc+pitch", "mfcc+pitch+voice_quality", "word2vec+hashed_words")
NAMES = (*EXTRACTORS, *JOINED)
LEARNED = [
    name
    for name in NAMES
    if any(part in ("word2vec", "glove", "tfidf") for part in name.split("+"))
]
TRAIN = [
    Clip("a", text="I love the sun and the sea."),
    Clip("b", text="I hate the rain; the rain is cold!"),
    Clip("c", text=None),
    Clip("d", text="The sun is warm, the sea is cold."),
]
WORDS = (
    Word("I", 10.1, 10.2),
    Word("love", 10.2, 10.5),
    Word("well-known,", 10.6, 11.0),
    Word("...", 11.0, 11.0),
    Word("Zyzzyva!", 11.1, 11.6),
)


def vowel(seconds: float = 1.2, hertz: float = 140.0, gain: float = 0.2) -> np.ndarray:
    """A pulse of falling harmonics with a little breath, louder in the middle."""
    time = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    waves = sum(np.cos(2 * np.pi * k * hertz * time) / k**1.5 for k in range(1, 20))
    breath = np.random.default_rng(0).normal(0, 0.05, len(time))
    return (gain * np.hanning(len(time)) * (waves + breath) / 3).astype(np.float32)


@pytest.fixture(scope="module")
def glove(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("vectors") / "tiny.txt"
    path.write_text("the 1 2 3\nlove 4 5 6\nsun 7 8 9\nknown 1 0 1\n", encoding="utf-8")
    return path


@pytest.fixture
def make(
    glove: Path,
    tiny_model: Path,
    tiny_bert: Path,
    tiny_encoder: Callable[[str], Path],
    tiny_run: Path,
):
    """A function that gives the extractor of a name, taught where it learns."""
    own: dict[str, dict] = {
        "glove": {"path": str(glove), "dim": 3},
        "hub_text": {"folder": str(tiny_bert)},
        "hub_audio": {"folder": str(tiny_encoder("wav2vec2"))},
        "hub_image": {"folder": str(tiny_encoder("resnet"))},
        "hub_clip": {"folder": str(tiny_encoder("clip"))},
        "face_cnn": {"folder": str(tiny_model), "dim": 3},
        "vgg_face": {"run": str(tiny_run)},
    }

    def made(name: str, *, fit: bool = True) -> Extractor:
        parts = name.split("+")
        lead = {part: f"{part}." if len(parts) > 1 else "" for part in parts}
        given = {lead[p] + key: value for p in parts for key, value in own.get(p, {}).items()}
        extractor = build(name, given)
        return extractor.fit(TRAIN) if fit and isinstance(extractor, Learning) else extractor

    return made


def face(place: int = 0) -> np.ndarray:
    """A small grey picture of blotches, which counts as a face already cut out."""
    blotches = np.random.default_rng(place).integers(0, 256, (6, 5, 1)).astype(np.uint8)
    return np.ascontiguousarray(blotches.repeat(9, 0).repeat(9, 1).repeat(3, 2))


def film(start: float = 10.0, pictures: int = 4) -> Callable[[], Iterator[Frame]]:
    """Pictures at 5 a second; no two are alike."""
    return lambda: (Frame(start + place / 5, face(place)) for place in range(pictures))


@pytest.fixture
def material(tmp_path: Path, write_table: Callable[..., Path]) -> Callable[..., Material]:
    """A function that gives a clip of all channels, which begins at 10 s."""

    def clip(**changes: object) -> Material:
        start = float(str(changes.get("start", 10.0)))
        times = [start + place / 30 for place in range(30)]
        table = write_table(tmp_path / f"{start}.csv", times, success=[1, 0, *[1] * 28])
        whole = Material("m", text="I love well-known Zyzzyva!", words=WORDS, sound=vowel())
        files = {"openface": Source(table)}
        given = {"start": start, "end": 11.6, "frames": film(start), "files": files, **changes}
        return replace(whole, **given)

    return clip


def same(one: Track, other: Track) -> bool:
    return (
        torch.equal(one.values, other.values)
        and torch.equal(one.mask, other.mask)
        and torch.equal(one.spans.nan_to_num(-1), other.spans.nan_to_num(-1))
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_track_has_the_rows_that_are_promised(make, material, name: str) -> None:
    extractor = make(name)
    assert isinstance(extractor, Extractor)
    track = extractor.track(material())
    assert len(track.mask) > 0
    assert tuple(track.values.shape) == (len(track.mask), *extractor.rows.shape)
    assert str(track.values.dtype) == f"torch.{extractor.rows.dtype}"
    assert tuple(track.spans.shape) == (len(track.mask), 2)
    assert track.mask.any()
    assert extractor.modality in MODALITIES
    assert set(extractor.reads) <= {"words", "text", "sound", "frames", "files"}


@pytest.mark.parametrize("name", NAMES)
def test_rows_lie_within_the_clip_one_after_another(make, material, name: str) -> None:
    spans = make(name).track(material()).spans
    timed = spans[~spans.isnan().any(dim=1)]
    assert (timed[:, 0] >= 10.0 - 1e-4).all() and (timed[:, 1] <= 11.6 + 1e-4).all()
    assert (timed[:, 0] <= timed[:, 1]).all()
    assert (timed.diff(dim=0) >= 0).all()


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_clip_gives_no_row(make, name: str) -> None:
    extractor = make(name)
    for empty in (Material("e"), Material("e", text=" ", sound=np.zeros(0, np.float32), end=0.0)):
        track = extractor.track(empty)
        assert tuple(track.values.shape) == (0, *extractor.rows.shape)
        assert str(track.values.dtype) == f"torch.{extractor.rows.dtype}"
        assert len(track.mask) == len(track.spans) == 0


@pytest.mark.parametrize("name", NAMES)
def test_odd_input_gives_finite_numbers(make, material, name: str) -> None:
    extractor = make(name)
    noise = np.random.default_rng(1).normal(0, 0.3, 9000).clip(-1, 1).astype(np.float32)
    words = (Word("?!", np.nan, np.nan), Word("x" * 500, 10.0, 10.0), Word("\ud800", 10.1, 10.2))
    for sound in (np.zeros(8000, np.float32), np.ones(7777, np.float32), noise, noise[:3]):
        still = partial(iter, [Frame(np.nan, np.zeros((1, 1, 3), np.uint8))])
        track = extractor.track(material(sound=sound, words=words, text="\ud800", frames=still))
        assert track.values.isfinite().all()
        assert not track.spans.isinf().any()


@pytest.mark.parametrize("name", NAMES)
def test_the_same_clip_gives_the_same_numbers_whatever_came_between(
    make, material, name: str
) -> None:
    extractor = make(name)
    before = extractor.track(material())
    extractor.track(material(sound=vowel(0.7, 300.0, 0.9), words=WORDS[:1], frames=film(0.0, 2)))
    assert same(extractor.track(material()), before)
    assert same(make(name).track(material()), before)


@pytest.mark.parametrize("name", NAMES)
def test_moving_the_clip_moves_the_times_alone(make, material, name: str) -> None:
    extractor = make(name)
    words = tuple(Word(w.text, w.start + 32, w.end + 32) for w in WORDS)
    here = extractor.track(material())
    there = extractor.track(material(start=42.0, end=43.6, words=words))
    torch.testing.assert_close(there.values, here.values)
    torch.testing.assert_close(there.spans, here.spans + 32, equal_nan=True, atol=1e-4, rtol=0)


@pytest.mark.parametrize("name", NAMES)
def test_its_settings_make_it_again(make, name: str) -> None:
    settings = settings_of(make(name))
    assert settings == json.loads(json.dumps(settings))
    assert settings["version"] >= 1
    again = build(name, settings)
    assert settings_of(again) == settings
    texts = {key: str(value) for key, value in settings.items()}
    assert settings_of(build(name, texts)) == settings


@pytest.mark.parametrize("name", NAMES)
def test_one_that_is_kept_beside_a_model_reads_the_same(
    make, material, name: str, tmp_path: Path
) -> None:
    extractor = make(name)
    plan = {"extractors": {"c": {"name": name, **settings_of(extractor)}}, "align": "none"}
    learned = {"c": extractor.state()} if isinstance(extractor, Learning) else {}
    keep_front_end(tmp_path, {**plan, "fps": 5.0}, {"c": extractor.rows}, learned)
    again = load_front_end(tmp_path)
    assert same(again.tracks(material())["c"], extractor.track(material()))


@pytest.mark.parametrize("name", LEARNED)
def test_what_was_learned_survives_as_arrays(make, material, name: str, tmp_path: Path) -> None:
    taught = make(name)
    np.savez(tmp_path / "state.npz", **taught.state())
    with np.load(tmp_path / "state.npz", allow_pickle=False) as state:
        again = make(name, fit=False).restored(dict(state))
    assert again.rows == taught.rows
    assert same(again.track(material()), taught.track(material()))


@pytest.mark.parametrize("name", LEARNED)
def test_learning_reads_each_clip_given_and_no_label(make, material, name: str) -> None:
    seen = []

    def told() -> Iterator[Clip]:
        for clip in TRAIN:
            seen.append(clip.id)
            yield replace(clip, labels={"emotion": "joy"})

    taught = make(name, fit=False).fit(told())
    assert seen == ["a", "b", "c", "d"]
    assert same(taught.track(material()), make(name).track(material()))


@pytest.mark.parametrize("name", LEARNED)
def test_fitting_leaves_the_extractor_as_it_was(make, material, name: str) -> None:
    plain = make(name, fit=False)
    plain.fit(TRAIN)
    with pytest.raises(RecipeError) as error:
        plain.track(material())
    assert str(error.value).endswith(
        "has not learned any words yet. Call fit with the training clips, or restored with a "
        "saved state."
    )


@pytest.mark.parametrize("name", EXTRACTORS)
def test_a_setting_that_is_not_there_is_named(name: str) -> None:
    has = settable(find("extractor", name))
    with pytest.raises(RecipeError) as error:
        build(name, {"colour": 3})
    told = f"It has: {', '.join(has)}." if has else "It has none."
    assert str(error.value) == f"{name} has no setting 'colour'. {told}"


@pytest.mark.parametrize(
    ("name", "settings", "says"),
    [
        ("mfcc", {"count": "many"}, "mfcc.count takes a whole number, got 'many'. It is 20 now."),
        ("mfcc", {"count": 2.5}, "mfcc.count takes a whole number, got 2.5. It is 20 now."),
        ("mfcc", {"hop": "nan"}, "mfcc.hop takes a number, got 'nan'. It is 0.01 now."),
        ("mfcc", {"hop": True}, "mfcc.hop takes a number, got True. It is 0.01 now."),
        ("glove", {"path": 7}, "glove.path takes text, got 7. It is '' now."),
        ("mfcc", {"count": 99}, "mfcc cannot be set so: count is 99; take 1 to the 40 mel bands"),
        (
            "mfcc",
            {"hop": 0},
            "mfcc cannot be set so: hop is 0 s; take 0.000063 to 10 s",
        ),
        (
            "log_mel",
            {"high_hz": 9000},
            "log_mel cannot be set so: Mel bands from 60 to 9000 Hz do not fit a sound of 16000 "
            "Hz. Keep 0 <= low_hz < high_hz <= 8000, or resample the sound first.",
        ),
        (
            "pitch",
            {"low_hz": 0},
            "pitch cannot be set so: pitch from 0 to 500 Hz; keep 20 <= low_hz < high_hz <= 4000",
        ),
        ("hashed_words", {"dim": 0}, "hashed_words cannot be set so: dim is 0; take 1 to 4096"),
        (
            "mfcc+pitch",
            {"count": 3},
            "mfcc+pitch has no setting 'count'. Name the extractor too, as in mfcc.SETTING.",
        ),
        (
            "mfcc+mfcc",
            {},
            "'mfcc+mfcc' is no list of extractors. Write each once, as mfcc+pitch.",
        ),
        ("mfcc+", {}, "'mfcc+' is no list of extractors. Write each once, as mfcc+pitch."),
        (
            "mfcc+hashed_words",
            {},
            "Only extractors of one channel can be joined: mfcc is audio, hashed_words is text.",
        ),
    ],
)
def test_a_wrong_setting_says_what_is_right(name: str, settings: dict, says: str) -> None:
    with pytest.raises(RecipeError) as error:
        build(name, settings)
    assert str(error.value) == says
