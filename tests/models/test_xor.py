"""Made tasks that no channel can solve alone: two signs that agree, a word that another marks.

Strategies that mix channels before they decide learn them. Those that combine decisions cannot, by
construction; that they stay at chance shows that the tasks are fair. `docs/models.md` has all
models, with several seeds.
"""

from dataclasses import replace

import pytest
import torch

from tritone.catalogue import find
from tritone.recipes.made import (
    DIMS,
    MADE,
    QUICK,
    TASK,
    accuracy_of,
    channels_of,
    cue,
    pair_for,
    parts_of,
    xor,
)

MIXING = (
    "early_concat",
    "modality_attention",
    "sequence_fusion",
    "dynamic_weighting",
    "concat_mlp",
    "concat_lstm",
    "pca_concat",
    "autoencoder_concat",
    "intermediate",
    "multimodal_transformer",
    "cross_modal_attention",
    "self_attention",
    "hierarchical_attention",
)
IN_TIME = ("early_concat", "concat_lstm", "cross_modal_attention", "self_attention", "mfn")
AVERAGING = ("concat_mlp", "pca_concat", "lmf")
SIZES = {"early_concat": {"width": 32}}  # a wider one learns too, at three times the cost
DECIDING = ("modality_transformer", "late_vote", "weighted_average", "stacking")
BRIEF = {
    name: replace(made, settings=replace(made.settings, epochs=6), paces=QUICK)
    for name, made in MADE.items()
}


@pytest.mark.slow
@pytest.mark.parametrize("name", MIXING)
def test_a_strategy_that_mixes_channels_learns_whether_they_agree(name: str) -> None:
    assert accuracy_of(name, MADE["xor"], seed=0) > 0.9


@pytest.mark.slow
@pytest.mark.parametrize("name", IN_TIME)
def test_one_that_mixes_them_in_time_learns_which_word_is_marked(name: str) -> None:
    assert accuracy_of(name, MADE["cue"], 0, SIZES.get(name)) > 0.9


@pytest.mark.slow
@pytest.mark.parametrize("name", AVERAGING)
def test_one_that_averages_before_cannot_know_which_word_is_marked(name: str) -> None:
    assert 0.4 < accuracy_of(name, BRIEF["cue"], seed=0) < 0.6


@pytest.mark.slow
@pytest.mark.parametrize("task", MADE)
@pytest.mark.parametrize("name", DECIDING)
def test_a_strategy_that_combines_decisions_stays_at_chance(name: str, task: str) -> None:
    assert 0.4 < accuracy_of(name, BRIEF[task], seed=0) < 0.6


@pytest.mark.slow
def test_what_two_channels_share_is_not_where_they_differ() -> None:
    """CCA keeps the number that all channels share and drops the signs, which do not correlate."""
    assert accuracy_of("cca_concat", BRIEF["xor"], 0, {"keep": 1}) < 0.7
    assert accuracy_of("pca_concat", MADE["xor"], 0, {"keep": 4}) > 0.9


@pytest.mark.slow
def test_a_model_that_a_pace_does_not_teach_is_given_the_next() -> None:
    """The next pace has its share of the epochs: one is not enough, two dozen are."""
    brief = replace(MADE["xor"], settings=replace(MADE["xor"].settings, epochs=1))
    assert accuracy_of("concat_mlp", replace(brief, paces=((1e-3, 1),)), seed=0) < 0.8
    assert accuracy_of("concat_mlp", replace(brief, paces=((1e-9, 1), (1e-3, 24))), seed=0) > 0.9


def test_no_channel_tells_the_answer_alone() -> None:
    """Every text, sound and mark that occurs goes with yes as often as with no."""
    agree, marked = xor(4000, 0, ("text", "audio")), cue(4000, 0, ("text", "vision"))
    for batch, channels in ((agree, ("text", "audio")), (marked, ("text", "vision"))):
        assert batch.target is not None
        for channel in channels:
            told = batch[channel].values[..., 0].round().clamp(-1, 1)
            for kind in told.unique(dim=0):
                same = (told == kind).all(dim=1)
                if same.sum() > 400:
                    assert abs(batch.target[same].float().mean() - 0.5) < 0.06


def test_both_channels_together_tell_it_all() -> None:
    marked = cue(200, 0, ("text", "vision"))
    words, marks = marked["text"].values[..., 0], marked["vision"].values[..., 0]
    said = words.gather(1, marks.argmax(dim=1, keepdim=True)).squeeze(1) > 0
    assert torch.equal(said.long(), marked.target)
    agree = xor(200, 0, ("text", "audio"))
    signs = [agree[m].values[..., 0].mean(dim=1).sign() for m in ("text", "audio")]
    assert torch.equal((signs[0] * signs[1] > 0).long(), agree.target)


def test_a_model_is_asked_about_the_channels_that_it_reads() -> None:
    ote = find("model", "ote")(DIMS, TASK).eval()
    assert channels_of(ote) == ("text", "vision")
    assert pair_for(ote, MADE["xor"]) == ("text", "vision")
    voice = find("model", "hl_rnn")(DIMS, TASK).eval()
    assert pair_for(voice, MADE["cue"])[0] == "audio"


def test_clips_keep_their_rows_in_batches() -> None:
    clips = xor(130, 0, ("text", "audio"))
    parts = parts_of(clips)
    assert torch.equal(torch.cat([part["text"].values for part in parts]), clips["text"].values)
    assert [row for part in parts for row in part.rows.tolist()] == list(range(130))
