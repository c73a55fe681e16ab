"""Has a training learned its train split by heart? And what can be done about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# Gaps that are worth a word: a tenth of all clips, or an error a third higher. Smaller ones are
# within the noise of a val split of a few hundred clips.
POINTS, RATIO = 0.1, 4 / 3
# What models of the catalogue call their sizes, in the order of the remedies.
WIDTHS, DROPOUTS, DEPTHS = ("width", "hidden"), ("dropout",), ("depth", "layers")


@dataclass(frozen=True)
class Advice:
    """A gap between train and val, and its remedy.

    Args:
        metric: in which the gap shows.
        train: its value on train.
        val: its value on val.
        sentence: what was seen and what to try, for people.
    """

    metric: str
    train: float
    val: float
    sentence: str


def overfitting(
    history: Sequence[Mapping[str, int | float]],
    train: Mapping[str, float | None],
    val: Mapping[str, float | None],
    *,
    options: Mapping[str, object] | None = None,
) -> Advice | None:
    """Advice where a training does much better on train than on val; None where it does not.

    Much is ten points of accuracy, or a mean absolute error a third higher.

    Args:
        history: a line for each epoch, with "epoch" and "score", where a lower score is better.
        train: metric to value on the train split.
        val: the same on the val split.
        options: the model's options and their values, so that the advice can name them.
    """
    for metric, is_error in (("accuracy", False), ("mae", True)):
        seen, unseen = train.get(metric), val.get(metric)
        if seen is None or unseen is None:
            continue
        wide = unseen >= RATIO * seen and unseen > 0 if is_error else seen - unseen >= POINTS
        if not wide:
            return None
        said = f"{metric} is {seen:.3f} on train and {unseen:.3f} on val"
        return Advice(metric, seen, unseen, f"{said}{turn(history)}. {remedy(options or {})}")
    return None


def turn(history: Sequence[Mapping[str, int | float]]) -> str:
    """Since when val no longer gets better, where that is before the last epoch."""
    scores = [line["score"] for line in history if "score" in line]
    if not scores:
        return ""
    best = scores.index(min(scores)) + 1
    if best == len(scores):
        return ", and val was still getting better"
    return f", and val was best in epoch {best} of {len(scores)}"


def remedy(options: Mapping[str, object]) -> str:
    """What to try, with the settings that the model has."""
    smaller, more, fewer = (
        setting(options, names, least) for names, least in ((WIDTHS, 2), (DROPOUTS, 0), (DEPTHS, 2))
    )
    return (
        f"It learns train by heart: try smaller embeddings{smaller}, more dropout{more} or fewer "
        f"layers{fewer}, one at a time with --set, and choose by val."
    )


def setting(options: Mapping[str, object], names: Sequence[str], least: int) -> str:
    """The first of these options that the model has, and its value now; "" where there is none."""
    for name in names:
        value = options.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool) and value >= least:
            return f" (model.{name} is {value})"
    return ""
