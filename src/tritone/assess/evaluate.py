"""How good a model is on a corpus: read, ask, restrict to the corpus's classes, measure.

spec ─ corpus ─ clips ─ answers ─┬─ probabilities of the corpus's classes ─ class metrics
                                 └─ valence, where the corpus has scores ─ score metrics
"""

from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from jaxtyping import Float, Int

from tritone import catalogue
from tritone import metrics as measures
from tritone.assess.floors import majority_floor, prior_floor, score_floor
from tritone.assess.groups import numbered, told_if_few
from tritone.assess.marks import ceiling_marks, marks_of
from tritone.assess.predict import Answers, Tell, Trained, predict
from tritone.assess.report import Band, Figure, Report
from tritone.assess.smallest import smallest_shown
from tritone.core.errors import DataError, ModelError
from tritone.core.labels import EMOTIONS, SENTIMENT_OF, SENTIMENTS
from tritone.core.task import Classes
from tritone.datasets.corpus import Corpus, split_name
from tritone.datasets.spec import read_corpus
from tritone.datasets.targets import TARGETS, add_target
from tritone.metrics import Metric

OF_LABELS: tuple[Metric, ...] = (
    measures.accuracy,
    measures.balanced_accuracy,
    measures.uar,
    measures.f1_macro,
    measures.f1_weighted,
    measures.precision_macro,
    measures.recall_macro,
    measures.mcc,
    measures.kappa,
)
OF_PROBABILITIES: tuple[Metric, ...] = (measures.nll, measures.brier, measures.ece)
OF_SIGN: tuple[Metric, ...] = (
    measures.acc2_nonzero,
    measures.f1_nonzero,
    measures.acc2_ge0,
    measures.f1_ge0,
    measures.acc2_gt0,
)
OF_SCORES: tuple[Metric, ...] = (measures.mae, measures.pearson, measures.ccc)
ORDER = {"emotion": EMOTIONS, "sentiment": SENTIMENTS}
# By name, as in the catalogue: rooms on one floor do not import each other.
LOADER = "tritone.learn.pretrained:load"


def evaluate(
    model: str | Path | Trained,
    data: str,
    split: str = "test",
    target: str | None = None,
    *,
    device: str = "cpu",
    seed: int = 0,
    draws: int = 1000,
    tell: Tell | None = None,
) -> Report:
    """Score a model on one split of a corpus, with floors, intervals and marks.

    The model's probabilities are restricted to the classes that the corpus names and
    renormalised. Intervals are bootstraps over groups (videos, dialogues, actors) where the
    corpus has them, else over clips. Where the corpus has sentiment scores, sign metrics are of
    P(positive) - P(negative), and mae, pearson and ccc of the valence, on [-1, 1].

    Args:
        model: a name, a checkpoint's folder, or a model that is loaded.
        data: "name:path", such as "emotions:data/emotions".
        split: train, val (or dev, valid, validation), test or all.
        target: "sentiment" or "emotion"; the corpus's own by default.
        device: "cpu", "cuda" or "auto"; a loaded model stays where it is.
        seed: of the bootstrap and of the calibration band.
        draws: resamples of both.
        tell: called with the clip at hand and the share that is done, 0 to 1.

    Raises:
        DataError: no such corpus, split or target, or not one clip can be read.
        ModelError: no such model, or it does not say what is asked.
        UnknownName: no corpus is called so.
    """
    corpus = with_target(read_corpus(data, split), target)
    trained = opened(model, device) if isinstance(model, str | Path) else model
    answers = predict(trained, corpus.clips, tell)
    report = Report(
        model={"name": trained.name, "version": trained.version},
        data={"spec": data, "split": split_name(split), "target": corpus.default_target}
        | {"n": len(answers.clips)},
        metrics={},
        floors={},
        errors=answers.failed,
        notes=notes_of(corpus, answers),
    )
    report = with_classes(report, corpus, answers, seed, draws)
    return with_scores(report, corpus, answers, seed, draws)


def opened(name: str | Path, device: str) -> Trained:
    """The model of a name or of a checkpoint's folder."""
    return catalogue.load("loader", LOADER)(name, device=device)


def with_target(corpus: Corpus, target: str | None) -> Corpus:
    """The corpus with its wanted target as the default one; sentiment may follow from emotion.

    Raises:
        DataError: the corpus has no such labels.
    """
    wanted = target or corpus.default_target
    if wanted in corpus.classes:
        return replace(corpus, default_target=wanted)
    if wanted in TARGETS:
        return add_target(corpus, wanted)
    if wanted != "sentiment" or "emotion" not in corpus.classes:
        held = ", ".join(corpus.classes)
        raise DataError(f"{corpus.name} has no {wanted} labels. It has: {held}.")
    named = {SENTIMENT_OF[name] for name in corpus.classes["emotion"]}
    clips = [
        replace(clip, labels={**clip.labels, "sentiment": SENTIMENT_OF[str(emotion)]})
        if (emotion := clip.labels.get("emotion")) is not None
        else clip
        for clip in corpus.clips
    ]
    return replace(
        corpus,
        clips=tuple(clips),
        classes={**corpus.classes, "sentiment": tuple(s for s in SENTIMENTS if s in named)},
        default_target="sentiment",
        notes=(*corpus.notes, "The sentiment labels follow from the emotion labels."),
    )


