"""Clips as turns of dialogues, and the graph over them."""

import math

import torch

from tritone.layers.dialogues import dialogues_of
from tritone.layers.turn_graph import DeepGraphLayer, turn_graph

NAMES = ("a", None, "b", "a", "a", None)
POSITIONS = [7, -1, 0, 2, 3, -1]
SPEAKERS = ("ann", None, "bob", "bob", "ann", None)


def test_clips_stand_in_the_order_of_their_positions() -> None:
    found = dialogues_of(NAMES, POSITIONS, SPEAKERS)
    laid = found.lay(torch.arange(1.0, 7.0).unsqueeze(1)).squeeze(2)
    assert laid.tolist() == [[4, 5, 1], [2, 0, 0], [3, 0, 0], [6, 0, 0]]
    assert found.mask.tolist() == (laid > 0).tolist()


def test_speakers_are_counted_by_their_first_turn() -> None:
    assert dialogues_of(NAMES, POSITIONS, SPEAKERS).speaker[0].tolist() == [0, 1, 1]


def test_taking_back_undoes_laying() -> None:
    found = dialogues_of(NAMES, POSITIONS, SPEAKERS)
    values = torch.randn(6, 3)
    assert torch.equal(found.take_back(found.lay(values)), values)


def test_backwards_is_its_own_inverse_and_leaves_padding_behind() -> None:
    found = dialogues_of(NAMES, POSITIONS, SPEAKERS)
    laid = found.lay(torch.arange(1.0, 7.0).unsqueeze(1))
    assert found.backwards(laid)[0].flatten().tolist() == [1, 5, 4]
    assert found.backwards(laid)[1].flatten().tolist() == [2, 0, 0]
    assert torch.equal(found.backwards(found.backwards(laid)), laid)


def test_edges_are_angles_scaled_by_degrees() -> None:
    # Two channels, two turns; the second turn lacks the second channel.
    nodes = torch.tensor([[[[1.0, 0.0], [0.0, 2.0]], [[1.0, 1.0], [5.0, 5.0]]]])
    real = torch.tensor([[[True, True], [True, False]]])
    edges = turn_graph(nodes, real, across=0.5)
    near = {(0, 1): 1 - (math.pi / 2) / math.pi, (0, 2): 0.5 * (1 - (math.pi / 4) / math.pi)}
    plain = torch.eye(4)
    plain[3, 3] = 0
    for (one, other), weight in near.items():
        plain[one, other] = plain[other, one] = weight
    degree = plain.sum(dim=1).clamp(min=1e-6).rsqrt()
    wanted = degree.unsqueeze(1) * plain * degree.unsqueeze(0)
    torch.testing.assert_close(edges[0], wanted, atol=2e-3, rtol=0)


def test_a_graph_layer_is_its_formula() -> None:
    layer = DeepGraphLayer(3, 2, keep=0.2, decay=0.5)
    nodes, first = torch.randn(1, 4, 3), torch.randn(1, 4, 3)
    edges = torch.rand(1, 4, 4)
    share = math.log(0.5 / 2 + 1)
    weight = (1 - share) * torch.eye(3) + share * layer.weight.weight.T
    wanted = (0.8 * edges @ nodes + 0.2 * first) @ weight
    torch.testing.assert_close(layer(nodes, first, edges), wanted)
