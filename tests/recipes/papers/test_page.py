"""docs/papers.md: claims beside what runs left, and what was not run says so."""

import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tritone.assess.curves import Curve, Robustness
from tritone.assess.report import Figure
from tritone.core.errors import DataError
from tritone.metrics.significance import Comparison
from tritone.recipes.benchmark.suites import SUITES
from tritone.recipes.names import recipe_named
from tritone.recipes.papers.attention import Attention, attention_in
from tritone.recipes.papers.claims import CITED, PAPERS, Where
from tritone.recipes.papers.claims.s000 import MOSI
from tritone.recipes.papers.fading import answer, fading_lines
from tritone.recipes.papers.found import Block, Found, read_found
from tritone.recipes.papers.page import page

CLAIMS = [(study, claim) for paper in PAPERS for study in paper.studies for claim in study.claims]
SCRIPT = Path(__file__).parents[3] / "benchmarks" / "papers.py"


@pytest.fixture(scope="session")
def found(s000_runs: Path) -> Found:
    return read_found([s000_runs])


@pytest.mark.parametrize("recipe", sorted({claim.recipe for _, claim in CLAIMS if claim.recipe}))
def test_the_recipe_of_every_claim_is_there(recipe: str) -> None:
    recipe_named(recipe)


def test_the_suite_of_every_measurement_is_there() -> None:
    assert {where.suite for study, _ in CLAIMS for where in study.measured} <= set(SUITES)


def test_every_name_that_is_cited_is_built_or_says_why_not() -> None:
    assert len({one.name for one in CITED}) == len(CITED)
    for one in CITED:
        assert one.built or one.why
        models = [] if "--" in one.built or "..." in one.built else one.built.split(", ")
        for name in filter(None, models):
            recipe_named(name)


def test_without_runs_the_page_is_whole_and_claims_nothing_of_ours() -> None:
    text = page(Found({}), {MOSI: "it was not run."})
    assert text.count("not run") > len(PAPERS)
    for paper in PAPERS:
        assert f"## {paper.name}: " in text
        for study in paper.studies:
            assert f"### {study.place}: {study.about}" in text
            assert study.floor in text
    assert "- Not measured: it was not run." in text
    assert not re.search(r"\d \[0\.\d", text)


def test_our_figures_are_those_of_the_run(found: Found, s000_runs: Path) -> None:
    text = page(found, {})
    said = json.loads((s000_runs / "mosi" / "benchmark.json").read_text())
    for row in said["rows"]:
        if row["model"] in ("s000_text", "s000_a2"):
            value = row["metrics"]["accuracy"]
            told = f"{value['value']:.3f} [{value['low']:.3f}, {value['high']:.3f}]"
            line = next(one for one in text.splitlines() if f"`{row['model']}`" in one)
            assert told in line
    about = said["data"][0]
    assert f"sentiment3_cut1 of {about['n']} test clips" in text
    majority = next(row for row in said["rows"] if row["model"] == "majority")
    assert f"Floors, accuracy: majority {majority['metrics']['accuracy']['value']:.3f}" in text


def test_clips_that_can_show_no_difference_are_no_hindrance(found: Found) -> None:
    block = found.blocks["papers-mosi", "MOSI S000"]
    bare = replace(block, about={**block.about, "smallest_difference": None})
    text = page(Found({("papers-mosi", "MOSI S000"): bare}), {})
    assert "smallest difference" in page(found, {})
    assert "smallest difference" not in text


def test_every_table_of_the_page_has_one_width(found: Found) -> None:
    width = 0
    for line in page(found, {}).splitlines():
        if not line.startswith("|"):
            width = 0
            continue
        width = width or line.count(" |")
        assert line.count(" |") == width, line


def test_attention_is_compared_on_the_same_clips(found: Found) -> None:
    told = attention_in(found.blocks["papers-mosi", "MOSI S000"], rates=(0.0, 0.5, 1.0), draws=10)
    assert set(told.curves) == {"all", "text", "audio", "vision"}
    assert len(told.patterns) == 7
    for of, apart in told.curves.items():
        heights = told.areas["s000_a2"][of] - told.areas["s000_a1"][of]
        assert apart.difference == pytest.approx(heights)
    whole = told.patterns["text", "audio", "vision"]
    row = found.blocks["papers-mosi", "MOSI S000"].rows["s000_a2"]
    assert whole["s000_a2"] == pytest.approx(row["metrics"]["accuracy"]["value"])


@pytest.mark.parametrize(
    ("low", "high", "says"),
    [
        (0.01, 0.03, "Measured: yes here: "),
        (-0.03, -0.01, "Measured: here it takes some away: "),
        (-0.01, 0.05, "Measured: it cannot be shown here: "),
    ],
)
def test_the_answer_follows_from_the_interval(low: float, high: float, says: str) -> None:
    apart = Comparison((low + high) / 2, low, high, 0.1)
    told = Attention(9, {}, {"all": apart}, {}, {}, {})
    assert answer(told).startswith(says)


def test_a_row_that_was_studied_with_less_there_is_shown_so(s000_runs: Path) -> None:
    where = Where("papers-s002", "unpaired")
    figure = Figure(0.7, 0.6, 0.8)
    line = Curve(
        *("rows", "all", (0.0, 1.0)),
        {"accuracy": (figure, Figure(0.5, 0.4, 0.6))},
        {"accuracy": Figure(0.6, 0.5, 0.7)},
        {"accuracy": 0.25},
    )
    pair = ("text", "audio")
    study = Robustness(0, 9, pair, {"accuracy": 0.5}, (line,), {pair: {"accuracy": figure}})
    rows = {"s002": {"robustness": study.to_json()}, "other": {}}
    told = list(fading_lines(where, Block(s000_runs, {}, rows)))
    assert told[-2] == ("| s002 | 0.700 [0.600, 0.800] | 0.600 [0.500, 0.700], 25% | - | - |")
    assert "--robustness" in next(fading_lines(where, None))


def test_a_folder_without_a_whole_benchmark_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="is no folder"):
        read_found([tmp_path / "nowhere"])
    (tmp_path / "benchmark.json").write_text("[]")
    with pytest.raises(DataError, match="holds no benchmark"):
        read_found([tmp_path])


@pytest.mark.slow
def test_one_command_writes_the_page_though_nothing_was_run(tmp_path: Path) -> None:
    out = tmp_path / "papers.md"
    command = [sys.executable, str(SCRIPT), "--out", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "- Not measured: `tritone benchmark papers-mosi` was not run." in out.read_text()
