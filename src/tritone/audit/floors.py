"""What predictors score that look at nothing, by target and split, and how much a split can tell.

Every figure names its rule, as the metrics do; `clips` is how many have the label.
"""

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np

from tritone.audit.findings import Finding, found
from tritone.audit.subject import Subject, classes_of_clips, rows_by_split, score_of
from tritone.core.task import Classes, Regression
from tritone.metrics import acc2_ge0, acc2_gt0, acc2_nonzero, acc7_round

WIDE = 0.02  # a 95 % half-width above this hides most of the field's improvements
AT = 0.85  # accuracy at which widths are told
NORMAL_95, NORMAL_80 = 1.960, 0.842
SKEWED = 5.0  # times the smallest class
SHIFTED, SURE = 0.1, 3.0
SIGNS = {"acc2_ge0": acc2_ge0, "acc2_gt0": acc2_gt0, "acc2_nonzero": acc2_nonzero}


def floors_of(subject: Subject) -> dict[str, dict[str, dict[str, int | float]]]:
    """Target to split to figures: majority and shares for classes, constants for scores."""
    floors: dict[str, dict[str, dict[str, int | float]]] = {}
    for target, task in subject.tasks.items():
        if target == "valence" and "score" in subject.tasks:
            continue  # The same on another scale.
        labels = [clip.labels.get(target) for clip in subject.clips]
        parts = rows_by_split(subject.clips) or {"all": list(range(len(labels)))}
        for split, rows in parts.items():
            given = [label for row in rows if (label := labels[row]) is not None]
            if isinstance(task, Regression):
                figures = score_figures(np.array([score_of(one) for one in given]), task)
            else:
                figures = class_figures([str(one) for one in given])
            if figures:
                floors.setdefault(target, {})[split] = figures
    return floors


def class_figures(labels: Sequence[str]) -> dict[str, int | float]:
    """Of always naming the most frequent class, and the share of each class."""
    if not labels:
        return {}
    counts, n = Counter(labels), len(labels)
    top = max(counts.values()) / n
    return {
        "clips": n,
        "majority": top,
        "f1_macro": 2 * top / (1 + top) / len(counts),
        "f1_weighted": 2 * top**2 / (1 + top),
        "uar": 1 / len(counts),
        **{f"share_{name}": count / n for name, count in sorted(counts.items())},
        "half_width": half_width(n),
        "detectable": detectable(n),
    }


def score_figures(scores: np.ndarray, task: Regression) -> dict[str, int | float]:
    """Of a constant score: errors of mean and median, and the better constant sign."""
    scores = scores[np.isfinite(scores)]
    if not len(scores):
        return {}
    figures: dict[str, int | float] = {
        "clips": len(scores),
        "mean": float(scores.mean()),
        "median": float(np.median(scores)),
        "mae_of_mean": float(np.abs(scores - scores.mean()).mean()),
        "mae_of_median": float(np.abs(scores - np.median(scores)).mean()),
    }
    if task.low < 0 < task.high:
        ones = np.ones_like(scores)
        for name, metric in SIGNS.items():
            sides = [metric(ones, scores), metric(-ones, scores)]
            known = [side for side in sides if not math.isnan(side)]
            figures |= {name: max(known)} if known else {}
    if (task.low, task.high) == (-3, 3):
        each = [acc7_round(np.full_like(scores, step), scores) for step in range(-3, 4)]
        figures["acc7_round"] = max(each)
    return figures | {
        "half_width": half_width(len(scores)),
        "detectable": detectable(len(scores)),
    }


def half_width(clips: int) -> float:
    """Of the 95 % interval of an accuracy of .85 on so many clips."""
    return NORMAL_95 * math.sqrt(AT * (1 - AT) / clips)


def detectable(clips: int) -> float:
    """The smallest difference of two accuracies near .85 that such a split shows.

    Two-sided at 5 %, with a power of 80 %, for models judged on separate clips; judged on the
    same clips, models that mostly agree can be told apart somewhat better.
    """
    return (NORMAL_95 + NORMAL_80) * math.sqrt(2 * AT * (1 - AT) / clips)


