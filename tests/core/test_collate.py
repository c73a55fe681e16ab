"""A batch is its samples, side by side."""

import math
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from tritone.core.batch import Sample, Tokens, Track
from tritone.core.collate import collate, missing_track
from tritone.core.errors import DataError


def track(values: Tensor) -> Track:
    time = len(values)
    return Track(values, torch.ones(time, dtype=torch.bool), torch.zeros(time, 2))


WORDS = Sample(
    "a",
    {"text": track(torch.ones(2, 3)), "vision": missing_track((4, 4), torch.uint8)},
    target=torch.tensor([0.5]),
    targets={"emotion": torch.tensor(2)},
    tokens=Tokens(torch.tensor([7, 8]), torch.tensor([True, True])),
    group="film",
    position=3,
    speaker="ann",
)
FACES = Sample(
    "b",
    {
        "text": missing_track((3,)),
        "vision": track(torch.full((3, 4, 4), 255, dtype=torch.uint8)),
    },
    targets={"flags": torch.tensor([True, False])},
)


def test_tracks_are_padded_at_the_end_to_the_longest() -> None:
    batch = collate([WORDS, FACES])
    assert batch["text"].values.shape == (2, 2, 3)
    assert batch["text"].mask.tolist() == [[True, True], [False, False]]
    assert batch["vision"].mask.tolist() == [[False] * 3, [True] * 3]
    assert batch["vision"].spans[0].isnan().all()


def test_pictures_stay_whole_numbers() -> None:
    faces = collate([WORDS, FACES])["vision"].values
    assert faces.dtype == torch.uint8
    assert faces.shape == (2, 3, 4, 4)
    assert (faces[1] == 255).all()


def test_a_modality_that_nobody_has_keeps_one_row_of_padding() -> None:
    batch = collate([WORDS])
    assert batch["vision"].values.shape == (1, 1, 4, 4)
    assert batch["vision"].mask.tolist() == [[False]]


def test_an_unknown_target_is_nan_or_minus_one_or_false() -> None:
    batch = collate([WORDS, FACES])
    assert batch.target is not None
    assert batch.target[0].item() == 0.5
    assert math.isnan(batch.target[1].item())
    assert batch.targets["emotion"].tolist() == [2, -1]
    assert batch.targets["flags"].tolist() == [[False, False], [True, False]]


def test_targets_that_nobody_knows_are_none() -> None:
    batch = collate([FACES])
    assert batch.target is None
    assert "emotion" not in batch.targets


def test_tokens_are_padded_and_may_be_absent() -> None:
    tokens = collate([FACES, WORDS]).tokens
    assert tokens is not None
    assert tokens.mask.tolist() == [[False, False], [True, True]]
    assert tokens.ids[1].tolist() == [7, 8]
    assert collate([FACES]).tokens is None


def test_ids_dialogues_speakers_positions_and_rows_come_along() -> None:
    batch = collate([WORDS, FACES], rows=[4, 9])
    assert batch.ids == ("a", "b")
    assert batch.dialogues == ("film", None)
    assert batch.speakers == ("ann", None)
    assert batch.positions is not None and batch.positions.tolist() == [3, -1]
    assert batch.rows is not None and batch.rows.tolist() == [4, 9]


def test_one_sample_is_a_batch() -> None:
    assert len(collate([WORDS])) == 1


@pytest.mark.parametrize(
    ("samples", "says"),
    [
        ([], "A batch needs at least one sample, got none."),
        (
            [WORDS, Sample("c", {"text": WORDS["text"]})],
            "Sample 'c' has text, the first one text, vision. A modality that is missing is a "
            "track without rows.",
        ),
        (
            [WORDS, Sample("c", {**WORDS.tracks, "text": track(torch.ones(2, 4))})],
            "text of 'c' has rows (4,) of torch.float32, that of 'a' (3,) of torch.float32.",
        ),
        (
            [WORDS, replace(FACES, target=torch.tensor([1.0, 2.0]))],
            "target of 'b' is (2,) of torch.float32, others are (1,) of torch.float32.",
        ),
    ],
)
def test_samples_that_do_not_fit_are_named(samples: list[Sample], says: str) -> None:
    with pytest.raises(DataError) as caught:
        collate(samples)
    assert str(caught.value) == says


def test_words_of_pieces_stay_beside_them() -> None:
    def spoken(count: int) -> Sample:
        real = torch.ones(count, dtype=torch.bool)
        words = torch.arange(count) - 1
        tokens = Tokens(words + 5, real, words, torch.tensor(count), torch.tensor(count > 2))
        return Sample(f"s{count}", {"text": missing_track((1,))}, tokens=tokens)

    tokens = collate([spoken(3), spoken(2)]).tokens
    assert tokens is not None and tokens.words is not None
    assert tokens.said is not None and tokens.cut is not None
    assert tokens.words.tolist() == [[-1, 0, 1], [-1, 0, -1]]
    assert (tokens.said.tolist(), tokens.cut.tolist()) == ([3, 2], [True, False])
    plain = Sample(
        "p", {"text": missing_track((1,))}, tokens=Tokens(torch.tensor([7]), torch.tensor([True]))
    )
    assert collate([spoken(3), plain]).tokens.words is None
