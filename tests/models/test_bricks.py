"""The fusion bricks that S002 names: against their formulas written out, and by hand."""

import math
from dataclasses import replace

import torch

from tritone.core.batch import Batch
from tritone.core.task import Regression
from tritone.layers.contrastive import info_nce
from tritone.models.co_attention import CoAttention, CoLook
from tritone.models.contrastive import Contrastive
from tritone.models.domains import overlap
from tritone.models.joint_multitask import JointMultitask
from tritone.models.mlp_mixing import MixerBlock, MlpMixing
from tritone.models.shared_private import SharedPrivate

DIMS = {"text": 5, "audio": 3, "vision": 4}


def test_info_nce_by_hand() -> None:
    # Two clips whose vectors agree and are at right angles to the other's: e¹ against e¹ + e⁰.
    one, there = torch.eye(2), torch.ones(2, dtype=torch.bool)
    expected = math.log(math.e + 1) - 1
    said = info_nce(one, 3 * one, there, temperature=1.0)
    torch.testing.assert_close(said, torch.tensor(expected))


def test_info_nce_is_cross_entropy_both_ways() -> None:
    torch.manual_seed(0)
    one, other = torch.randn(5, 3), torch.randn(5, 3)
    score = torch.cosine_similarity(one[:, None], other[None], dim=2) / 0.2
    right = torch.arange(5)
    both = [torch.nn.functional.cross_entropy(side, right) for side in (score, score.T)]
    said = info_nce(one, other, torch.ones(5, dtype=torch.bool), temperature=0.2)
    torch.testing.assert_close(said, torch.stack(both).mean())


def test_a_clip_without_its_pair_is_no_wrong_answer_either() -> None:
    torch.manual_seed(0)
    one, other = torch.randn(5, 3), torch.randn(5, 3)
    there = torch.tensor([True, False, True, True, False])
    whole = info_nce(one, other, there)
    left = info_nce(one[there], other[there], torch.ones(3, dtype=torch.bool))
    torch.testing.assert_close(whole, left)
    assert info_nce(one, other, torch.arange(5) == 2) == 0


def test_contrast_is_the_mean_over_the_pairs(batch: Batch) -> None:
    model = Contrastive(DIMS, Regression(), weight=2.0).eval()
    said = model(batch)
    here = torch.ones(len(batch), dtype=torch.bool)
    view = {m: said.parts[f"view_{m}"] for m in DIMS}
    pairs = (("text", "audio"), ("text", "vision"), ("audio", "vision"))
    each = [info_nce(view[a], view[b], here) for a, b in pairs]
    expected = 2.0 * torch.stack(each).mean()
    torch.testing.assert_close(model.losses(said, batch)["contrast"], expected)


def test_separation_counts_each_two_halves_that_are_to_differ(batch: Batch) -> None:
    two = {"text": 5, "audio": 3}
    model = SharedPrivate(two, Regression(), separation=1.0).eval()
    said, here = model(batch), torch.ones(len(batch), dtype=torch.bool)
    half = said.parts
    expected = (
        overlap(half["private_text"], half["shared_text"], here)
        + overlap(half["private_audio"], half["shared_audio"], here)
        + overlap(half["private_text"], half["private_audio"], here)
    )
    torch.testing.assert_close(model.losses(said, batch)["separation"], expected)


def test_co_attention_is_the_formula_of_the_paper() -> None:
    torch.manual_seed(0)
    look, one, other = CoLook(3), torch.randn(1, 4, 3), torch.randn(1, 2, 3)
    masks = torch.ones(1, 4, dtype=torch.bool), torch.ones(1, 2, dtype=torch.bool)
    vectors, weights = look(one, masks[0], other, masks[1])
    q, v = one[0], other[0]
    near = (look.affinity(q) @ v.T).tanh()
    inner_q, inner_v = look.inner[0](q), look.inner[1](v)
    a_q = look.score[0]((inner_q + near @ inner_v).tanh()).softmax(dim=0).T
    a_v = look.score[1]((inner_v + near.T @ inner_q).tanh()).softmax(dim=0).T
    torch.testing.assert_close(weights[0], a_q)
    torch.testing.assert_close(vectors[0], a_q @ q)
    torch.testing.assert_close(vectors[1], a_v @ v)


def test_attention_sums_to_one_over_what_is_there(batch: Batch) -> None:
    parts = CoAttention(DIMS, Regression()).eval()(batch).parts
    torch.testing.assert_close(parts["attention_audio_vision"].sum(dim=1), torch.ones(4))
    assert not parts["attention_audio_vision"][~batch["audio"].mask].any()


def test_a_head_learns_from_the_label_of_its_channel(batch: Batch) -> None:
    own = torch.tensor([[0.5], [float("nan")], [-1.0], [2.0]])
    model = JointMultitask(DIMS, Regression(), share=0.5).eval()
    labelled = replace(batch, targets={"score_text": own})
    said = model(labelled)
    each = (said.parts["score_text"] - own)[[0, 2, 3]].abs().mean()
    torch.testing.assert_close(model.losses(said, labelled)["unimodal_text"], 0.5 * each)


def test_a_block_mixes_tokens_and_then_columns() -> None:
    torch.manual_seed(0)
    block, states = MixerBlock(4, 3, hidden=2, dropout=0.0), torch.randn(2, 4, 3)
    first = states + block.over_tokens(block.token_norm(states).mT).mT
    expected = first + block.over_columns(block.column_norm(first))
    torch.testing.assert_close(block(states), expected)


def test_slots_of_one_channel_reach_those_of_another(batch: Batch) -> None:
    torch.manual_seed(0)
    model = MlpMixing(DIMS, Regression(), depth=1, slots=2).eval()
    blank = replace(batch["audio"], mask=batch["audio"].mask & False)
    without = model(replace(batch, tracks={**batch.tracks, "audio": blank}))
    assert not torch.allclose(without.score, model(batch).score)
