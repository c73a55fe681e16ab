"""Word alignment of .csd files, held to what CMU's Multimodal SDK makes of the same files.

Run:
    python benchmarks/alignment.py REFERENCE

REFERENCE holds `csd/` with words.csd, labels.csd, COVAREP.csd and FACET.csd, and
`mmsdk_align.json`, what the SDK gave for them: for each segment its words, and the mean of each
stream over each word. Prints the largest differences; leaves with 1 if one is above 1e-6, or if
another word has rows. Then times a MOSEI-like video of five minutes.
"""

import argparse
import json
import sys
import time
from pathlib import Path

import numpy as np
import torch

from tritone.core.align import align_to
from tritone.core.batch import Track
from tritone.datasets.published.reading import read_published

LIMIT = 1e-6
STREAMS = {"audio": "COVAREP", "vision": "FACET"}
SECONDS, WORDS, RATE_HZ, DIM = 300, 800, 100, 74


def main() -> int:
    """Compare, then time."""
    parser = argparse.ArgumentParser(description="Word alignment against CMU's SDK.")
    parser.add_argument("reference", type=Path, help="folder with csd/ and mmsdk_align.json")
    folder = parser.parse_args().reference
    if not (folder / "mmsdk_align.json").is_file():
        print(f"{folder} holds no mmsdk_align.json: nothing to compare with.")
        return 1
    reference = json.loads((folder / "mmsdk_align.json").read_text(encoding="utf-8"))
    worst, real = dict.fromkeys(STREAMS, 0.0), dict.fromkeys(STREAMS, 0)
    words_agree = True
    for sample, clip in read_published(folder / "csd", align="words").samples():
        expected = reference["segments"][clip.id]
        said = [row[0] for row in expected["words"]["features"]]
        words_agree &= [word.text for word in clip.words] == said
        for name, theirs in STREAMS.items():
            track = sample[name]
            away = np.abs(track.values.numpy() - np.array(expected[theirs]["features"]))
            worst[name] = max(worst[name], float(away.max()))
            real[name] += int(track.mask.sum())
    counts = {name: reference["n_after_word_align"][theirs] for name, theirs in STREAMS.items()}
    for name in STREAMS:
        print(
            f"{name:7} differs by {worst[name]:.1e}; {real[name]} words of {counts[name]} have rows"
        )
    print(f"words   {'agree' if words_agree else 'differ'}")
    print(f"a video of {SECONDS} s: {WORDS} words over {RATE_HZ} Hz in {timed():.3f} s")
    return 0 if max(worst.values()) <= LIMIT and real == counts and words_agree else 1


def timed() -> float:
    """Seconds for one long video at once."""
    edges = torch.arange(SECONDS * RATE_HZ + 1, dtype=torch.float64) / RATE_HZ
    times = torch.stack([edges[:-1], edges[1:]], dim=1)
    bounds = torch.linspace(0, SECONDS, WORDS + 1, dtype=torch.float64)
    rows = Track(torch.ones(len(times), DIM), torch.ones(len(times), dtype=torch.bool), times)
    start = time.perf_counter()
    align_to(rows, torch.stack([bounds[:-1], bounds[1:]], dim=1))
    return time.perf_counter() - start


if __name__ == "__main__":
    sys.exit(main())
