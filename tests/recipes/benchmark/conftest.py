"""Small data whose answer is known, and a benchmark of them."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from tritone.core.task import Classes, Regression
from tritone.recipes.benchmark.quick import (
    MOODS,
    SENTIMENTS,
    agreement,
    nothing,
    words,
    write_store,
)
from tritone.recipes.benchmark.run import benchmark
from tritone.recipes.benchmark.suite import Contender, Data, Suite
from tritone.recipes.benchmark.table import Table

CLIPS = {"train": 60, "val": 24, "test": 48}
SETTINGS = (
    "fit.epochs=12",
    "fit.lr=0.03",
    "fit.batch=12",
    "model.width=8",
    "modalities=text,audio",
)
PLAIN = Contender("concat_mlp")
TWIN = Contender("concat_mlp", name="twin")
STILL = Contender("concat_mlp", ("fit.lr=1e-9", "fit.epochs=1"), "still")


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Data]:
    """A store where the text tells the score, one where nothing tells, one without a test part."""
    folder = tmp_path_factory.mktemp("made")
    write_store(folder / "words", "score", Regression(), words, 0, CLIPS)
    write_store(folder / "noise", "emotion", Classes(MOODS), nothing, 1, CLIPS)
    both = {"train": 40, "val": 30}
    write_store(folder / "xor", "sentiment", Classes(SENTIMENTS), agreement, 2, both)
    return {name: Data(f"store:{folder / name}", name=name) for name in ("words", "noise", "xor")}


@pytest.fixture(scope="session")
def suite(made: dict[str, Data]) -> Suite:
    """Both tasks, two copies of one model, and one that is a constant."""
    data = (made["words"], made["noise"])
    return Suite("small", data, (PLAIN, TWIN, STILL), 2, SETTINGS, draws=20)


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the small benchmark is."""
    return tmp_path_factory.mktemp("runs") / "b"


@pytest.fixture(scope="session")
def found(suite: Suite, folder: Path) -> Table:
    """What the small benchmark found."""
    return benchmark(suite, folder)


@pytest.fixture(scope="session")
def studied(found: Table, suite: Suite, folder: Path, tmp_path_factory) -> Table:
    """The same without the twin, studied further in a copy of its folder."""
    copy = tmp_path_factory.mktemp("studied") / "b"
    shutil.copytree(folder, copy)
    fewer = replace(suite, models=(PLAIN, STILL))
    return benchmark(fewer, copy, studies=("robustness", "calibration"), resume=True)
