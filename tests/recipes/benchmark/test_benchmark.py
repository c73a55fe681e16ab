"""A benchmark: what it says does not depend on how it was run, and its marks bite."""

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tritone.core.errors import DataError, RecipeError
from tritone.recipes.benchmark.ablation import ablation, ablation_lines
from tritone.recipes.benchmark.cells import CELL, parts_of
from tritone.recipes.benchmark.page import page
from tritone.recipes.benchmark.run import benchmark
from tritone.recipes.benchmark.shown import below
from tritone.recipes.benchmark.suite import Contender, Data, Suite
from tritone.recipes.benchmark.table import Row, Table

SETTINGS = ("fit.epochs=4", "fit.lr=0.03", "fit.batch=12", "model.width=8", "modalities=text,audio")
pytestmark = pytest.mark.slow

PLAIN = Contender("concat_mlp")
TWIN = Contender("concat_mlp", name="twin")
STILL = Contender("concat_mlp", ("fit.lr=1e-9", "fit.epochs=1"), "still")


def suite_of(made: dict[str, Data], *names: str, models: tuple = (PLAIN, STILL), **more) -> Suite:
    given = {"seeds": 2, "settings": SETTINGS, "draws": 20} | more
    return Suite("small", tuple(made[name] for name in names), models, **given)


def without_cost(table: Table) -> dict[str, Any]:
    """The JSON of a table, but for what a clock said and how often the test was opened."""
    said = table.to_json()
    for row in said["rows"]:
        del row["cost"], row["test_opened"]
    return said


def row_of(table: Table, name: str, place: int = 0) -> Row:
    return next(row for row in table.blocks[place].rows if row.model == name)


def test_a_resumed_benchmark_gives_the_table_of_an_uninterrupted_one(
    made: dict[str, Data], tmp_path: Path
) -> None:
    suite = suite_of(made, "words", seeds=1)
    whole = without_cost(benchmark(suite, tmp_path / "a"))
    cells = sorted((tmp_path / "a" / "cells").rglob(CELL))
    cells[0].unlink()
    shutil.rmtree(cells[1].parent)
    (cells[2].parent / "said.npz").write_bytes(b"half")
    stamp = cells[3].stat().st_mtime_ns
    assert without_cost(benchmark(suite, tmp_path / "a", resume=True)) == whole
    assert cells[3].stat().st_mtime_ns == stamp


def test_processes_side_by_side_give_the_same_table(made: dict[str, Data], tmp_path: Path) -> None:
    suite = suite_of(made, "words", seeds=1)
    alone = without_cost(benchmark(suite, tmp_path / "a"))
    assert without_cost(benchmark(suite, tmp_path / "b", workers=2)) == alone


def test_the_order_of_models_changes_nothing(made: dict[str, Data], tmp_path: Path) -> None:
    models = (PLAIN, TWIN, STILL)
    one, other = (
        without_cost(benchmark(suite_of(made, "words", models=each, seeds=1), tmp_path / name))
        for name, each in (("a", models), ("b", models[::-1]))
    )
    assert one == other


def test_two_copies_of_a_model_tie(found: Table) -> None:
    for place in (0, 1):
        one, twin = row_of(found, "concat_mlp", place), row_of(found, "twin", place)
        assert one.metrics == twin.metrics
        if found.blocks[place].best in ("concat_mlp", "twin"):
            assert one.is_tie != twin.is_tie
        else:
            assert one.is_tie == twin.is_tie


def test_what_cannot_be_told_from_the_best_is_within_noise_and_the_best_is_not(
    found: Table,
) -> None:
    for block in found.blocks:
        for row in block.rows:
            assert ("within_noise" in row.marks) == row.is_tie
        assert any("within_noise" in row.marks for row in block.ranked[1:])
        assert "within_noise" not in block.ranked[0].marks


