"""The table in its forms: each holds the same figures, and nothing of the data's can act."""

import csv
import io
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from tritone.recipes.benchmark.ablation import Ablation, figure_and_difference
from tritone.recipes.benchmark.job import write
from tritone.recipes.benchmark.latex import ablation_table, escaped, latex
from tritone.recipes.benchmark.page import page
from tritone.recipes.benchmark.spreadsheet import csv_text, harmless
from tritone.recipes.benchmark.table import Block, Failure, Row, Table
from tritone.recipes.benchmark.terminal import terminal

pytestmark = pytest.mark.slow
EVIL = "<script>x</script> & 100 % _a_ \\input{b}\n=1+1"


@pytest.fixture
def evil(found: Table) -> Table:
    """The table with data and a model that are called what could do harm."""
    block = found.blocks[0]
    rows: list[Row] = [replace(row, model=f"=cmd {EVIL}") for row in block.rows[:1]]
    data = replace(block.data, name=EVIL, note=EVIL)
    bad: Block = replace(block, data=data, rows=(*rows, *block.rows[1:]), notes=(EVIL,))
    failed = (Failure(EVIL, EVIL, EVIL),)
    return replace(found, blocks=(bad, *found.blocks[1:]), failed=failed)


def test_the_csv_holds_every_figure_of_the_json(found: Table) -> None:
    lines = list(csv.DictReader(io.StringIO(csv_text(found))))
    rows = found.to_json()["rows"]
    assert len(lines) == len(rows)
    for line, row in zip(lines, rows, strict=True):
        assert (line["model"], line["data"]) == (row["model"], row["name"])
        assert line["marks"].split() == row["marks"]
        for name, figure in row["metrics"].items():
            told = None if line[name] == "" else float(line[name])
            assert told == figure["value"]
            assert (line[f"{name}_low"] or None) == (
                None if figure.get("low") is None else str(figure["low"])
            )


def test_a_spreadsheet_takes_no_cell_for_a_formula(evil: Table) -> None:
    assert harmless("=1+1") == "'=1+1"
    assert harmless(-1.5) == -1.5
    for line in csv.reader(io.StringIO(csv_text(evil))):
        assert not any(cell.startswith(("=", "@")) for cell in line)


def test_latex_prints_every_sign_as_it_is(found: Table, evil: Table) -> None:
    assert escaped("a_b & 5% {x}\\") == r"a\_b \& 5\% \{x\}\textbackslash{}"
    told = latex(evil)
    assert r"\input" not in told
    assert "<script>" not in told
    plain = latex(found)
    for word in (r"\toprule", r"\midrule", r"\bottomrule"):
        assert word in plain
    assert plain.count(r"\begin{tabular}") == plain.count(r"\end{tabular}") == 2
    columns = len(re.search(r"\\begin\{tabular\}\{(\w+)\}", plain).group(1))  # type: ignore[union-attr]
    body = [line for line in plain.splitlines() if line.endswith(r" \\")]
    assert all(len(re.findall(r"(?<!\\)&", line)) == columns - 1 for line in body[:6])


def test_the_page_needs_nothing_and_lets_nothing_act(evil: Table) -> None:
    told = page(evil)
    assert "<script" not in told
    assert "&lt;script&gt;" in told
    assert not re.search(r"(src|href)=\"(?!data:image/png)", told)
    assert "default-src 'none'" in told.replace("&#x27;", "'")
    # Two pictures of a score, four of classes.
    assert told.count("data:image/png;base64,") == 6


def test_the_page_says_what_the_table_says(found: Table) -> None:
    told = page(found)
    for row in found.blocks[0].rows:
        assert row.model in told
    assert "The smallest difference in acc2_nonzero that these rows can show" in told
    assert "below_floor" in told
    assert "What is taken for what" in told


def test_the_terminal_shows_floors_marks_and_what_failed(evil: Table) -> None:
    held = io.StringIO()
    console = Console(file=held, width=240)
    for part in terminal(evil):
        console.print(part)
    told = held.getvalue()
    assert "majority (floor)" in told
    assert "failed: " in told
    assert "near_floor" in told or "below_floor" in told


def test_every_form_says_of_how_many_trainings_and_what_the_rows_can_show(found: Table) -> None:
    block, held = found.blocks[0], io.StringIO()
    for part in terminal(found):
        Console(file=held, width=240).print(part)
    terminal_text, tex = held.getvalue(), latex(found)
    for told in (terminal_text, page(found), tex):
        assert "trained on 60, mean of 2 trainings" in told
    spread = f"{block.rows[0].metrics[block.by]['spread']:.3f}"
    best = next(line for line in tex.splitlines() if line.startswith(r"\textbf"))
    assert best.split(" & ")[2] == spread
    assert block.smallest is not None
    line = next(csv.DictReader(io.StringIO(csv_text(found))))
    assert (line["groups"], line["train"]) == (str(block.about["groups"]), "60")
    assert float(line["smallest_difference"]) == block.smallest.value
    assert line["smallest_metric"] == "acc2_nonzero"
    noted = replace(found, suite=replace(found.suite, notes=("keep\nthis",)))
    assert "% note: keep this\n" in latex(noted)


def test_a_table_of_channels_has_marks_floors_and_what_the_rows_can_show(found: Table) -> None:
    block = found.blocks[0]
    still = next(row for row in block.rows if row.model == "still")
    assert figure_and_difference(still, block.by).endswith("; " + " ".join(still.marks))
    some = Ablation((still.channels,), {"still": {still.channels: still}})
    caption = next(line for line in ablation_table(block, some) if line.startswith(r"\caption"))
    floor = next(row for row in block.rows if row.model == "mean")
    assert f"mean {floor.value(block.by):.3f}" in caption
    assert "mean of 2 trainings" in caption
    assert block.smallest is not None
    assert f"can show: {block.smallest.value:.3f}." in caption


def test_all_files_are_written(found: Table, tmp_path: Path) -> None:
    files = write(found, tmp_path)
    assert [file.name for file in files] == [
        *("benchmark.json", "benchmark.csv", "benchmark.tex", "benchmark.html")
    ]
    assert json.loads(files[0].read_text()) == found.to_json()
