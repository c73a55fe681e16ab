"""Simple baselines, refitted on train and scored on val, beside a model of ours.

    python benchmarks/baselines.py DATA_ROOT [--model default] [--only meld mosi]

DATA_ROOT holds emotions_text, meld_text, mosi_features, ravdess_speech and fer2013_faces; one
that is absent is skipped. Each line gives n, the majority floor, and value [95 % interval].
The model's figures are those of `tritone evaluate`. Some minutes on one core.
"""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from tritone import metrics
from tritone.assess.evaluate import evaluate
from tritone.assess.report import Report
from tritone.core.clip import Clip
from tritone.core.errors import TritoneError
from tritone.datasets.spec import read_corpus
from tritone.features.clips import faces_of
from tritone.features.spectrum import mfcc, power_spectrogram
from tritone.learn.pretrained import load
from tritone.media.audio import read_audio
from tritone.metrics import Metric
from tritone.recipes.default.encoder import minilm_folder

RATE_HZ = 16_000
FOLDS = 5
SEED = 0
Says = Callable[[Sequence[Clip], Sequence[Clip]], np.ndarray]


@dataclass(frozen=True)
class Task:
    """One comparison: a corpus, what is predicted, and the figure that counts."""

    folder: str
    name: str
    target: str
    metric: str
    baselines: dict[str, Says]

    def spec(self, root: Path) -> str:
        return f"{self.name}:{root / self.folder}"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    arguments.add_argument("root", type=Path, metavar="DATA_ROOT")
    arguments.add_argument("--model", help="a name or folder, scored beside the baselines")
    arguments.add_argument("--only", nargs="*", default=[task.name for task in TASKS])
    options = arguments.parse_args()
    torch.manual_seed(SEED)
    trained = load(options.model) if options.model else None
    print(f"{'corpus':<10}{'figure':<15}{'n':>6}{'floor':>7}   {'predictor':<34}value [95 %]")
    for task in (task for task in TASKS if task.name in options.only):
        if not (options.root / task.folder).is_dir():
            print(f"{task.name:<10}skipped: {options.root / task.folder} is not there.")
            continue
        try:
            run(task, options.root)
            if trained is not None:
                report = evaluate(trained, task.spec(options.root), "val")
                tell_of(task, report, trained.name)
        except TritoneError as error:
            print(f"{task.name:<10}failed: {error}")


def run(task: Task, root: Path) -> None:
    """Fit and score the baselines of one corpus; over actor folds too, where it has actors."""
    train = read_corpus(task.spec(root), "train").clips
    val = read_corpus(task.spec(root), "val").clips
    for name, says in task.baselines.items():
        said = says(train, val)
        tell(task, name, val, said)
        if task.name == "ravdess":
            whole = [*train, *val]
            actors = [clip.group for clip in whole]
            folds = GroupKFold(FOLDS).split(whole, groups=actors)
            values = [
                figure(task, [whole[i] for i in b], says(pick(whole, a), pick(whole, b)))
                for a, b in folds
            ]
            spread = f"{np.mean(values):.3f} (folds {min(values):.3f} to {max(values):.3f})"
            print(f"{'':<41}{f'{name}, {FOLDS} actor folds':<34}{spread}")


def pick(clips: Sequence[Clip], rows: np.ndarray) -> list[Clip]:
    return [clips[row] for row in rows]


def figure(task: Task, clips: Sequence[Clip], said: np.ndarray) -> float:
    return getattr(metrics, task.metric)(said, truth(task, clips))


def truth(task: Task, clips: Sequence[Clip]) -> np.ndarray:
    return np.array([clip.labels[task.target] for clip in clips])


def tell(task: Task, name: str, clips: Sequence[Clip], said: np.ndarray) -> None:
    metric: Metric = getattr(metrics, task.metric)
    true = truth(task, clips)
    groups = None if clips[0].group is None else [clip.group or "" for clip in clips]
    low, high = metrics.interval(metric, said, true, groups, seed=SEED)
    line(task, len(clips), floor_of(metric, true), name, metric(said, true), low, high)


def floor_of(metric: Metric, true: np.ndarray) -> float:
    """The best constant: a class, or for scores a sign."""
    constants = np.unique(true) if true.dtype.kind == "U" else (-1.0, 1.0)
    return max(metric(np.full(len(true), constant), true) for constant in constants)


def tell_of(task: Task, report: Report, name: str) -> None:
    metric = {"balanced_accuracy": "uar"}.get(task.metric, task.metric)
    got, floor = report.metrics[metric], report.floors["majority"][metric]
    count = report.data["n"]
    line(task, int(str(count)), floor, f"tritone {name}", got.value, got.low, got.high)
    if report.band is not None:
        ece = report.metrics["ece"].value
        band = f"{report.band.low:.3f}, {report.band.high:.3f}"
        print(f"{'':<41}{'  its calibration error':<34}{ece:.3f}, band [{band}]")


def line(
    task: Task, count: int, floor: float, name: str, value: float, low: float, high: float
) -> None:
    print(
        f"{task.name:<10}{task.metric:<15}{count:>6}{floor:>7.3f}   {name:<34}"
        f"{value:.3f} [{low:.3f}, {high:.3f}]",
        flush=True,
    )


