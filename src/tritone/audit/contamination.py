"""Features that know the training labels: right inside train, not beyond it.

A plain classifier is judged twice on the same features: by cross-validation inside train, whole
groups held out, and on val after learning from train. On clean features both agree within their
intervals. Where the features were made by a network that was trained on these labels, the first
is far above the second, and all that is chosen inside train is chosen on noise.
"""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from jaxtyping import Float
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from tritone.audit.findings import Finding, found
from tritone.audit.tracks import Gathered
from tritone.core.clip import Clip
from tritone.metrics import balanced_accuracy, interval

FOLDS = 5
FEWEST = 40  # clips of either part
RARE = 0.1  # of train; a class with less makes a balanced accuracy wild
MOST = 3000  # clips of train that are looked at, chosen by seed
GAP = 0.05  # between the intervals
C = 0.05  # strong enough a prior that 768 columns do not just memorise
LARGE = 30.0  # deviations; a column may have outliers that no fold of train has


def check_contamination(gathered: Gathered, labels: Sequence[str | None]) -> list[Finding]:
    """Compare cross-validation inside train with val, channel by channel.

    Args:
        gathered: the notes of one pass.
        labels: the class of each clip; clips of rare classes are left out.
    """
    labels = frequent(gathered.clips, labels)
    findings = []
    for channel, tracks in gathered.tracks.items():
        parts = {}
        for split in ("train", "val"):
            rows = [
                row
                for row, clip in enumerate(gathered.clips)
                if clip.split == split
                and labels[row] is not None
                and tracks.pooled[row] is not None
            ]
            parts[split] = thinned(rows, MOST)
        if min(map(len, parts.values())) < FEWEST:
            continue
        values = {
            split: np.stack([pooled for row in rows if (pooled := tracks.pooled[row]) is not None])
            for split, rows in parts.items()
        }
        names = {
            split: np.array([str(labels[row]) for row in rows]) for split, rows in parts.items()
        }
        clips = {split: [gathered.clips[row] for row in rows] for split, rows in parts.items()}
        findings += judge(channel, values, names, clips)
    return findings


def frequent(clips: Sequence[Clip], labels: Sequence[str | None]) -> list[str | None]:
    """The labels, None for those of classes that are rare in train."""
    pairs = zip(clips, labels, strict=True)
    counts = Counter(label for clip, label in pairs if clip.split == "train" and label is not None)
    least = RARE * counts.total()
    return [label if label is not None and counts[label] >= least else None for label in labels]


def thinned(rows: list[int], most: int) -> list[int]:
    """At most so many rows, chosen by a fixed seed, in order."""
    if len(rows) <= most:
        return rows
    chosen = np.random.default_rng(0).choice(len(rows), most, replace=False)
    return [rows[place] for place in sorted(chosen)]


def judge(
    channel: str,
    values: dict[str, Float[np.ndarray, "clip column"]],
    names: dict[str, np.ndarray],
    clips: dict[str, list[Clip]],
) -> list[Finding]:
    """The finding of one channel, if there is one."""
    if len(set(names["train"])) < 2 or len(set(names["val"])) < 2:
        return []
    groups = {split: groups_of(held) for split, held in clips.items()}
    if len(set(groups["train"])) < FOLDS:
        return []
    inside = np.empty_like(names["train"])
    for fit, held in GroupKFold(FOLDS).split(values["train"], groups=groups["train"]):
        if len(set(names["train"][fit])) > 1:
            inside[held] = guesses(values["train"][fit], names["train"][fit], values["train"][held])
        else:
            inside[held] = names["train"][fit][0]
    beyond = guesses(values["train"], names["train"], values["val"])
    train_score = balanced_accuracy(inside, names["train"])
    val_score = balanced_accuracy(beyond, names["val"])
    low, _ = interval(balanced_accuracy, inside, names["train"], groups["train"])
    _, high = interval(balanced_accuracy, beyond, names["val"], groups["val"])
    if low - high < GAP:
        return []
    grouped = any(clip.group or clip.speaker for clip in clips["train"])
    what = (
        f"A linear classifier of {channel} has a balanced accuracy of {train_score:.3f} (at least "
        f"{low:.3f}) by cross-validation inside train and of {val_score:.3f} (at most {high:.3f}) "
        f"on val."
    )
    if not grouped:
        what += " Groups are not known, so that copies or speakers shared by folds can do this too."
    return [
        found(
            "train_label_contamination",
            [],
            what,
            count=1,
            severity="error" if grouped else "warning",
            channel=channel,
            figures={"inside_train": train_score, "val": val_score},
        )
    ]


def guesses(
    values: Float[np.ndarray, "clip column"], names: np.ndarray, asked: np.ndarray
) -> np.ndarray:
    """What a linear classifier says after learning from clips; both parts scaled by them."""
    middle, spread = values.mean(axis=0), values.std(axis=0)
    spread = np.where(spread > 0, spread, 1.0)
    given, asked = (((v - middle) / spread).clip(-LARGE, LARGE) for v in (values, asked))
    learner = LogisticRegression(C=C, class_weight="balanced", max_iter=200)
    return np.asarray(learner.fit(given, names).predict(asked))


def groups_of(clips: Sequence[Clip]) -> np.ndarray:
    """The group of each clip; its speaker, or itself, where it has none."""
    return np.array([clip.group or clip.speaker or clip.id for clip in clips])