def test_a_model_that_is_worse_does_not_tie(found: Table) -> None:
    assert found.blocks[0].best in ("concat_mlp", "concat_mlp (text)")
    assert not row_of(found, "still").is_tie
    assert not row_of(found, "concat_mlp (audio)").is_tie
    assert set(row_of(found, "concat_mlp").marks) <= {"within_noise"}


def test_mcnemar_stands_beside_the_bootstrap_where_classes_are_named(found: Table) -> None:
    for row in found.blocks[0].ranked:
        assert row.discordant is None
    best, *others = found.blocks[1].ranked
    assert best.done is not None
    for row in others:
        assert row.done is not None
        assert row.discordant is not None
        ours, theirs = (
            row_done.runs[0].argmax(axis=1) == row_done.true for row_done in (row.done, best.done)
        )
        assert row.discordant.one_only == int((ours & ~theirs).sum())
        assert row.discordant_adjusted >= row.discordant.pvalue
    told = next(row for row in found.to_json()["rows"] if row["model"] == others[0].model)
    assert told["versus_best"]["mcnemar"] is None
    assert "McNemar" in "\n".join(below(found.blocks[1]))
    assert "McNemar" not in "\n".join(below(found.blocks[0]))


def test_without_ablation_there_is_none(found: Table) -> None:
    assert ablation(found.blocks[0]) is None


def test_a_constant_model_is_marked(found: Table) -> None:
    assert "degenerate" in row_of(found, "still", 0).marks
    assert set(row_of(found, "still", 1).marks) >= {"below_floor", "degenerate"}


def test_noise_never_puts_a_model_above_the_floor_beyond_noise(found: Table) -> None:
    floor = row_of(found, "majority", 1).value("accuracy")
    for row in found.blocks[1].ranked:
        assert {"below_floor", "near_floor"} & set(row.marks)
        assert row.metrics["accuracy"]["low"] <= floor
        assert row.model == found.blocks[1].best or row.is_tie


def test_every_row_says_what_a_reader_must_know(found: Table) -> None:
    said = found.to_json()
    assert said["schema"] == 1
    kinds = [row["kind"] for row in said["rows"] if row["name"] == "words"]
    assert sorted(kinds[:5]) == ["control"] * 2 + ["model"] * 3
    assert kinds[5:] == ["floor"] * 3
    for row in said["rows"]:
        if row["kind"] == "floor":
            continue
        assert (row["split"], row["n"], row["seeds"]) == ("test", 48, 2)
        assert row["data"].startswith("store:")
        assert row["cost"]["parameters"] > 0
        assert row["cost"]["train_samples_per_s"] > 0
        assert row["cost"]["latency_ms"] > 0
        for figure in row["metrics"].values():
            assert set(figure) >= {"value", "low", "high", "spread", "each"}
            assert len(figure["each"]) == 2
    assert json.loads(json.dumps(said, allow_nan=False)) == said


def test_where_there_is_no_test_split_the_row_says_so(
    made: dict[str, Data], tmp_path: Path
) -> None:
    table = benchmark(suite_of(made, "xor", models=(PLAIN,)), tmp_path / "b")
    for row in table.blocks[0].ranked:
        assert "selected_on_reported_split" in row.marks
    assert table.blocks[0].about["split"] == "val"


def test_more_seeds_after_a_look_at_the_test_are_marked(
    made: dict[str, Data], tmp_path: Path
) -> None:
    first = benchmark(suite_of(made, "words", models=(PLAIN,), seeds=1), tmp_path / "b")
    assert "test_reused" not in row_of(first, "concat_mlp").marks
    more = suite_of(made, "words", models=(PLAIN,), seeds=2)
    table = benchmark(more, tmp_path / "b", resume=True)
    assert "test_reused" in row_of(table, "concat_mlp").marks