def with_classes(report: Report, corpus: Corpus, answers: Answers, seed: int, draws: int) -> Report:
    """The report with what can be said of classes."""
    target = corpus.default_target
    classes = corpus.classes[target]
    rows = [i for i, clip in enumerate(answers.clips) if clip.labels.get(target) in classes]
    if not rows or len(classes) < 2:
        raise DataError(
            f"{corpus.name} has {len(rows)} clips with {target} labels of {len(classes)} classes "
            "here; at least one clip and two classes are needed."
        )
    true = np.array([classes.index(str(answers.clips[i].labels[target])) for i in rows])
    given = restricted(answers, target, classes)[rows]
    groups = numbered([answers.clips[i].group for i in rows])
    named = {m.__name__: m for m in (*OF_LABELS, *OF_PROBABILITIES)}
    named |= {f"f1_{name}": partial(measures.f1_class, label=i) for i, name in enumerate(classes)}
    figures = {}
    for name, metric in named.items():
        said = given if metric in OF_PROBABILITIES else given.argmax(axis=1)
        figures[name] = figure(metric, said, true, groups, seed, draws)
    counts = measures.confusion_matrix(given, true, labels=np.arange(len(classes)))
    majority = majority_floor(true, {n: m for n, m in named.items() if m not in OF_PROBABILITIES})
    return replace(
        report,
        data={**report.data, **facts_of(true, classes, groups)},
        metrics={**report.metrics, **figures},
        floors={"majority": majority, "prior": prior_floor(true, len(classes))},
        marks=corpus.marks + marks_of(figures["accuracy"], majority["accuracy"], counts),
        band=Band(*measures.ece_band(given, draws=draws, seed=seed)),
        confusion={"classes": list(classes), "counts": counts.tolist()},
        notes=report.notes + left_out(len(answers.clips) - len(rows), classes, groups, len(rows)),
        smallest=smallest_shown(Classes(classes), [given], true, groups),
    )


def with_scores(report: Report, corpus: Corpus, answers: Answers, seed: int, draws: int) -> Report:
    """The report with what can be said of sentiment scores, where the clips have them."""
    rows = [i for i, clip in enumerate(answers.clips) if "valence" in clip.labels]
    if not rows or report.data["target"] != "sentiment":
        return report
    true = np.array([float(answers.clips[i].labels["valence"]) for i in rows])
    groups = numbered([answers.clips[i].group for i in rows])
    sign = answers.sentiments[rows, 2] - answers.sentiments[rows, 0]
    figures = {m.__name__: figure(m, sign, true, groups, seed, draws) for m in OF_SIGN}
    for metric in OF_SCORES:
        figures[metric.__name__] = figure(metric, answers.valence[rows], true, groups, seed, draws)
    floor = score_floor(true, OF_SIGN, OF_SCORES)
    # The valence is on another scale than the corpus's scores, so that errors say nothing here.
    followed = {"pearson": figures["pearson"].value}
    return replace(
        report,
        metrics={**report.metrics, **figures},
        floors={**report.floors, "majority": {**report.floors["majority"], **floor}},
        marks=report.marks + ceiling_marks(corpus.name, followed),
    )


def restricted(
    answers: Answers, target: str, classes: tuple[str, ...]
) -> Float[np.ndarray, "clip class"]:
    """The model's probabilities of the corpus's classes, which sum to 1 again.

    Raises:
        ModelError: the model does not name emotions.
    """
    kind = "sentiment" if set(classes) <= set(SENTIMENTS) else "emotion"
    whole = answers.sentiments if kind == "sentiment" else answers.emotions
    unknown = [name for name in classes if name not in ORDER[kind]]
    if whole is None or unknown:
        lacking = f"does not know {unknown[0]!r}" if unknown else "names no emotions"
        raise ModelError(f"This model {lacking}, so it has no {target} to be scored on.")
    kept = whole[:, [ORDER[kind].index(name) for name in classes]]
    total = kept.sum(axis=1, keepdims=True)
    even = np.full_like(kept, 1 / len(classes))
    return np.divide(kept, total, out=even, where=total > 0)


def figure(
    metric: Metric,
    said: np.ndarray,
    true: np.ndarray,
    groups: Int[np.ndarray, " clip"] | None,
    seed: int,
    draws: int,
) -> Figure:
    low, high = measures.interval(metric, said, true, groups, draws=draws, seed=seed)
    return Figure(metric(said, true), low, high)


def facts_of(
    true: Int[np.ndarray, " clip"],
    classes: tuple[str, ...],
    groups: Int[np.ndarray, " clip"] | None,
) -> dict[str, object]:
    """How many clips each class has, and how many groups there are."""
    support = np.bincount(true, minlength=len(classes))
    facts: dict[str, object] = {
        "n_classified": len(true),
        "classes": {name: int(count) for name, count in zip(classes, support, strict=True)},
    }
    return facts if groups is None else {**facts, "groups": int(groups.max()) + 1}


def notes_of(corpus: Corpus, answers: Answers) -> tuple[str, ...]:
    silent = f"{answers.silent} clips hold nothing to judge by; the prior answered for them."
    failed = f"{len(answers.failed)} clips could not be read and are not in the figures."
    return (
        *corpus.notes,
        *((silent,) if answers.silent else ()),
        *((failed,) if answers.failed else ()),
    )


def left_out(
    count: int, classes: tuple[str, ...], groups: Int[np.ndarray, " clip"] | None, kept: int
) -> tuple[str, ...]:
    """What the class metrics do not cover, and when the intervals say too little."""
    notes = []
    if count:
        names = ", ".join(classes)
        notes.append(f"{count} clips are none of {names}; the class metrics leave them out.")
    return (*notes, *told_if_few(groups, kept))
