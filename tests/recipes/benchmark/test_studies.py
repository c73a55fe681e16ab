"""Robustness and calibration of a benchmark's rows: measured of what is trained, in every form."""

import csv
import io
import json
import math

import pytest

from tritone.assess.curves import Robustness
from tritone.recipes.benchmark.latex import latex
from tritone.recipes.benchmark.page import page
from tritone.recipes.benchmark.spreadsheet import csv_text
from tritone.recipes.benchmark.studied import areas, main_curve, mended, patterns, promised
from tritone.recipes.benchmark.table import Row, Table

pytestmark = pytest.mark.slow


def robustness_of(row: Row) -> Robustness:
    assert row.done is not None
    assert row.done.robustness is not None
    return row.done.robustness


def test_a_study_trains_nothing_and_is_one_more_look_at_the_test(
    found: Table, studied: Table
) -> None:
    earlier = {row.model: row for row in found.blocks[0].ranked}
    for after in studied.blocks[0].ranked:
        before = earlier[after.model]
        assert before.metrics == after.metrics
        assert before.done is not None
        assert after.done is not None
        assert before.done.facts["data"]["test_opened"] == 1
        assert after.done.facts["data"]["test_opened"] == 2
        assert "test_reused" not in after.marks


def test_every_model_and_control_has_its_curves_floors_and_patterns(studied: Table) -> None:
    for block in studied.blocks:
        for row in block.ranked:
            left = robustness_of(row)
            assert left.channels == row.channels
            assert left.n == 48
            assert {curve.damage for curve in left.curves} >= {"rows", "noise"}
            assert len(left.patterns) == 2 ** len(row.channels) - 1
            assert left.patterns[row.channels][block.by].value == pytest.approx(row.value(block.by))


def test_what_learned_falls_and_what_learned_nothing_does_not(studied: Table) -> None:
    rows = {row.model: main_curve(robustness_of(row)) for row in studied.blocks[0].ranked}
    clean, *_, lost = rows["concat_mlp"].values["mae"]
    assert lost.value > clean.value + 0.3
    assert clean.value < rows["concat_mlp"].area["mae"].value < lost.value
    assert rows["still"].area["mae"].value == pytest.approx(
        rows["still"].values["mae"][0].value, abs=0.05
    )


def test_every_form_has_the_area_with_its_interval(studied: Table) -> None:
    lines = list(csv.DictReader(io.StringIO(csv_text(studied))))
    said = studied.to_json()
    told = latex(studied)
    json.dumps(said, allow_nan=False)
    for line, row in zip(lines, said["rows"], strict=True):
        if row["kind"] == "floor":
            assert line["robust_area"] == ""
            assert "robustness" not in row
            continue
        curve = row["robustness"]["curves"][0]
        area = curve["area"][line["robust_metric"]]
        assert float(line["robust_area"]) == area["value"]
        assert float(line["robust_area_low"]) <= area["value"] <= float(line["robust_area_high"])
        assert f"{area['value']:.3f}" in told


def test_the_page_shows_curves_patterns_and_mended_confidence(found: Table, studied: Table) -> None:
    plain, told = page(found), page(studied)
    assert "What is left where less is there" not in plain
    # Two pictures of robustness for each of the data, one of confidence where classes are.
    assert told.count("data:image/png;base64,") == plain.count("data:image/png;base64,") + 5
    for words in ("mae as more is lost", "channels that are there", "Confidence, mended on val"):
        assert words in told


def test_the_sets_promise_what_was_asked_for_each_pattern(studied: Table) -> None:
    for block in studied.blocks:
        made = promised(block)
        assert made is not None
        assert made.title == "Sets that should hold the truth of 90% of 48 clips"
        assert [line[0] for line in made.lines] == ["text + audio", "text", "audio"]
    assert mended(studied.blocks[0]) is None
    assert mended(studied.blocks[1]) is not None


def test_a_control_has_no_patterns_of_channels_that_it_never_saw(studied: Table) -> None:
    made, left = patterns(studied.blocks[0]), areas(studied.blocks[0])
    assert made is not None
    assert left is not None
    assert made.heads == ("channels that are there", "concat_mlp", "still")
    of_text = left.heads.index("concat_mlp (text)")
    told = {line[0]: line[of_text] for line in left.lines}
    assert told["rows, audio"] == told["channels, all"] == "-"
    assert not math.isnan(float(told["rows, text"].split()[0]))
