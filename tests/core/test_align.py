"""Alignment, held to cases worked out by hand."""

import math
from itertools import pairwise

import pytest
import torch

from tritone.core.align import align_to, by_rate, by_words, resample_fixed, unaligned
from tritone.core.batch import Track
from tritone.core.collate import missing_track
from tritone.core.errors import DataError

NAN = math.nan


def track(values: list[float], edges: list[float]) -> Track:
    """Rows that touch, one number each."""
    spans = torch.tensor(list(pairwise(edges)))
    return Track(torch.tensor(values)[:, None], torch.ones(len(values), dtype=torch.bool), spans)


FRAMES = track([1.0, 2.0, 4.0, 8.0], [0.0, 1.0, 2.0, 3.0, 4.0])


def test_a_word_is_the_mean_of_the_frames_it_overlaps() -> None:
    words = torch.tensor([[0.0, 2.0], [2.0, 4.0]])
    aligned = align_to(FRAMES, words)
    assert aligned.values.tolist() == [[1.5], [6.0]]
    assert aligned.spans is words


def test_a_frame_counts_for_both_words_that_it_touches() -> None:
    assert align_to(FRAMES, torch.tensor([[0.5, 1.5], [1.5, 2.5]])).values.tolist() == [
        [1.5],
        [3.0],
    ]


def test_a_short_overlap_counts_as_much_as_a_long_one() -> None:
    assert align_to(FRAMES, torch.tensor([[0.9, 2.0]])).values.tolist() == [[1.5]]


def test_times_that_only_touch_are_no_overlap() -> None:
    words = torch.tensor([[1.0, 2.0], [1.0 - 5e-6, 2.0 + 5e-6], [1.0 - 1e-3, 2.0]])
    assert align_to(FRAMES, words).values.tolist() == [[2.0], [2.0], [1.5]]


def test_a_word_without_a_frame_is_missing() -> None:
    aligned = align_to(FRAMES, torch.tensor([[5.0, 6.0], [0.0, 1.0], [NAN, NAN]]))
    assert aligned.mask.tolist() == [False, True, False]
    assert aligned.values.tolist() == [[0.0], [1.0], [0.0]]


def test_a_frame_without_length_counts_for_the_word_around_it() -> None:
    moment = Track(torch.tensor([[3.0]]), torch.tensor([True]), torch.tensor([[0.5, 0.5]]))
    assert align_to(moment, torch.tensor([[0.0, 1.0]])).values.tolist() == [[3.0]]


def test_padding_is_not_averaged() -> None:
    padded = Track(
        torch.tensor([[1.0], [math.inf]]),
        torch.tensor([True, False]),
        torch.tensor([[0.0, 1.0], [NAN, NAN]]),
    )
    assert align_to(padded, torch.tensor([[0.0, 2.0]])).values.tolist() == [[1.0]]


def test_an_infinite_frame_stays_in_its_own_word() -> None:
    frames = track([-math.inf, 2.0], [0.0, 1.0, 2.0])
    aligned = align_to(frames, torch.tensor([[0.0, 1.0], [1.0, 2.0]]))
    assert aligned.values.tolist() == [[-math.inf], [2.0]]


def test_pictures_are_averaged_as_numbers() -> None:
    faces = Track(
        torch.tensor([[[250, 0]], [[253, 1]]], dtype=torch.uint8),
        torch.tensor([True, True]),
        torch.tensor([[0.0, 1.0], [1.0, 2.0]]),
    )
    assert align_to(faces, torch.tensor([[0.0, 2.0]])).values.tolist() == [[[251.5, 0.5]]]


def test_a_missing_modality_stays_missing_on_the_words() -> None:
    aligned = align_to(missing_track((3,)), torch.tensor([[0.0, 1.0], [1.0, 2.0]]))
    assert aligned.values.shape == (2, 3)
    assert aligned.mask.tolist() == [False, False]


