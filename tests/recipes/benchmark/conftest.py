"""Small data whose answer is known, and a benchmark of them."""

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
def found(made: dict[str, Data], tmp_path_factory: pytest.TempPathFactory) -> Table:
    """Both tasks, two copies of one model, and one that is a constant."""
    data = (made["words"], made["noise"])
    suite = Suite("small", data, (PLAIN, TWIN, STILL), 2, SETTINGS, draws=20)
    return benchmark(suite, tmp_path_factory.mktemp("runs") / "b")
