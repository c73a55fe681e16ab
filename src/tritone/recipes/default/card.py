"""The model card of the default model: written by the recipe, figures and all."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tritone.assess.evaluate import evaluate
from tritone.assess.report import Report
from tritone.learn.pretrained import load
from tritone.recipes.default.corpora import FACES, TEXTS, VOICES

MEASURED = (
    # corpus, where it lies, target, the figure that counts, what was aimed at
    ("emotions", TEXTS["emotions"], "emotion", "accuracy", 0.93),
    ("meld", TEXTS["meld"], "sentiment", "f1_weighted", 0.66),
    ("mosi", TEXTS["mosi"], "sentiment", "acc2_nonzero", 0.80),
    ("ravdess", VOICES, "emotion", "uar", 0.62),
    ("faces", FACES, "emotion", "accuracy", 0.64),
)


@dataclass(frozen=True)
class Calibration:
    """A calibration error on rows that the temperature was not fitted on, and its band."""

    n: int
    ece: float
    low: float
    high: float

    @property
    def within(self) -> bool:
        """No larger than chance gives a perfectly calibrated model."""
        return self.ece <= self.high


def write_card(
    folder: Path,
    data: Path,
    calibration: Mapping[str, Calibration],
    folds: Mapping[str, float],
) -> None:
    """Measure the packed model on every corpus's val split, and write card.md and metrics.json.

    Args:
        folder: the model, packed.
        data: folder that holds the corpora.
        calibration: by corpus, from cross-fitting on val.
        folds: unweighted recall of voice branches by held-out actors.
    """
    model = load(folder)
    reports = {
        name: evaluate(model, f"{name}:{data / place}", "val", target)
        for name, place, target, _, _ in MEASURED
    }
    figures = {
        "val": {name: report.to_json()["metrics"] for name, report in reports.items()},
        "calibration": {name: vars(one) for name, one in calibration.items()},
        "voice_folds": dict(folds),
    }
    (folder / "metrics.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    size = sum(file.stat().st_size for file in folder.iterdir()) / 1e6
    text = CARD.format(
        version=model.version,
        parameters=sum(p.numel() for p in model.model.parameters()) / 1e6,
        size=size,
        scores=score_table(reports),
        calibration=calibration_table(calibration),
        folds=fold_line(folds),
    )
    (folder / "card.md").write_text(text, encoding="utf-8")


def score_table(reports: Mapping[str, Report]) -> str:
    """The figure of each corpus that counts, beside its floor and what was aimed at."""
    lines = ["| corpus | figure | n | value | 95 % interval | majority | aim |", "|---" * 7 + "|"]
    for name, _, target, metric, aim in MEASURED:
        report = reports[name]
        figure, floor = report.metrics[metric], report.floors["majority"].get(metric)
        least = "-" if floor is None else f"{floor:.3f}"
        lines.append(
            f"| {name} {target} | {metric} | {report.data['n']} | {figure.value:.3f} | "
            f"{figure.low:.3f} - {figure.high:.3f} | {least} | {aim:.2f} |"
        )
    return "\n".join(lines)


def calibration_table(calibration: Mapping[str, Calibration]) -> str:
    """Each calibration error beside the band of a perfectly calibrated model."""
    lines = ["| corpus | n | ece | band | within |", "|---" * 5 + "|"]
    for name, one in calibration.items():
        verdict = "yes" if one.within else "no"
        lines.append(
            f"| {name} | {one.n} | {one.ece:.3f} | {one.low:.3f} - {one.high:.3f} | {verdict} |"
        )
    return "\n".join(lines)


def fold_line(folds: Mapping[str, float]) -> str:
    """The recall on each fold of actors, and their mean."""
    if not folds:
        return "The folds were not run."
    mean = sum(folds.values()) / len(folds)
    each = ", ".join(f"{value:.3f} on {name}" for name, value in folds.items())
    return f"mean {mean:.3f} over {len(folds)} folds ({each})"


CARD = """# The default model, version {version}

Three branches, for words, voice and face, that each name nine emotions and negative, neutral or
positive; their calibrated opinions are pooled, so that any subset works. {parameters:.1f} million
parameters, {size:.1f} MB on disk in 8 and 6 bits.

- Words: all-MiniLM-L6-v2 (Apache-2.0, Wang et al. 2020, Reimers and Gurevych 2019), its
  vocabulary cut to the Latin script, fine-tuned by this project.
- Voice: four small nets on the statistics of log-mel and pitch, trained here.
- Face: a small residual net on grey 48x48 crops, trained here.

## Use
English words; one speaker; a frontal face. **For non-commercial use and research only**, as the
corpora below ask. Not for decisions about people: hiring, policing, diagnosis, surveillance.

## Figures
On the val split of each corpus, which chose the number of epochs and fitted the temperatures;
the corpora's test parts were not seen. One training, one seed; the intervals are bootstraps over
clips, or over dialogues, videos and actors where the corpus has them. `majority` is what the
most frequent class scores. Again: `tritone evaluate default --data NAME:PATH --split val`.

{scores}

Unweighted recall of a voice branch trained on all actors but four, in turn:
{folds}.
Nothing is normalised by speaker.

Calibration error (15 bins of equal mass), with temperatures fitted on other groups of val rows
(five-fold), beside the 95 % band of a perfectly calibrated model with the same confidences:

{calibration}

## Trained on
| corpus | what for | licence |
|---|---|---|
| Emotions (CARER, Saravia et al. 2018), 16,000 tweets | words | education and research only |
| MELD (Poria et al. 2019), 9,989 utterances | words | GPL-3.0 |
| CMU-MOSI transcripts (Zadeh et al. 2016), train videos | words | research (vectors: MIT) |
| sentences from a grammar of our own, 3,600 | words | Apache-2.0 |
| RAVDESS speech (Livingstone and Russo 2018), actors 1-16 | voice | CC BY-NC-SA 4.0 |
| FER2013 (Goodfellow et al. 2013), 17,790 faces | face | research |

Made by `python -m tritone.recipes.default DATA`.

## Limits
- The voice branch knows acted speech of two sentences by North American actors; real voices are
  mostly calmer, and it may read feeling into a loud room.
- FER2013's faces are posed or picked by search word, and a tenth of its labels are doubtful.
- Sarcasm and double meanings are taken at their word more often than not, and some idioms of
  negation are: "I couldn't be more pleased" reads as negative (tests/test_behaviour.py).
- Words of other languages than English are guesses.
- Of the sentiments that voice and face branches name, the corpora's own shares are taken out:
  four of their feelings are bad for each that is good, which no ordinary talk is.
- The channels were never trained together: how far they overlap is one set number.
"""
