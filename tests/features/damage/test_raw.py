"""Damage to media: sound, words and pictures, before any extractor reads them."""

import math
from itertools import pairwise

import numpy as np
import pytest
import torch

from tritone.core.batch import Sample, Track
from tritone.core.clip import Word
from tritone.core.errors import RecipeError
from tritone.features.damage.pictures import Blur, Occlude, Shrink, with_pictures
from tritone.features.damage.raw import DeleteWords, Hiss, Late, Mishear
from tritone.features.extractor import Material
from tritone.media.video import Frame

TEXT = "we were so very happy to see the sea again after all these long years"
VOCABULARY = tuple(sorted({*TEXT.split(), "sun", "ways", "happen", "soap", "year", "let"}))


def material(id: str = "a") -> Material:
    words = tuple(Word(word, i / 2, (i + 1) / 2) for i, word in enumerate(TEXT.split()))
    sound = np.sin(np.arange(16_000) / 20).astype(np.float32) * 0.3
    ramp = np.arange(64 * 48 * 3, dtype=np.uint8).reshape(64, 48, 3)
    return Material(
        id,
        text=TEXT,
        words=words,
        sound=sound,
        end=1.0,
        frames=lambda: iter([Frame(0.0, ramp), Frame(0.2, ramp[::-1].copy())]),
    )


def texts(made: Material) -> list[str]:
    return [word.text for word in made.words]


def test_words_that_are_lost_at_one_rate_are_lost_at_a_higher_one() -> None:
    left = [set(DeleteWords(rate)(material(), 3).words) for rate in (0.0, 0.2, 0.5, 0.9, 1.0)]
    assert all(fewer <= more for fewer, more in zip(left[1:], left, strict=False))
    assert len(left[0]) == 15
    assert left[-1] == set()


def test_a_text_is_the_words_that_are_left() -> None:
    made = DeleteWords(0.4)(material(), 1)
    assert made.text == " ".join(texts(made)) != TEXT
    assert texts(DeleteWords(0.0)(material(), 1)) == TEXT.split()


def test_a_misheard_word_is_another_word_that_is_known() -> None:
    made = Mishear(1.0, VOCABULARY)(material(), 2)
    assert set(texts(made)) <= {*VOCABULARY}
    assert texts(made) != TEXT.split()
    times = {(word.start, word.end) for word in material().words}
    assert {(word.start, word.end) for word in made.words} <= times


def test_what_is_heard_right_at_one_rate_is_heard_right_at_a_lower_one() -> None:
    some, more = (Mishear(rate, VOCABULARY)(material(), 2) for rate in (0.3, 0.6))
    right = set(material().words)
    assert set(more.words) & right <= set(some.words) & right
    assert Mishear(0.0, VOCABULARY)(material(), 2).text == TEXT


def test_hearing_repeats() -> None:
    one, other = (Mishear(0.5, VOCABULARY)(material(), 2) for _ in range(2))
    assert one.text == other.text
    assert Mishear(0.5, VOCABULARY)(material(), 3).text != one.text


def test_a_hiss_is_as_loud_as_asked() -> None:
    sound, noisy = material().sound, Hiss(6.0)(material(), 1).sound
    assert sound is not None and noisy is not None
    assert noisy.dtype == np.float32
    noise = noisy.astype(float) - sound
    assert abs(10 * math.log10(np.mean(sound.astype(float) ** 2) / np.mean(noise**2)) - 6) < 0.2


def test_silence_stays_silence() -> None:
    quiet = Material("a", sound=np.zeros(100, np.float32))
    made = Hiss(0.0)(quiet, 1).sound
    assert made is not None and not made.any()
    assert Hiss(0.0)(Material("a"), 1).sound is None


def test_late_sound_is_moved_and_not_bent() -> None:
    sound = material().sound
    late, early = Late(0.25)(material(), 1).sound, Late(-0.25)(material(), 1).sound
    assert sound is not None and late is not None and early is not None
    assert not late[:4000].any() and np.array_equal(late[4000:], sound[:-4000])
    assert not early[-4000:].any() and np.array_equal(early[:-4000], sound[4000:])
    far = Late(5.0)(material(), 1).sound
    assert far is not None and len(far) == len(sound) and not far.any()


FACES = torch.randint(0, 256, (5, 24, 20), generator=torch.Generator().manual_seed(0))
FACES = FACES.to(torch.uint8)


def faces(id: str = "a") -> Sample:
    track = Track(FACES.clone(), torch.ones(5, dtype=torch.bool), torch.full((5, 2), math.nan))
    return Sample(id, {"vision": track})


@pytest.mark.parametrize("made", [Blur(0.1), Shrink(4.0), Occlude(0.3)])
def test_pictures_keep_their_size_and_are_not_what_they_were(
    made: Blur | Shrink | Occlude,
) -> None:
    after = made(faces(), 1)["vision"].values
    assert after.shape == FACES.shape and after.dtype == torch.uint8
    assert not torch.equal(after, FACES)
    assert torch.equal(after, made(faces(), 1)["vision"].values)


@pytest.mark.parametrize("made", [Blur(0.0), Shrink(1.0), Occlude(0.0)])
def test_no_damage_changes_nothing(made: Blur | Shrink | Occlude) -> None:
    assert torch.equal(made(faces(), 1)["vision"].values, FACES)


def test_a_larger_square_hides_what_the_smaller_hid() -> None:
    hidden = [Occlude(share)(faces(), 4)["vision"].values != FACES for share in (0.1, 0.3, 0.8)]
    same_grey = FACES == 128
    assert all(not bool((less & ~more & ~same_grey).any()) for less, more in pairwise(hidden))
    assert abs(float(hidden[1].float().mean()) - 0.3) < 0.05
    assert not torch.equal(hidden[1], Occlude(0.3)(faces("b"), 4)["vision"].values != FACES)


def test_the_pictures_of_a_film_are_damaged_as_they_come() -> None:
    made = with_pictures(material(), Shrink(8.0), 1)
    before, after = list(material().frames()), list(made.frames())
    assert [frame.seconds for frame in after] == [frame.seconds for frame in before]
    assert len({frame.image.shape for frame in (*before, *after)}) == 1
    assert not np.array_equal(before[0].image, after[0].image)


def test_rows_that_are_no_pictures_cannot_be_blurred() -> None:
    rows = Track(torch.zeros(2, 3), torch.ones(2, dtype=torch.bool), torch.zeros(2, 2))
    with pytest.raises(RecipeError) as caught:
        Blur(0.1)(Sample("a", {"vision": rows}), 1)
    assert str(caught.value) == (
        "vision of 'a' has rows (3,) of torch.float32, no pictures. Extract face_crop, or damage "
        "the media before the extractor reads them."
    )


def test_a_recogniser_without_words_is_refused() -> None:
    with pytest.raises(RecipeError, match="knows no word"):
        Mishear(0.1, ())
