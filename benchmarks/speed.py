"""How long analysis takes, beside the least that it could take: ratios measured in one run.

Run:
    python benchmarks/speed.py [--video FILE] [--lines FILE] [--repeats 3]

Prints one line for each measurement: what, ratio, limit, seconds. The ratio is the median of
the repeats, the two sides of each measured one right after the other, so that a busy machine
slows both. Leaves with 1 if a limit is broken.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import numpy as np
import torch

from tritone.analyze.analyzer import Analyzer, load
from tritone.analyze.job import jobs_of
from tritone.analyze.judge import batches
from tritone.core.collate import collate
from tritone.features.detectors import detector
from tritone.media.video import frames

VIDEO_LIMIT, TWEETS_LIMIT, IMPORT_LIMIT, HELP_LIMIT = 2.0, 1.5, 0.5, 1.0
TWEETS = 1000
WORDS = (
    "i me my this that movie phone day friend work love hate like feel think never always so very "
    "not good bad great awful happy sad angry tired amazing boring because but and today again "
    "really want need wish hope can't won't just still ever people life time night morning"
)


def main() -> int:
    """Measure all, print a table, and say whether the limits hold."""
    parser = argparse.ArgumentParser(description="Speed of an analysis.")
    parser.add_argument(
        "--video", type=Path, default=Path(str(files("tritone") / "sample/sample.mp4"))
    )
    parser.add_argument("--lines", type=Path, help="a file of tweets; made up by default")
    parser.add_argument("--model", default="default")
    parser.add_argument("--repeats", type=int, default=3)
    given = parser.parse_args()
    analyzer = load(given.model, device="cpu")
    print(f"{'':24} {'ratio':>7} {'limit':>6}   seconds")
    fits = [
        video(analyzer, given.video, given.repeats),
        tweets(analyzer, given.lines, given.repeats),
        started("import tritone", IMPORT_LIMIT, "-c", "import tritone"),
        started("tritone --help", HELP_LIMIT, "-m", "tritone.cli", "--help"),
    ]
    return 0 if all(fits) else 1


def video(analyzer: Analyzer, path: Path, repeats: int) -> bool:
    """Analysis of a film against decoding it and finding its faces."""

    def bare() -> None:
        finder = detector("haar")
        for frame in frames(path, fps=5.0):
            finder.find(frame.image)

    with tempfile.TemporaryDirectory() as folder:
        # Under a name of its own, so that a transcript beside it does not change the work.
        alone = Path(folder) / path.name
        alone.symlink_to(path.resolve())
        pairs = measured(bare, lambda: analyzer.analyze(alone), repeats)
    seconds = sum(1 for _ in frames(path, fps=5.0)) / 5
    note = f"{pairs[-1][1] / seconds:.2f} s for a second of video"
    return tell(f"video {path.name[:17]}", pairs, VIDEO_LIMIT, note)


def tweets(analyzer: Analyzer, lines: Path | None, repeats: int) -> bool:
    """Analysis of many short texts against bare forward passes of the text branch."""
    with tempfile.TemporaryDirectory() as folder:
        if lines is None:
            lines = Path(folder) / "tweets.txt"
            lines.write_text("\n".join(made_up(TWEETS)) + "\n")
        texts = lines.read_text(encoding="utf-8", errors="replace").splitlines()[:TWEETS]
        lines = Path(folder) / "some.txt"
        lines.write_text("\n".join(texts) + "\n")
        samples = [analyzer.pretrained.preprocessor.sample("", text=text) for text in texts]
        ready = [collate([samples[place] for place in group]) for group in batches(samples)]
        branch = analyzer.judge.model.branch("text")

        @torch.inference_mode()
        def bare() -> None:
            for batch in ready:
                branch(batch)

        pairs = measured(bare, lambda: analyzer.run(jobs_of([], lines=[lines])[0]), repeats)
    return tell(f"{len(texts)} tweets", pairs, TWEETS_LIMIT, "")


def made_up(count: int) -> list[str]:
    """Strings of plain words, as long as tweets are."""
    rng = np.random.default_rng(0)
    return [" ".join(rng.choice(WORDS.split(), rng.integers(3, 36))) for _ in range(count)]


def measured(
    bare: Callable[[], object], whole: Callable[[], object], repeats: int
) -> list[tuple[float, float]]:
    """Seconds of both, side by side, after one round that is not counted."""
    bare()
    whole()
    return [(timed(bare), timed(whole)) for _ in range(repeats)]


def timed(work: Callable[[], object]) -> float:
    """Seconds that it takes."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def tell(what: str, pairs: list[tuple[float, float]], limit: float, note: str) -> bool:
    """Print one line; whether the limit holds."""
    ratio = statistics.median(whole / bare for bare, whole in pairs)
    bare, whole = (min(side) for side in zip(*pairs, strict=True))
    print(f"{what:24} {ratio:7.2f} {limit:6.1f}   {whole:.2f} against {bare:.2f}  {note}")
    return ratio <= limit


def started(what: str, limit: float, *arguments: str) -> bool:
    """Print how long a fresh interpreter takes, against one that does nothing."""
    command = [sys.executable, *arguments]
    seconds = min(timed(lambda: subprocess.run(command, capture_output=True)) for _ in range(3))
    empty = timed(lambda: subprocess.run([sys.executable, "-c", ""], capture_output=True))
    print(f"{what:24} {'':7} {limit:6.1f}   {seconds:.2f}  (python alone {empty:.2f})")
    return seconds <= limit


if __name__ == "__main__":
    sys.exit(main())
