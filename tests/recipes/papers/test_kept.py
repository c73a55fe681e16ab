"""The page is the same when the runs are gone: its figures are kept beside it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tritone.core.errors import DataError
from tritone.metrics.significance import Comparison
from tritone.recipes.papers.attention import Attention
from tritone.recipes.papers.claims.s000 import MMMO, MOSI
from tritone.recipes.papers.found import Block, Found, read_found
from tritone.recipes.papers.kept import keep, read_kept
from tritone.recipes.papers.page import page

SCRIPT = Path(__file__).parents[3] / "benchmarks" / "papers.py"
APART = Comparison(0.25, -0.5, 0.75, 0.125)
MODELS = {"s000_a0": 0.5, "s000_a1": 0.25, "s000_a2": 0.75}
PAIR = ("text", "audio")
AREAS = {name: {"all": value} for name, value in MODELS.items()}
STUDY = Attention(9, AREAS, {"all": APART}, {PAIR: MODELS}, {PAIR: APART}, {PAIR: 0.125})
KEY = (MOSI.suite, MOSI.data)


def block(value: float, model: str = "s000_text") -> Block:
    """One row and a floor of S000 on MOSI, with more than the page shows."""
    figure = {"value": value, "low": 0.25, "high": 0.75, "spread": 0.125, "each": [value]}
    about = {"name": MOSI.data, "spec": "mosi:HERE", "split": "val", "target": "sentiment3_cut1"}
    about |= {"n": 9, "train": 20, "groups": None, "notes": ["HERE"], "smallest_difference": None}
    row = {"channels": ["text"], "marks": ["near_floor"], "cost": {}, "seeds": 3}
    rows = {
        model: row | {"model": model, "kind": "model", "metrics": {"accuracy": figure, "mae": {}}},
        "majority": row
        | {"model": "majority", "kind": "floor", "seeds": 0}
        | {"metrics": {"accuracy": {"value": 0.5, "low": None}}},
    }
    return Block(Path("HERE"), about, rows)


def test_the_page_is_the_same_from_what_was_kept(tmp_path: Path) -> None:
    found, studied = Found({KEY: block(0.625)}), {MOSI: STUDY, MMMO: "it was not run."}
    keep(tmp_path / "p.json", found, studied)
    kept, studies = read_kept(tmp_path / "p.json")
    assert studies == {KEY: STUDY}
    assert page(kept, {MOSI: studies[KEY], MMMO: "it was not run."}) == page(found, studied)
    assert "0.625 [0.250, 0.750] ± 0.125 near_floor" in page(kept, {})


def test_a_suite_that_was_run_in_haste_says_so_on_the_page_also_when_kept(tmp_path: Path) -> None:
    whole, told = block(0.625), "3 seeds, run with `--fast`."
    hasty = Block(whole.folder, {**whole.about, "fast": True}, whole.rows)
    keep(tmp_path / "p.json", Found({KEY: hasty}), {})
    assert told in page(read_kept(tmp_path / "p.json")[0], {})
    assert told not in page(Found({KEY: whole}), {})


def test_nothing_is_kept_but_what_the_page_shows(tmp_path: Path) -> None:
    other = Found({KEY: block(0.5), ("real", "meld"): block(0.5)})
    keep(tmp_path / "p.json", other, {})
    said = (tmp_path / "p.json").read_text()
    assert "HERE" not in said
    assert '"mae"' not in said
    assert [one["suite"] for one in json.loads(said)["blocks"]] == ["papers-mosi"]


def test_without_a_file_nothing_was_kept(tmp_path: Path) -> None:
    kept, studies = read_kept(tmp_path / "none.json")
    assert (kept.blocks, studies) == ({}, {})


@pytest.mark.parametrize("junk", ["{", "[]", '{"schema": 1}', '{"schema": 1, "blocks": [5]}'])
def test_a_file_that_holds_no_figures_is_named(tmp_path: Path, junk: str) -> None:
    (tmp_path / "p.json").write_text(junk)
    with pytest.raises(DataError) as caught:
        read_kept(tmp_path / "p.json")
    assert str(caught.value).startswith(f"{tmp_path / 'p.json'} holds no figures of the page: ")
    assert str(caught.value).endswith(" Delete it.")


def test_figures_of_another_schema_are_refused(tmp_path: Path) -> None:
    (tmp_path / "p.json").write_text('{"schema": 2}')
    with pytest.raises(DataError, match=r"is of schema 2; this Tritone reads 1\.$"):
        read_kept(tmp_path / "p.json")


@pytest.mark.slow
def test_a_suite_that_is_run_anew_leaves_the_figures_of_the_others(
    s000_runs: Path, tmp_path: Path
) -> None:
    """S000 on MOSI was run before; now MMMO alone is."""
    out, runs = tmp_path / "papers.md", tmp_path / "mmmo"
    keep(out.with_suffix(".json"), read_found([s000_runs]), {MOSI: STUDY})
    runs.mkdir()
    fresh = block(0.375)
    said = {"suite": MMMO.suite, "data": [{**fresh.about, "name": MMMO.data}]}
    said["rows"] = [{**row, "name": MMMO.data} for row in fresh.rows.values()]
    (runs / "benchmark.json").write_text(json.dumps(said))
    command = [sys.executable, str(SCRIPT), str(runs), "--out", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    kept, studies = read_kept(out.with_suffix(".json"))
    assert set(kept.blocks) == {KEY, (MMMO.suite, MMMO.data)}
    assert studies == {KEY: STUDY}
    assert "| video | 65.69 % | `s000_vision` | 0." in out.read_text()
    assert "0.375 [0.250, 0.750] ± 0.125 near_floor |" in out.read_text()