def check_size(subject: Subject) -> list[Finding]:
    """Whether the splits are there, and large enough to tell models apart."""
    parts = rows_by_split(subject.clips)
    if not parts:
        what = f"None of {len(subject.clips):,} clips is in a split."
        return [found("no_splits", [], what, count=len(subject.clips))]
    findings = []
    if "train" in parts and "test" in parts and "val" not in parts:
        what = f"There are {', '.join(parts)}, and no val."
        findings.append(found("no_validation_split", [], what, count=1))
    for split in ("val", "test"):
        n = len(parts.get(split, ()))
        if n and half_width(n) > WIDE:
            clips = f"{split} has {n:,} clip{'' if n == 1 else 's'}"
            what = (
                f"{clips}: an accuracy of .85 is known to \u00b1"
                f"{100 * half_width(n):.1f} points, and two models differ from "
                f"{100 * detectable(n):.1f} points on."
            )
            if detectable(n) >= 1:
                what = f"{clips}: no difference between two models can be shown on so few."
            figures = {"half_width": half_width(n), "detectable": detectable(n)}
            findings.append(
                found("small_evaluation_split", [], what, count=n, channel=split, figures=figures)
            )
    return findings


def check_classes(subject: Subject) -> list[Finding]:
    """Balance of the classes of every target, within splits and between them."""
    findings = []
    classes = [target for target, task in subject.tasks.items() if isinstance(task, Classes)]
    for target in classes or list(subject.tasks)[:1]:
        names = classes_of_clips(subject, target)
        parts = {
            split: Counter(one for row in rows if (one := names[row]) is not None)
            for split, rows in rows_by_split(subject.clips).items()
        }
        parts = {split: counts for split, counts in parts.items() if counts}
        for split, counts in parts.items():
            findings += check_balance(target, split, counts)
        if "train" in parts:
            findings += check_shift(target, parts)
    return findings


def check_balance(target: str, split: str, counts: Counter[str]) -> list[Finding]:
    """Whether one class is all, or many times another."""
    total = counts.total()
    (top, most), (least, fewest) = counts.most_common()[0], counts.most_common()[-1]
    if len(counts) == 1:
        if total < 2:
            return []
        what = f"All {total:,} clips of {split} are {top}."
        return [found("label_constant", [], what, count=total, channel=target)]
    if split != "train" or most < SKEWED * fewest:
        return []
    what = (
        f"In {split} {top} has {most:,} of {total:,} clips ({100 * most / total:.1f} %), "
        f"{least} {fewest:,}: {most / fewest:.1f} times less."
    )
    return [found("class_imbalance", [], what, count=len(counts), channel=target)]


def check_shift(target: str, parts: dict[str, Counter[str]]) -> list[Finding]:
    """Whether the other splits hold the classes of train, in like shares."""
    findings, train = [], parts["train"]
    for split, counts in parts.items():
        strange = sorted(set(counts) - set(train))
        if strange:
            n = sum(counts[name] for name in strange)
            what = f"{split} has {n:,} clips of {', '.join(strange)}, train none."
            findings.append(found("class_without_training", [], what, count=n, channel=target))
        names = sorted({*train, *counts})
        ours = np.array([train[name] for name in names]) / train.total()
        theirs = np.array([counts[name] for name in names]) / counts.total()
        apart = float(np.abs(ours - theirs).sum() / 2)
        noise = float(
            np.sqrt(ours * (1 - ours) * (1 / counts.total() + 1 / train.total())).sum() / 2
        )
        if split != "train" and apart > SHIFTED and apart > SURE * noise:
            worst = names[int(np.abs(ours - theirs).argmax())]
            what = (
                f"{100 * apart:.0f} % of the labels of {split} would have to change to have the "
                f"shares of train; most in {worst}."
            )
            findings.append(found("label_shift", [], what, count=1, channel=target))
    return findings
