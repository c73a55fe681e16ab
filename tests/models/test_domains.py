"""Distances between spaces, by the formulas of their papers."""

import torch

from tritone.core.task import Classes, Regression
from tritone.models.domains import group_of, margin, moment_discrepancy, overlap


def pair() -> tuple[torch.Tensor, torch.Tensor]:
    rng = torch.Generator().manual_seed(0)
    return torch.rand(5, 3, generator=rng), torch.rand(5, 3, generator=rng)


ALL = torch.ones(5, dtype=torch.bool)


def test_the_discrepancy_is_the_sum_of_the_moments_distances() -> None:
    one, other = pair()
    expected = (one.mean(0) - other.mean(0)).norm()
    for k in (2, 3, 4, 5):
        moments = [((side - side.mean(0)) ** k).mean(0) for side in (one, other)]
        expected = expected + (moments[0] - moments[1]).norm()
    torch.testing.assert_close(moment_discrepancy(one, other, ALL), expected)


def test_a_shift_shows_in_the_mean_alone() -> None:
    one, _ = pair()
    shift = torch.tensor([3.0, 0.0, 4.0])
    torch.testing.assert_close(moment_discrepancy(one, one + shift, ALL), torch.tensor(5.0))


def test_clips_that_do_not_count_weigh_nothing() -> None:
    one, other = pair()
    counts = torch.tensor([True, False, True, True, False])
    for term in (moment_discrepancy, overlap):
        few = term(one[counts], other[counts], ALL[:3])
        torch.testing.assert_close(term(one, other, counts), few)


def test_no_clip_that_counts_is_no_distance_and_no_gradient() -> None:
    for term in (moment_discrepancy, overlap):
        one, other = pair()
        one.requires_grad_()
        loss = term(one, other, ~ALL)
        loss.backward()
        assert loss == 0 and one.grad is not None and not one.grad.any()


def test_the_overlap_is_the_squared_correlation_of_centred_rows() -> None:
    one, other = pair()
    rows = [side - side.mean(0) for side in (one, other)]
    rows = [side / side.norm(dim=1, keepdim=True) for side in rows]
    expected = torch.einsum("bi,bj->ij", *rows).square().mean()
    torch.testing.assert_close(overlap(one, other, ALL), expected)


def test_spaces_that_never_move_together_do_not_overlap() -> None:
    one = torch.tensor([[1.0, 0.0], [-1.0, 0.0], [1.0, 0.0], [-1.0, 0.0]])
    other = torch.tensor([[0.0, 1.0], [0.0, 1.0], [0.0, -1.0], [0.0, -1.0]])
    assert overlap(one, other, ALL[:4]) == 0


def test_the_margin_is_a_mean_over_triples() -> None:
    rng = torch.Generator().manual_seed(0)
    spaces, group = torch.randn(2, 3, 4, generator=rng), torch.tensor([0, 1, 0])
    items = [(m, b) for m in range(2) for b in range(3)]
    found = []
    for m, b in items:
        for n, c in items:
            for o, d in items:
                if n != m and group[c] == group[b] and o == m and group[d] != group[b]:
                    near, far = (
                        torch.cosine_similarity(spaces[m, b], other, dim=0)
                        for other in (spaces[n, c], spaces[o, d])
                    )
                    found.append((0.2 - near + far).clamp(min=0))
    ours = margin(spaces, group, torch.ones(2, 3, dtype=torch.bool))
    torch.testing.assert_close(ours, torch.stack(found).mean())


def test_scores_are_in_two_groups_and_classes_in_their_own() -> None:
    scores = torch.tensor([[-1.0], [2.0], [0.0]])
    assert group_of(Regression(), scores).tolist() == [0, 1, 0]
    assert group_of(Classes(("a", "b")), torch.tensor([1, 0])).tolist() == [1, 0]