def test_rows_without_times_cannot_be_aligned() -> None:
    words = Track(torch.ones(2, 1), torch.tensor([True, True]), torch.full((2, 2), NAN))
    with pytest.raises(DataError) as caught:
        align_to(words, torch.tensor([[0.0, 1.0]]))
    assert str(caught.value) == (
        "2 of 2 rows have no time, so they cannot be aligned. Leave this track unaligned."
    )


def test_a_fixed_rate_averages_over_equal_steps() -> None:
    halved = resample_fixed(FRAMES, 0.5)
    assert halved.values.tolist() == [[1.5], [6.0]]
    assert halved.spans.tolist() == [[0.0, 2.0], [2.0, 4.0]]


def test_a_higher_rate_repeats_rows() -> None:
    assert resample_fixed(FRAMES, 2.0).values.flatten().tolist() == [1, 1, 2, 2, 4, 4, 8, 8]


def test_a_gap_in_the_track_is_a_missing_step() -> None:
    gap = Track(
        torch.tensor([[1.0], [2.0]]),
        torch.tensor([True, True]),
        torch.tensor([[0.0, 1.0], [2.0, 3.0]]),
    )
    assert resample_fixed(gap, 1.0).mask.tolist() == [True, False, True]


def test_tracks_share_steps_when_told_start_and_end() -> None:
    late = track([5.0], [2.0, 3.0])
    steps = resample_fixed(late, 1.0, start=0.0, end=4.0)
    assert steps.mask.tolist() == [False, False, True, False]
    assert torch.equal(steps.spans, resample_fixed(FRAMES, 1.0, start=0.0, end=4.0).spans)


def test_rounding_adds_no_step() -> None:
    thirds = track([1.0] * 3, [0.0, 0.1, 0.2, 0.3])
    assert len(resample_fixed(thirds, 10.0).values) == 3


def test_a_missing_modality_has_no_steps() -> None:
    assert resample_fixed(missing_track((3,)), 5.0).values.shape == (0, 3)


@pytest.mark.parametrize("rate", [0.0, -1.0, NAN, math.inf])
def test_a_rate_that_is_none_is_refused(rate: float) -> None:
    with pytest.raises(DataError, match="rate_hz is above 0"):
        resample_fixed(FRAMES, rate)


def test_steps_beyond_counting_are_refused() -> None:
    with pytest.raises(DataError, match="too many"):
        resample_fixed(FRAMES, 10**9)


WORDS = Track(
    torch.tensor([[0.1, 0.2], [0.3, 0.4]]),
    torch.tensor([True, True]),
    torch.tensor([[0.0, 2.0], [3.0, 4.0]]),
)


def test_all_other_tracks_get_a_row_for_each_word() -> None:
    aligned = by_words({"text": WORDS, "audio": FRAMES, "vision": missing_track((3,))})
    assert aligned["text"] is WORDS
    assert aligned["audio"].values.tolist() == [[1.5], [8.0]]
    assert aligned["vision"].mask.tolist() == [False, False]
    assert all(torch.equal(track.spans, WORDS.spans) for track in aligned.values())


def test_words_without_times_cannot_be_aligned_to() -> None:
    timeless = Track(WORDS.values, WORDS.mask, torch.full((2, 2), NAN))
    with pytest.raises(DataError) as caught:
        by_words({"text": timeless, "audio": FRAMES})
    assert str(caught.value) == "2 of 2 words have no time to align to."
    with pytest.raises(DataError) as caught:
        by_words({"audio": FRAMES})
    assert str(caught.value) == "There is no 'text' to align to, only audio."


def test_all_tracks_get_the_same_steps() -> None:
    aligned = by_rate({"text": WORDS, "audio": FRAMES}, 0.5)
    assert aligned["audio"].values.tolist() == [[1.5], [6.0]]
    torch.testing.assert_close(aligned["text"].values, WORDS.values)
    assert torch.equal(aligned["text"].spans, aligned["audio"].spans)


def test_unaligned_tracks_stay_as_they_are() -> None:
    tracks = {"text": WORDS, "audio": FRAMES}
    assert unaligned(tracks) == tracks
