"""docs/models.md names every model of the catalogue, so that it cannot go stale unnoticed."""

import importlib
import re
from pathlib import Path

import pytest

from tritone.catalogue import MODELS

PAGE = Path(__file__).parents[1] / "docs" / "models.md"
COMMAND = "python benchmarks/models.py --out docs/models.md"


def rows_of(title: str) -> dict[str, str]:
    """Model to its row, of the table below a title."""
    text = PAGE.read_text(encoding="utf-8").partition(title)[2].partition("\n## ")[0]
    return {found[1]: found[0] for found in re.finditer(r"^\| `(\w+)` \|.*$", text, re.MULTILINE)}


@pytest.mark.parametrize("title", ["# Models", "## Made tasks"])
def test_the_page_has_a_row_for_each_model(title: str) -> None:
    assert list(rows_of(title)) == list(MODELS), f"Make the page anew: {COMMAND}"


def test_the_page_gives_each_model_its_paper() -> None:
    rows = rows_of("# Models")
    assert all(MODELS[name].source in row for name, row in rows.items()), f"Make it anew: {COMMAND}"


def test_the_page_says_how_it_is_made() -> None:
    assert COMMAND in PAGE.read_text(encoding="utf-8")


def test_rows_that_were_not_measured_anew_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    """`--rows` tells the made tasks of one model, and leaves the rest of the page as it is."""
    monkeypatch.syspath_prepend(str(PAGE.parents[1] / "benchmarks"))
    made = importlib.import_module("models_made")
    stands = PAGE.read_text(encoding="utf-8")
    told = made.with_rows(stands, {"concat_mlp": {"xor": {"0": 0.125}, "cue": {"0": 1.0}}}, 3)
    parts = [text.partition("## Made tasks") for text in (stands, told)]
    old, new = (each[2].partition("\n## ") for each in parts)
    assert parts[0][0] == parts[1][0] and old[1:] == new[1:]
    rows = [[row for row in each[0].split("\n") if row.startswith("| `")] for each in (old, new)]
    changed = [row for before, row in zip(*rows, strict=True) if before != row]
    assert changed == [
        "| `concat_mlp` | text + audio, text + vision | 0.12 | 1.00 | xor: learned in part |"
    ]


def test_a_model_that_could_learn_says_what_holds_it_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(PAGE.parents[1] / "benchmarks"))
    made = importlib.import_module("models_made")
    model, pairs = made.build("lnln", {}), {"cue": ("text", "vision")}
    why = "cue: terms beside the task hold it back; without them it was learned"
    assert made.remark("lnln", model, pairs, {"cue": {"0": 0.5}}) == why
    assert made.remark("lnln", model, pairs, {"cue": {"0": 0.95}}) == ""