def test_one_cell_that_fails_is_listed_and_the_rest_is_done(
    made: dict[str, Data], tmp_path: Path
) -> None:
    absent = Data(f"store:{tmp_path / 'nowhere'}", name="absent")
    models = (PLAIN, Contender("tfn_language", ("modalities=audio",)), Contender("no_model"))
    table = benchmark(suite_of(made | {"x": absent}, "words", "x", models=models), tmp_path / "b")
    told = {(one.data, one.model): one.error for one in table.failed}
    assert set(told) == {
        ("absent", None),
        ("words", "no_model"),
        ("words", "tfn_language"),
    }
    assert told["absent", None] == f"{tmp_path / 'nowhere'} is not a store: it has no store.json."
    assert told["words", "no_model"].startswith("No model is named 'no_model'.")
    assert row_of(table, "concat_mlp").kind == "model"


def test_ablation_trains_every_model_on_every_subset(made: dict[str, Data], tmp_path: Path) -> None:
    asked = suite_of(made, "words", models=(PLAIN,), seeds=1, settings=SETTINGS[:-1])
    table = benchmark(asked, tmp_path / "b", ablate=True)
    got = ablation(table.blocks[0])
    assert got is not None
    assert got.subsets == (
        *(("text",), ("audio",), ("vision",)),
        *(("text", "audio"), ("text", "vision"), ("audio", "vision")),
        ("text", "audio", "vision"),
    )
    assert {name: set(rows) for name, rows in got.models.items()} == {
        "concat_mlp": set(got.subsets)
    }
    assert got.heading(("text",)) == "text (unimodal)"
    assert got.heading(got.subsets[-1]) == "text + audio + vision (trimodal)"
    plain = got.models["concat_mlp"]
    whole = plain[got.subsets[-1]]
    assert whole.parted is None
    for row in plain.values():
        if row is not whole:
            assert row.parted is not None
            apart = row.value("mae") - whole.value("mae")
            assert row.parted.difference == pytest.approx(apart)
            assert row.parted.low <= apart <= row.parted.high
            assert 0 < row.parted_adjusted <= 1
    told = ablation_lines(got, "mae")
    assert [line[0] for line in told] == [got.heading(channels) for channels in got.subsets]
    assert ", p " in told[0][1]
    assert ", p " not in told[-1][1]
    said = {tuple(row["channels"]): row for row in table.to_json()["rows"]}
    apart = said["audio",]["versus_all_channels"]
    assert apart["metric"] == "mae"
    assert apart["low"] <= apart["difference"] <= apart["high"]
    assert said[got.subsets[-1]]["versus_all_channels"] is None
    assert told[0][1] in page(table)
    assert "What each channel adds" not in page(replace(table, blocks=()))
    assert plain["text",].value("mae") < plain["audio", "vision"].value("mae")


def test_the_subsets_are_all_but_none_and_all() -> None:
    assert parts_of(("a", "b")) == [("a",), ("b",)]
    assert len(parts_of(("a", "b", "c", "d"))) == 14


def test_a_benchmark_is_not_written_over(made: dict[str, Data], tmp_path: Path) -> None:
    suite = suite_of(made, "words", models=(PLAIN,), seeds=1)
    benchmark(suite, tmp_path / "b")
    with pytest.raises(RecipeError) as caught:
        benchmark(suite, tmp_path / "b")
    assert str(caught.value) == (
        f"{tmp_path / 'b'} holds a benchmark. Go on with --resume, or give --out."
    )
    other = Suite("other", suite.data, suite.models)
    with pytest.raises(RecipeError) as caught:
        benchmark(other, tmp_path / "b", resume=True)
    assert str(caught.value) == (
        f"{tmp_path / 'b'} holds the benchmark 'small', not 'other'. Give another --out."
    )


def test_a_metric_that_does_not_fit_the_task_is_refused(
    made: dict[str, Data], tmp_path: Path
) -> None:
    with pytest.raises(DataError, match="accuracy is no metric of this task"):
        benchmark(suite_of(made, "words", models=(PLAIN,), by="accuracy"), tmp_path / "b")
