"""Whether something beside the content predicts the label, one attribute at a time.

A shallow tree learns the label from the attribute on the training part and is judged on the
other clips. It is told of only where the whole interval of its balanced accuracy lies above
chance, so that chance findings are rare however many attributes are tried.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from sklearn.tree import DecisionTreeClassifier

from tritone.audit.findings import Finding, found
from tritone.audit.kinds import Severity
from tritone.core.clip import Clip
from tritone.metrics import balanced_accuracy, interval

FEWEST = 30  # clips to learn from, and to judge on
MARGIN = 0.05  # of the way from chance to 1 that the interval must be above chance
WEAK, STRONG = 0.15, 0.5  # of the way from chance to 1
DEPTH, LEAF = 3, 0.02  # of the tree; its leaves hold at least this share
DRAWS = 1000
# What a person would call part of the expression; the rest is how the data were made.
EXPRESSIVE = ("loudness", "text_length", "seconds")

Attributes = Mapping[str, Mapping[str, float]]


def text_lengths(clips: Sequence[Clip]) -> dict[str, float]:
    """Characters of each text, by clip."""
    return {clip.id: float(len(clip.text)) for clip in clips if clip.text}


def check_shortcuts(
    clips: Sequence[Clip], labels: Sequence[str | None], attributes: Attributes
) -> list[Finding]:
    """Findings of the attributes that predict the label.

    Args:
        clips: all clips.
        labels: the class of each.
        attributes: name to clip id to value; clips without a value are left out.
    """
    findings = []
    for name, values in attributes.items():
        rows = [
            row
            for row, clip in enumerate(clips)
            if clip.id in values and labels[row] is not None and np.isfinite(values[clip.id])
        ]
        train, rest = parted([clips[row] for row in rows], rows)
        if min(len(train), len(rest)) < FEWEST:
            continue
        numbers = {row: values[clips[row].id] for row in rows}
        findings += judge(name, clips, labels, numbers, train, rest)
    return findings


def parted(clips: Sequence[Clip], rows: Sequence[int]) -> tuple[list[int], list[int]]:
    """The rows of train and all others; halves, by group, where nothing is split."""
    train = [row for row, clip in zip(rows, clips, strict=True) if clip.split == "train"]
    if train and len(train) < len(rows):
        held = set(train)
        return train, [row for row in rows if row not in held]
    groups = sorted({clip.group or clip.id for clip in clips})
    chosen = np.random.default_rng(0).permutation(len(groups))[: len(groups) // 2]
    first = {groups[place] for place in chosen}
    sides: tuple[list[int], list[int]] = ([], [])
    for row, clip in zip(rows, clips, strict=True):
        sides[(clip.group or clip.id) not in first].append(row)
    return sides


def judge(
    name: str,
    clips: Sequence[Clip],
    labels: Sequence[str | None],
    numbers: Mapping[int, float],
    train: Sequence[int],
    rest: Sequence[int],
) -> list[Finding]:
    """The finding of one attribute, if there is one."""
    given, asked = (np.array([[numbers[row]] for row in rows]) for rows in (train, rest))
    names, true = (np.array([str(labels[row]) for row in rows]) for rows in (train, rest))
    if len(set(names)) < 2 or len(set(true)) < 2 or given.min() == given.max():
        return []
    leaf = max(1, round(LEAF * len(train)))
    tree = DecisionTreeClassifier(
        max_depth=DEPTH, min_samples_leaf=leaf, class_weight="balanced", random_state=0
    )
    said = tree.fit(given, names).predict(asked)
    score, chance = balanced_accuracy(said, true), 1 / len(set(true))
    groups = [clips[row].group or clips[row].id for row in rest]
    low, _ = interval(balanced_accuracy, said, true, groups, draws=DRAWS)
    if low < chance + MARGIN * (1 - chance):
        return []
    lift = (score - chance) / (1 - chance)
    what = (
        f"{name} alone gives a balanced accuracy of {score:.3f} (at least {low:.3f}) on "
        f"{len(rest):,} clips not learned from; chance is {chance:.3f}. {told(tree, name)}"
    )
    figures = {"balanced_accuracy": score, "low": low, "chance": chance}
    return [
        found(
            "shortcut",
            [],
            what.strip(),
            count=1,
            severity=severity(name, lift),
            channel=name,
            figures=figures,
        )
    ]


def severity(name: str, lift: float) -> Severity:
    """How grave it is: what is part of the expression may well predict it."""
    if name in EXPRESSIVE:
        return "info" if lift < STRONG else "warning"
    if lift >= STRONG:
        return "error"
    return "warning" if lift >= WEAK else "info"


def told(tree: DecisionTreeClassifier, name: str) -> str:
    """The class that each side of the tree's first cut leans to."""
    inner = tree.tree_
    left, right = int(inner.children_left[0]), int(inner.children_right[0])
    if left < 0:
        return ""
    low, high = (tree.classes_[int(inner.value[side].argmax())] for side in (left, right))
    cut = float(inner.threshold[0])
    return f"Up to {cut:.4g} it leans to {low}, above to {high}."
