"""The teaching graph against its sums over pairs."""

import torch

from tritone.core.batch import Batch
from tritone.core.task import Regression
from tritone.models.dmd import DMD, TeachingGraph

DIMS = {"text": 5, "audio": 3, "vision": 4}


def inputs() -> tuple[torch.Tensor, torch.Tensor]:
    rng = torch.Generator().manual_seed(0)
    return torch.randn(3, 2, 1, generator=rng), torch.randn(3, 2, 4, generator=rng)


def test_pupils_follow_their_teachers_by_the_weights() -> None:
    graph, (scores, vectors) = TeachingGraph(4, 1, hidden=2), inputs()
    present = torch.ones(3, 2, dtype=torch.bool)
    weights, _ = graph.weights(scores, vectors, present)
    logits = away = 0.0
    for clip in range(2):
        for pupil in range(3):
            for teacher in range(3):
                weight = weights[pupil, teacher, clip]
                logits += weight * (scores[pupil, clip] - scores[teacher, clip]).abs().sum()
                rows = vectors[pupil, clip], vectors[teacher, clip]
                away += weight * (1 - torch.cosine_similarity(*rows, dim=0))
    taught = graph(scores, vectors, present)
    torch.testing.assert_close(taught.logits, logits / 12)
    torch.testing.assert_close(taught.vectors, away / 12)


def test_a_weight_is_a_softmax_of_the_edge_over_teachers() -> None:
    graph, (scores, vectors) = TeachingGraph(4, 1, hidden=2), inputs()
    known = torch.cat([graph.vector(vectors), graph.score(scores)], dim=2)[:, 0]
    edges = [graph.edge(torch.cat([known[0], known[k]]).tanh()) for k in (1, 2)]
    weights, _ = graph.weights(scores, vectors, torch.ones(3, 2, dtype=torch.bool))
    torch.testing.assert_close(weights[0, 1:, 0], torch.cat(edges).softmax(dim=0))
    torch.testing.assert_close(weights.sum(dim=1), torch.ones(3, 2))


def test_a_missing_modality_neither_teaches_nor_learns() -> None:
    graph, (scores, vectors) = TeachingGraph(4, 1, hidden=2), inputs()
    present = torch.tensor([[True, True], [True, False], [True, True]])
    weights, real = graph.weights(scores, vectors, present)
    assert not weights[1, :, 1].any() and not weights[:, 1, 1].any()
    assert int(real.sum()) == 6 + 2


def test_a_teacher_is_not_moved_by_its_pupil() -> None:
    """With edges that are all alike, a score follows its own two teachers alone."""
    graph, (scores, vectors) = TeachingGraph(4, 1, hidden=2), inputs()
    torch.nn.init.zeros_(graph.edge.weight)
    scores.requires_grad_()
    graph(scores, vectors, torch.ones(3, 2, dtype=torch.bool)).logits.backward()
    signs = (scores[:, None] - scores[None]).sign()[..., 0]
    torch.testing.assert_close(scores.grad[..., 0], 0.5 * signs.sum(dim=1) / 12)


def test_every_head_learns_the_task(batch: Batch) -> None:
    """The whole, the common part, and a head on each side of each modality: eight."""
    model = DMD(DIMS, Regression(), width=4, heads=2, depth=1, self_depth=1)
    terms = model.losses(model(batch), batch)
    heads = {f"{kind}_{m}" for kind in ("shared", "private") for m in DIMS} | {"task", "common"}
    assert heads | {"teach_shared", "teach_private", "separate"} == set(terms)
