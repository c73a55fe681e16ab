"""The epochs of a training's runs, as a report tells and draws them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class History:
    """How the runs of a training came to their weights.

    Args:
        select: what chose the epoch: "loss", or the name of a metric; on the val split.
        flipped: the scores are the metric's negative, as for accuracy: the loop wants less.
        epochs: name of a run to a line for each epoch: "epoch", "loss", "score".
        best: name of a run to the epoch whose weights were kept.
    """

    select: str
    flipped: bool
    epochs: Mapping[str, Sequence[Mapping[str, int | float]]]
    best: Mapping[str, int]

    def scores(self, run: str) -> dict[int | float, int | float]:
        """Epoch to the val score of a run, in the metric's own direction."""
        sign = -1 if self.flipped else 1
        lines = self.epochs[run]
        return {line["epoch"]: sign * line["score"] for line in lines if "score" in line}

    def to_json(self) -> dict[str, object]:
        """Plain data: the kept epoch of each run, and loss and val score of each epoch."""
        return {
            "selected_on": {"split": "val", "by": self.select},
            "runs": [
                {
                    "name": name,
                    "epoch": self.best[name],
                    "loss": [line["loss"] for line in lines],
                    "score": list(self.scores(name).values()),
                }
                for name, lines in self.epochs.items()
            ],
        }

    def to_lines(self) -> Iterator[str]:
        """What a terminal shows: which epochs were kept."""
        kept = ", ".join(f"{self.best[name]} of {len(self.epochs[name])}" for name in self.epochs)
        yield f"trained on train; the epoch was chosen on val by {self.select}: {kept}"
