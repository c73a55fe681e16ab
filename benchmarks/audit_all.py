"""The audit of every real set below a folder, written as the table of docs/audit.md.

    python benchmarks/audit_all.py DATA_ROOT --out docs/audit.md

DATA_ROOT holds emotions_text, meld_text, ravdess_speech, fer2013_faces, mvsa_single,
mosi_features and mmmo_features; one that is absent is skipped and named. Only ids, counts and
figures are written: the licences of the data forbid quoting them. About a minute on one core.
"""

import argparse
import resource
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from tritone.audit.findings import Finding
from tritone.audit.kinds import KINDS
from tritone.audit.report import AuditReport, number
from tritone.audit.run import audit
from tritone.catalogue import DATASETS
from tritone.core.errors import TritoneError

SETS = {
    "emotions_text": "emotions",
    "meld_text": "meld",
    "ravdess_speech": "ravdess",
    "fer2013_faces": "faces",
    "mvsa_single": "mvsa",
    "mosi_features": "mosi",
    "mmmo_features": "mmmo",
}
IDS = 5
FLOORS = ("majority", "uar", "f1_weighted", "mae_of_median", "acc2_ge0", "acc2_nonzero")
HEAD = """\
# What the audit finds

`tritone audit SPEC` reads a dataset before any training and tells what is wrong with it and its
split. Every finding has a stable id, a severity, the clips that show it, and advice; `--json`
gives them to programs, `--html` as a page, and `--strict` leaves with exit code 1 when there are
errors.

Texts, labels and still pictures are compared whole. Of sounds and films a sample of each split is
decoded, chosen by a fixed seed; whether files are there, and whether two are the same, is asked of
all. The same data give the same report.
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    blocks, absent = [], []
    for folder, name in SETS.items():
        if not (options.data / folder).is_dir() or name not in DATASETS:
            absent.append(folder)
            continue
        begun = time.perf_counter()
        try:
            report = audit(f"{name}:{options.data / folder}")
        except TritoneError as error:
            sys.exit(f"{folder}: {error}")
        seconds = time.perf_counter() - begun
        print(f"{folder}: {seconds:.1f} s, {report.verdict}")
        blocks.append("\n".join(block(folder, name, report, seconds)))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    told = f" Absent: {', '.join(absent)}." if absent else ""
    command = f"python benchmarks/audit_all.py DATA --out {options.out}"
    foot = f"Made by `{command}`, with at most {memory:,} MB of memory.{told}\n"
    text = "\n".join([HEAD, ids_table(), "## On real data\n", foot, *blocks])
    options.out.write_text(text.replace(str(options.data), "DATA"))


def ids_table() -> str:
    rows = [f"| `{name}` | {kind.severity} | {kind.meaning} |" for name, kind in KINDS.items()]
    head = ["## What it looks for\n", "| id | usual severity | meaning |", "|---|---|---|"]
    return "\n".join([*head, *rows, ""])


def block(folder: str, name: str, report: AuditReport, seconds: float) -> Iterator[str]:
    """One corpus: its size and floors, and the table of its findings."""
    splits = report.data["splits"]
    parts = splits.items() if isinstance(splits, dict) else ()
    sizes = ", ".join(f"{count:,} {split}" for split, count in parts)
    yield f"### {folder}\n"
    yield f"`tritone audit {name}:DATA/{folder}`: {sizes}; {seconds:.0f} s. {report.verdict}\n"
    for target, floors in report.floors.items():
        for split, figures in floors.items():
            shown = [f"{n} {number(figures[n])}" for n in FLOORS if n in figures]
            yield f"- floors of {target} on {split}: {', '.join(shown)}"
    yield "\n| severity | id | count | what | clips |"
    yield "|---|---|---|---|---|"
    for finding in report.findings:
        yield row(finding)
    yield ""


def row(finding: Finding) -> str:
    about = f" ({finding.channel})" if finding.channel else ""
    clips = "; ".join(" = ".join(group) for group in finding.groups[:IDS])
    more = " ..." if len(finding.groups) > IDS else ""
    kind, what = f"`{finding.id}`{about}", finding.what.replace("|", "/")
    return f"| {finding.severity} | {kind} | {finding.count:,} | {what} | {clips}{more} |"


if __name__ == "__main__":
    main()
