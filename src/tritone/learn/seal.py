"""The sealed test: every opening of a test split by a run is written down, and counted.

Fitting, selection, tuning and calibration read train and val. What is opened later, with the same
weights, gives the same figures and raises the count; what is opened after more training is marked
`test_reused`.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from tritone.core.errors import ModelError
from tritone.core.files import whole_file

LEDGER = "test_opened.json"


@dataclass(frozen=True)
class Opening:
    """How often a run's test split was opened.

    Args:
        count: this time included.
        reused: an earlier opening was with other weights: the test has been looked at before
            these weights were made.
    """

    count: int
    reused: bool


def open_test(run: Path, data: str, weights: list[Path]) -> Opening:
    """Write down that a run's test split is opened.

    Args:
        run: the run's folder.
        data: the fingerprint of the data.
        weights: the files of the weights that are asked.

    Raises:
        ModelError: the ledger is damaged.
        OSError: it cannot be written; then the test stays shut.
    """
    ledger = run / LEDGER
    openings = read_ledger(ledger)
    now = {"data": data, "weights": digest(weights)}
    earlier = [one for one in openings if one["data"] == data]
    with whole_file(ledger) as file:
        file.write(json.dumps([*openings, now], indent=1).encode())
    reused = any(one["weights"] != now["weights"] for one in earlier)
    return Opening(len(earlier) + 1, reused)


def read_ledger(ledger: Path) -> list[dict[str, str]]:
    """The openings so far."""
    if not ledger.exists():
        return []
    try:
        openings = json.loads(ledger.read_text(encoding="utf-8"))
        return [{"data": one["data"], "weights": one["weights"]} for one in openings]
    except (ValueError, TypeError, KeyError, OSError) as error:
        raise ModelError(
            f"{ledger} cannot be read: {error}. It says how often the test was opened; without "
            "it no test figure can be given. Train anew in another folder."
        ) from None


def digest(files: list[Path]) -> str:
    """The SHA-256 of some files, in order."""
    whole = hashlib.sha256()
    for file in files:
        whole.update(file.read_bytes())
    return whole.hexdigest()
