"""The contrast of decomposed parts against its sums."""

from collections.abc import Callable
from dataclasses import replace

import torch

from tritone.core.batch import Batch, Track
from tritone.core.task import Regression
from tritone.models.confede import ConFEDE, decomposed

DIMS = {"text": 5, "audio": 3, "vision": 4}


def test_the_contrast_is_a_mean_over_pairs_that_attract() -> None:
    rng = torch.Generator().manual_seed(0)
    similar, dissimilar = torch.randn(2, 2, 3, 4, generator=rng)
    group = torch.tensor([0, 1, 0])
    counts = torch.tensor([[True, True, True], [True, False, True]])

    def score(one: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
        return (torch.cosine_similarity(one, other, dim=0) / 0.5).exp()

    items = [(m, b) for m in range(2) for b in range(3) if counts[m, b]]
    found = []
    for m, b in items:
        others = [(n, c) for n, c in items if (n, c) != (m, b)]
        total = sum(score(similar[m, b], similar[n, c]) for n, c in others)
        total += sum(score(similar[m, b], dissimilar[n, c]) for n, c in items if c == b)
        for n, c in others:
            if group[c] == group[b]:
                found.append(-(score(similar[m, b], similar[n, c]) / total).log())
    ours = decomposed(similar, dissimilar, group, counts, 0.5)
    torch.testing.assert_close(ours, torch.stack(found).mean())


def test_scores_that_round_alike_are_kin() -> None:
    model = ConFEDE(DIMS, Regression(), width=4, hidden=4, heads=2)
    scores = torch.tensor([[0.6], [1.4], [-0.4], [0.2]])
    assert model.kin(scores).tolist() == [1, 1, 0, 0]


def test_each_part_predicts_by_itself(batch: Batch) -> None:
    model = ConFEDE(DIMS, Regression(), width=4, hidden=4, heads=2).eval()
    said = model(batch)
    errors = [
        (model.judge(said.parts[f"{kind}_{m}"]) - batch.target).abs().mean()
        for kind in ("similar", "dissimilar")
        for m in DIMS
    ]
    torch.testing.assert_close(
        model.losses(said, batch)["unimodal"], 0.01 * torch.stack(errors).sum()
    )


def test_what_is_said_in_another_order_is_not_the_same(
    make_batch: Callable[..., Batch],
) -> None:
    """The means over time know when something was said: rows do not drown their places."""
    torch.manual_seed(0)
    model = ConFEDE(DIMS, Regression()).eval()
    clips = make_batch(clips=32)
    turned = {m: replace(track, values=backwards(track)) for m, track in clips.tracks.items()}
    parts, again = (model(each).parts for each in (clips, replace(clips, tracks=turned)))
    for m in DIMS:
        moved = (again[f"similar_{m}"] - parts[f"similar_{m}"]).square().mean().sqrt()
        assert moved > 0.06 * parts[f"similar_{m}"].std(dim=0).mean()


def backwards(track: Track) -> torch.Tensor:
    """The real rows of each clip in the opposite order."""
    values = track.values.clone()
    for clip, mask in enumerate(track.mask):
        values[clip, mask] = values[clip, mask].flip(0)
    return values
