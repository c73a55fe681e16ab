"""Corpora of one channel each, trained on together: each channel must answer the right way round.

A clip of such a corpus has one channel, and what joins the channels sees the others as missing.
If it began with weights of the wrong sign, it would turn that channel's answer round.
"""

from dataclasses import replace

import pytest
import torch

from tritone.core.batch import Batch
from tritone.learn.settings import Fit
from tritone.models.dual_audio import DualAudioAttention
from tritone.models.stacking_encoders import StackingEncoders
from tritone.recipes.made import (
    DIMS,
    TASK,
    TIMES,
    batch_of,
    build,
    parts_of,
    right_share,
    taught,
)

SUITE = (  # the models of papers-s002
    "dual_audio_attention",
    "concat_mlp",
    "late_vote",
    "misa",
    "msfnet",
    "cubemlp",
    "joint_multitask",
)
BRIEF = Fit(epochs=4, lr=2e-3)
TRAIN, TEST = 384, 128


def told(clips: int, seed: int, channels: tuple[str, ...], *, unpaired: bool = False) -> Batch:
    """Clips each of whose channels tells the answer; unpaired, the channels take turns."""
    rng = torch.Generator().manual_seed(seed)
    yes = torch.randint(0, 2, (clips,), generator=rng)
    shown = (2.0 * yes - 1)[:, None, None].expand(clips, TIMES, len(DIMS))
    batch, tracks = batch_of(shown, yes, rng), {}
    for place, (name, track) in enumerate(batch.tracks.items()):
        there = torch.full((clips,), name in channels)
        if unpaired:
            there = torch.arange(clips) % len(DIMS) == place
        tracks[name] = replace(track, mask=track.mask & there[:, None])
    return replace(batch, tracks=tracks)


@pytest.mark.parametrize("name", SUITE)
def test_each_channel_alone_and_all_together_answer_what_unpaired_clips_taught(name: str) -> None:
    torch.manual_seed(2)  # a start at random turns every channel round here
    model = build(name, {})
    train = parts_of(told(TRAIN, 0, (), unpaired=True))
    taught(model, train, parts_of(told(TEST, 1, (), unpaired=True)), BRIEF, seed=0)
    for channels in (*((name,) for name in DIMS), tuple(DIMS)):
        assert right_share(model, parts_of(told(TEST, 2, channels))) > 0.9, channels


def test_the_unified_classifier_begins_as_the_mean_of_the_heads() -> None:
    said = DualAudioAttention(DIMS, TASK)(told(8, 0, tuple(DIMS)))
    heads = torch.stack([said.parts[f"score_{channel}"] for channel in DIMS])
    torch.testing.assert_close(said.score, heads.mean(dim=0))


def test_a_meta_classifier_begins_as_the_mean_of_the_answers() -> None:
    said = StackingEncoders(DIMS, TASK, width=4).eval()(told(8, 0, tuple(DIMS)))
    answers = torch.stack([said.parts[f"score_{channel}"].softmax(dim=1) for channel in DIMS])
    torch.testing.assert_close(said.score, answers.mean(dim=0))
