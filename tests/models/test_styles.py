"""Models in the style of papers that give too little: each against its own formula."""

from dataclasses import replace

import torch

from tritone.core.batch import Batch
from tritone.core.task import Regression
from tritone.layers.guided import GuidedAttention
from tritone.models.disrfn import DISRFN, VertexGraph
from tritone.models.mvan import MVAN
from tritone.models.tedt import TEDT
from tritone.models.timf import TIMF

DIMS = {"text": 5, "audio": 3, "vision": 4}


def without(batch: Batch, *channels: str) -> Batch:
    """The batch without some of its channels."""
    gone = {m: replace(batch[m], mask=batch[m].mask & False) for m in channels}
    return replace(batch, tracks={**batch.tracks, **gone})


def test_guided_attention_is_written_out() -> None:
    torch.manual_seed(0)
    look, rows, guide = GuidedAttention(3, 2), torch.randn(1, 4, 3), torch.randn(1, 2)
    vector, weights = look(rows, torch.ones(1, 4, dtype=torch.bool), guide)
    scores = look.score((look.inner(rows[0]) + look.guide(guide)).tanh())[:, 0]
    torch.testing.assert_close(weights[0], scores.softmax(dim=0))
    torch.testing.assert_close(vector[0], scores.softmax(dim=0) @ rows[0])


def test_timf_averages_the_scores_of_tensor_and_channels(batch: Batch) -> None:
    model = TIMF(DIMS, Regression()).eval()
    parts = model(batch).parts
    alone = [parts[f"score_{m}"] for m in DIMS]
    mean = torch.stack([model.head(parts["fused"]), *alone]).mean(dim=0)
    torch.testing.assert_close(model(batch).score, mean)


def test_a_channel_that_timf_lacks_has_no_vote(batch: Batch) -> None:
    weights = TIMF(DIMS, Regression()).eval()(without(batch, "audio", "vision")).parts["weights"]
    torch.testing.assert_close(weights, torch.tensor([[0.5, 0.5, 0, 0]]).expand(4, -1))


def test_a_pair_of_vertices_counts_by_its_weights_and_its_difference() -> None:
    torch.manual_seed(0)
    graph, rows = VertexGraph(3, 4, dropout=0.0), torch.randn(1, 3, 4)
    said = graph(rows, torch.ones(1, 3, dtype=torch.bool))[0]
    a, soft = graph.weigh(rows[0]).sigmoid()[:, 0], rows[0].softmax(dim=1)
    pairs = [(0, 1), (0, 2), (1, 2)]
    edges = torch.stack([(a[i] + a[j]) / (soft[i] @ soft[j] + 0.5) for i, j in pairs]).softmax(0)
    joined = torch.stack([graph.pair(torch.cat([rows[0, i], rows[0, j]])) for i, j in pairs])
    torch.testing.assert_close(said, torch.cat([a @ rows[0], edges @ joined]))


def test_disrfn_counts_what_the_halves_cannot_give_back(batch: Batch) -> None:
    model = DISRFN({"audio": 3}, Regression(), reconstruction=1.0).eval()
    said = model(batch)
    both = said.parts["shared_audio"] + said.parts["private_audio"]
    expected = (model.rebuild(both) - said.parts["vector_audio"]).square().mean()
    torch.testing.assert_close(model.losses(said, batch)["reconstruction"], expected)


def test_tedt_translates_towards_words_that_stand_still(batch: Batch) -> None:
    model = TEDT({"text": 5, "audio": 3}, Regression(), weight=1.0).eval()
    said = model(batch)
    term = model.losses(said, batch)["translation"]
    far = said.parts["vector_audio"] - said.parts["vector_text"]
    torch.testing.assert_close(term, far.square().mean())
    term.backward()
    words = [w.grad for w in model.read["text"].parameters()]
    assert not any(grad is not None and grad.any() for grad in words)


def test_mvan_reads_its_views_from_the_last_question(batch: Batch) -> None:
    torch.manual_seed(0)
    once, twice = (MVAN(DIMS, Regression(), hops=hops).eval() for hops in (1, 2))
    twice.load_state_dict(once.state_dict())
    first, second = (m(batch).parts["attention_vision"] for m in (once, twice))
    torch.testing.assert_close(second.sum(dim=1), torch.ones(4))
    assert not torch.allclose(first, second)