def tfidf(target: str) -> Says:
    """Words and pairs of words, logistic regression."""

    def says(train: Sequence[Clip], val: Sequence[Clip]) -> np.ndarray:
        reader = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2)
        judge = make_pipeline(reader, LogisticRegression(C=10, max_iter=2000))
        return fitted(judge, texts(train), train, texts(val), target)

    return says


def minilm(target: str) -> Says:
    """The frozen sentence encoder that our text branch started from, logistic regression."""

    def says(train: Sequence[Clip], val: Sequence[Clip]) -> np.ndarray:
        judge = make_pipeline(StandardScaler(), LogisticRegression(C=0.01, max_iter=2000))
        return fitted(judge, embed(texts(train)), train, embed(texts(val)), target)

    return says


def fitted(judge, known, train: Sequence[Clip], asked, target: str) -> np.ndarray:
    """Names for classes; for scores the sign, +1 or -1, learned from the rows that are not 0."""
    labels = np.array([clip.labels[target] for clip in train])
    if labels.dtype.kind == "U":
        return judge.fit(known, labels).predict(asked)
    rows = np.flatnonzero(labels)
    chosen = known[rows] if isinstance(known, np.ndarray) else [known[row] for row in rows]
    return judge.fit(chosen, np.sign(labels[rows])).predict(asked)


def texts(clips: Sequence[Clip]) -> list[str]:
    return [clip.text or "" for clip in clips]


@torch.inference_mode()
def embed(sentences: Sequence[str]) -> np.ndarray:
    """Mean-pooled vectors of length 1; the encoder's file is checked against its hash."""
    from transformers import AutoModel, AutoTokenizer
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()
    folder = minilm_folder()
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModel.from_pretrained(folder).eval()
    order = np.argsort([len(sentence) for sentence in sentences])
    vectors = np.zeros((len(sentences), model.config.hidden_size), np.float32)
    for rows in np.array_split(order, max(1, len(order) // 64)):
        tokens = tokenizer(
            [sentences[row] for row in rows],
            padding=True,
            truncation=True,
            max_length=128,
            return_tensors="pt",
        )
        states = model(**tokens).last_hidden_state
        mask = tokens["attention_mask"].unsqueeze(-1)
        mean = (states * mask).sum(dim=1) / mask.sum(dim=1)
        vectors[rows] = torch.nn.functional.normalize(mean, dim=1).numpy()
    return vectors


def spectral(train: Sequence[Clip], val: Sequence[Clip]) -> np.ndarray:
    """83 statistics of the spectrum, logistic regression."""
    judge = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=5000))
    known, asked = (np.stack([statistics(clip) for clip in clips]) for clips in (train, val))
    return fitted(judge, known, train, asked, "emotion")


CACHE: dict[str, np.ndarray] = {}


def statistics(clip: Clip) -> np.ndarray:
    """Mean, spread, 10th and 90th percentile of 20 MFCC, and three of the whole spectrum.

    The first coefficient, which is loudness, is left out: it is the microphone's.
    """
    if clip.id not in CACHE:
        samples = read_audio(clip.media["audio"].path, rate_hz=RATE_HZ)
        rows = mfcc(samples, RATE_HZ, coefficients=21)[:, 1:]
        power = power_spectrogram(samples, RATE_HZ)
        hertz = np.linspace(0, RATE_HZ / 2, power.shape[1])
        centre = (power * hertz).sum(axis=1) / power.sum(axis=1).clip(min=1e-12)
        loud = np.log(power.sum(axis=1) + 1e-9)
        low, high = np.percentile(rows, [10, 90], axis=0)
        parts = [rows.mean(axis=0), rows.std(axis=0), low, high]
        CACHE[clip.id] = np.concatenate([*parts, [centre.mean(), centre.std(), loud.std()]])
    return CACHE[clip.id]


def gradients(train: Sequence[Clip], val: Sequence[Clip]) -> np.ndarray:
    """Histograms of oriented gradients, ridge regression on the classes."""
    judge = make_pipeline(StandardScaler(), RidgeClassifier(alpha=100.0))
    return fitted(judge, hog(train), train, hog(val), "emotion")


def hog(clips: Sequence[Clip]) -> np.ndarray:
    reader = cv2.HOGDescriptor((48, 48), (16, 16), (8, 8), (8, 8), 9)
    crops = (faces_of(clip.media["vision"], 48, 0.0)[0] for clip in clips)
    return np.stack([np.asarray(reader.compute(crop)).ravel() for crop in crops])


TASKS = (
    Task("emotions_text", "emotions", "emotion", "accuracy", {"TF-IDF + LR": tfidf("emotion")}),
    Task(
        "meld_text",
        "meld",
        "sentiment",
        "f1_weighted",
        {"TF-IDF + LR": tfidf("sentiment"), "frozen MiniLM + LR": minilm("sentiment")},
    ),
    Task(
        "mosi_features",
        "mosi",
        "valence",
        "acc2_nonzero",
        {"TF-IDF + LR": tfidf("valence"), "frozen MiniLM + LR": minilm("valence")},
    ),
    Task("ravdess_speech", "ravdess", "emotion", "uar", {"83 statistics + LR": spectral}),
    Task("fer2013_faces", "faces", "emotion", "accuracy", {"HOG + linear": gradients}),
)


if __name__ == "__main__":
    main()
