"""Fewer clips of the large classes, or more weight for the small ones."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from tritone.core.clip import Clip
from tritone.core.errors import DataError
from tritone.datasets.splitting import digest


def balanced(
    clips: Sequence[Clip],
    target: str,
    *,
    per_class: int | None = None,
    total: int | None = None,
    seed: int = 0,
) -> tuple[Clip, ...]:
    """As many clips of every class of `target`, drawn by (seed, id), in their old order.

    None is repeated: where a class has too few, there are fewer of it. The draws nest: a smaller
    number with the same seed gives clips of the larger draw. Clips without the label are left
    out. S002 draws 8,000 to train and 2,000 to test of each corpus: `total`, split by split.

    Args:
        clips: of one split.
        target: name of a label with classes.
        per_class: clips of each class; by default as many as the smallest class has.
        total: clips of all classes together, shared out evenly; instead of `per_class`.
        seed: of the draw.

    Raises:
        DataError: both numbers are given, a number is below 1, or no clip has the label.
    """
    held: dict[str, list[Clip]] = defaultdict(list)
    for clip in clips:
        if target in clip.labels:
            held[str(clip.labels[target])].append(clip)
    if not held:
        raise DataError(f"None of {len(clips)} clips has a label {target!r} to balance.")
    wanted = wanted_of_each(held, per_class, total)
    chosen = set()
    for name, those in held.items():
        drawn = sorted(those, key=lambda clip: digest(f"{seed}\0{clip.id}"))
        chosen.update(clip.id for clip in drawn[: wanted[name]])
    return tuple(clip for clip in clips if clip.id in chosen)


def wanted_of_each(
    held: Mapping[str, Sequence[object]], per_class: int | None, total: int | None
) -> dict[str, int]:
    """Class to how many are drawn; what does not divide goes to the first by name."""
    if per_class is not None and total is not None:
        raise DataError(f"Give per_class or total, not both: got {per_class} and {total}.")
    if min(per_class or 1, total or 1) < 1 or 0 in (per_class, total):
        raise DataError(f"At least one clip is drawn, got {per_class if total is None else total}.")
    if total is not None:
        share, rest = divmod(total, len(held))
        return {name: share + (place < rest) for place, name in enumerate(sorted(held))}
    smallest = min(len(those) for those in held.values())
    return dict.fromkeys(held, smallest if per_class is None else per_class)


def class_weights(labels: Sequence[str], classes: Sequence[str]) -> tuple[float, ...]:
    """What each class weighs so that all classes count the same: n / (k * count).

    A class without a label weighs 0 and is not one of the k; the mean weight of the labels is 1.

    Args:
        labels: of the training clips; words that are none of `classes` do not count.
        classes: in the order of the weights.
    """
    counts = Counter(label for label in labels if label in classes)
    return tuple(
        counts.total() / (len(counts) * counts[name]) if counts[name] else 0.0 for name in classes
    )
