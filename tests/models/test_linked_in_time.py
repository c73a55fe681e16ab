"""Channels linked moment by moment: who is apart from whom, and when."""

from dataclasses import replace

import torch

from tritone.core.batch import Batch, Track
from tritone.core.task import Regression
from tritone.models.linked_in_time import LinkedInTime

DIMS = {"text": 5, "audio": 3, "vision": 4}


def model_of(dims: dict[str, int] = DIMS, **options: int) -> LinkedInTime:
    torch.manual_seed(0)
    return LinkedInTime(dims, Regression(), width=8, **options).eval()


def at(batch: Batch, channel: str, start: float, end: float) -> Batch:
    """The batch with all of a channel's rows at one time."""
    track = batch[channel]
    spans = torch.tensor([start, end]).expand_as(track.spans)
    return replace(batch, tracks={**batch.tracks, channel: replace(track, spans=spans)})


def test_moments_share_the_whole_weight(batch: Batch) -> None:
    weights = model_of()(batch).parts["moments"]
    torch.testing.assert_close(weights.sum(dim=1), torch.ones(4))


def test_channels_that_never_meet_cannot_disagree(batch: Batch) -> None:
    dims = {"text": 5, "audio": 3}
    apart = at(at(batch, "text", 0.0, 1.0), "audio", 1.0, 2.0)
    assert not model_of(dims, steps=4)(apart).parts["disagreement"].any()
    together = at(at(batch, "text", 0.0, 1.0), "audio", 0.0, 1.0)
    assert model_of(dims, steps=4)(together).parts["disagreement"].any()


def test_equal_opinions_are_no_disagreement(batch: Batch) -> None:
    model = model_of({"text": 5, "audio": 3})
    for judge in model.judge.values():
        torch.nn.init.zeros_(judge.weight)
        torch.nn.init.ones_(judge.bias)
    met = at(at(batch, "text", 0.0, 1.0), "audio", 0.0, 1.0)
    assert not model(met).parts["disagreement"].any()


def test_one_channel_has_opinions_and_nobody_to_disagree_with(batch: Batch) -> None:
    said = model_of({"text": 5})(batch)
    assert said.parts["opinion_text"].shape == (4, 24, 1)
    assert not said.parts["disagreement"].any()


def test_a_word_is_linked_with_the_sound_of_its_own_time(batch: Batch) -> None:
    model = model_of({"text": 5, "audio": 3}, steps=2)
    rows = torch.arange(6.0).reshape(1, 2, 3)
    early = torch.tensor([[[0.0, 1.0], [1.0, 2.0]]])
    mask = torch.ones(1, 2, dtype=torch.bool)
    words = Track(torch.ones(1, 2, 5), mask, early)
    one, other = (
        model(Batch(("a",), {"text": words, "audio": Track(rows, mask, spans)}))
        for spans in (early, early.flip(1))
    )
    moments = one.parts["opinion_audio"]
    torch.testing.assert_close(other.parts["opinion_audio"], moments.flip(1))
