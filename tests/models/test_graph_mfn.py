"""The dynamic fusion graph against its vertices written out."""

import torch

from tritone.core.batch import Batch
from tritone.core.task import Regression
from tritone.models.graph_mfn import FusionGraph, GraphMemoryFusion

DIMS = {"text": 5, "audio": 3, "vision": 4}


def test_three_views_make_the_graph_of_the_paper() -> None:
    """Two edges into each pair, six into the triple, seven into the top: 19."""
    graph = FusionGraph(3, 2, 4, hidden=5, dropout=0.0)
    assert [graph.degree(vertex) for vertex in graph.joint] == [2, 2, 2, 6, 7]
    assert len(graph.edges) == 19


def test_two_views_by_hand() -> None:
    """l, a; then la from both; then the top from all three; each edge by its efficacy."""
    graph = FusionGraph(2, 2, 3, hidden=5, dropout=0.0)
    views = torch.tensor([[[1.0, -2.0]], [[0.5, 3.0]]])
    l, a = graph.single[0](views[0]), graph.single[1](views[1])  # noqa: E741
    alpha = torch.sigmoid(graph.efficacy(torch.cat([l, a], dim=1)))[0]
    la = graph.vertex[0](torch.cat([alpha[0] * l, alpha[1] * a], dim=1))
    top = graph.vertex[1](torch.cat([alpha[2] * l, alpha[3] * a, alpha[4] * la], dim=1))
    ours, efficacy = graph(views)
    torch.testing.assert_close(ours, top)
    torch.testing.assert_close(efficacy[0], alpha)


def test_efficacies_are_shares(batch: Batch) -> None:
    model = GraphMemoryFusion(DIMS, Regression(), width=2, memory=3, node=4, hidden=5).eval()
    efficacy = model(batch).parts["efficacy"]
    assert efficacy.shape == (4, 19)
    assert ((efficacy > 0) & (efficacy < 1)).all()
