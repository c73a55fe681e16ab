"""Time and memory of importing a MOSI-sized feature file, and of opening it again.

Run:
    python benchmarks/import_speed.py [--mmsa-python PATH] [--times 3]

Makes a pickle in MMSA's unaligned MOSI layout (2,199 clips, 445 MB), imports it in a process of
its own, and opens the store again in another, with a batch of 32 read. PATH is the Python of an
environment that has MMSA 2.2.1; its own loader then reads the same pickle. Memory is told
beyond what the process had when all was imported: the peak of all (VmHWM), in which mapped
files count while they are in use, and the peak of what is its own (RssAnon, every 10 ms). The
best of several runs counts. Leaves with 1 if our import is slower than MMSA's loader or peaks
higher in all, or if opening again takes more than a tenth of either's time or own memory.
"""

import argparse
import json
import pickle
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

COUNTS = {"train": 1284, "valid": 229, "test": 686}
SHAPES = {"text": (50, 768), "audio": (375, 5), "vision": (500, 20)}
SHARE = 0.1

MEASURE = """
import json, sys, threading, time
def memory(name):
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) / 1024 for line in file if line.startswith(name))
{imports}
over, own = threading.Event(), [memory("RssAnon")]
def watch():
    while not over.wait(0.01):
        own.append(memory("RssAnon"))
before, watcher = memory("VmHWM"), threading.Thread(target=watch)
watcher.start()
start, used = time.perf_counter(), time.process_time()
{work}
took, used = time.perf_counter() - start, time.process_time() - used
over.set(); watcher.join(); own.append(memory("RssAnon"))
print(json.dumps([took, used, memory("VmHWM") - before, max(own) - own[0]]))
"""
IMPORT = MEASURE.format(
    # pyarrow imports pandas at its first array; MMSA has it from the start.
    imports="import pandas; from tritone.prepare.imports import import_features",
    work="import_features(sys.argv[1], sys.argv[2], name='mosi')",
)
OPEN = MEASURE.format(
    imports="from tritone.core.store import Store",
    work="store = Store(sys.argv[2]); store.batch(list(range(0, 320, 10)))",
)
MMSA = MEASURE.format(
    imports="""
from MMSA.config import get_config_regression
from MMSA.data_loader import MMDataLoader
config = get_config_regression("tfn", "mosi")
config.update(featurePath=sys.argv[1], custom_feature=None, feature_T="", feature_A="",
              feature_V="", train_mode="regression", batch_size=32, cur_seed=1)
""",
    work="MMDataLoader(config, 0)",
)


def main() -> int:
    """Print the table, and say whether the limits hold."""
    parser = argparse.ArgumentParser(description="Import speed.")
    parser.add_argument("--mmsa-python", type=Path, help="Python of an environment with MMSA")
    parser.add_argument("--times", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = made(Path(folder) / "mosi.pkl")
        print(f"{file.stat().st_size / 1e6:.0f} MB, {sum(COUNTS.values())} clips")
        rows = {}
        for turn in range(given.times):
            store = Path(folder) / f"store{turn}"
            rows.setdefault("import", []).append(measured(sys.executable, IMPORT, file, store))
            rows.setdefault("open again", []).append(measured(sys.executable, OPEN, file, store))
            if given.mmsa_python:
                python = str(given.mmsa_python)
                rows.setdefault("MMSA's loader", []).append(measured(python, MMSA, file, store))
    best = {name: tuple(map(min, zip(*runs, strict=True))) for name, runs in rows.items()}
    print(f"{'':14} {'seconds':>8} {'of CPU':>7} {'peak MB':>8} {'own MB':>7}")
    for name, (seconds, used, peak, own) in best.items():
        print(f"{name:14} {seconds:8.3f} {used:7.3f} {peak:8.0f} {own:7.0f}")
    if "MMSA's loader" not in best:
        print("Give --mmsa-python to compare with MMSA's loader.")
        return 0
    ours, later, theirs = best["import"], best["open again"], best["MMSA's loader"]
    first = ours[0] <= theirs[0] and ours[2] <= theirs[2]
    tenth = all(later[i] <= SHARE * min(ours[i], theirs[i]) for i in (0, 3))
    print(f"import within MMSA's loader: {first}; open again within a tenth of both: {tenth}")
    return 0 if first and tenth else 1


def made(path: Path) -> Path:
    """Random features in MMSA's unaligned MOSI layout, padded with zeros behind."""
    rng = np.random.default_rng(0)
    data = {}
    for split, count in COUNTS.items():
        part: dict[str, object] = {}
        for name, (most, dim) in SHAPES.items():
            lengths = rng.integers(most // 5, most + 1, count)
            real = np.arange(most) < lengths[:, None]
            block = rng.standard_normal((count, most, dim), dtype=np.float32)
            block *= real[..., None]
            part[name] = block
            if name == "text":
                ids = np.where(real, 2000, 0)
                part["text_bert"] = np.stack([ids, real, 0 * ids], axis=1).astype(np.float64)
            else:
                part[f"{name}_lengths"] = lengths.tolist()
        scores = rng.uniform(-3, 3, count).astype(np.float32)
        part["regression_labels"] = scores
        part["classification_labels"] = np.sign(scores) + 1
        part["annotations"] = np.where(scores < 0, "Negative", "Positive")
        part["raw_text"] = np.array([f"WORDS {row}" for row in range(count)])
        part["id"] = np.array([f"{split}{row // 20}$_${row % 20}" for row in range(count)])
        data[split] = part
    with path.open("wb") as file:
        pickle.dump(data, file, protocol=4)
    return path


def measured(python: str, code: str, file: Path, store: Path) -> tuple[float, ...]:
    """Seconds, also of CPU, and megabytes, also its own, of a process of its own."""
    done = subprocess.run(
        [python, "-c", code, str(file), str(store)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{python} failed:\n{done.stderr}")
    return tuple(json.loads(done.stdout.splitlines()[-1]))


if __name__ == "__main__":
    sys.exit(main())
