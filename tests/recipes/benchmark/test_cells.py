"""What a cell of a benchmark says before anything is trained."""

from pathlib import Path

import pytest

from tritone.core.errors import ModelError
from tritone.recipes.benchmark.cells import MODEL, Cell
from tritone.recipes.benchmark.filling import fill
from tritone.recipes.benchmark.suite import Contender, Data


def test_the_default_model_in_a_suite_says_which_rows_it_reads(
    made: dict[str, Data], tmp_path: Path
) -> None:
    data = made["words"]
    store = Path(data.spec.removeprefix("store:"))
    cell = Cell(data, Contender("tritone"), (), MODEL, store, tmp_path / "cell", 1, (), 20)
    with pytest.raises(ModelError) as caught:
        fill(cell)
    told = "The trained model reads text as rows of 1 numbers, the data have"
    assert str(caught.value).startswith(told)
    assert "word_pieces" in str(caught.value)
