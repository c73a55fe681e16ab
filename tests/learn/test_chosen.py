"""Which model a folder stands for."""

import json
from pathlib import Path

import pytest

from tritone.core.errors import ModelError
from tritone.learn.chosen import chosen_in, is_training


def seed(run: Path, number: int, by: str, value: float | None) -> Path:
    """A seed of a run whose figure on val is known."""
    model = run / f"seed-{number}" / "model"
    model.mkdir(parents=True)
    for name in ("config.json", "normaliser.safetensors"):
        (model / name).write_text("{}")
    said = {"selected_on": {"by": by}, "metrics": {"val": {by: value}}}
    (model.parent / "summary.json").write_text(json.dumps(said))
    return model


@pytest.mark.parametrize(
    ("by", "values", "best"),
    [("loss", [0.4, 0.2, 0.3], 1), ("accuracy", [0.4, 0.2, 0.6], 2), ("mae", [None, 0.9, 1.0], 1)],
)
def test_the_seed_that_was_best_on_val_stands_for_a_run(
    tmp_path: Path, by: str, values: list[float | None], best: int
) -> None:
    models = [seed(tmp_path, number, by, value) for number, value in enumerate(values)]
    chosen = chosen_in(tmp_path)
    assert (chosen.folder, chosen.seed, chosen.seeds) == (models[best], f"seed-{best}", 3)


def test_ten_seeds_are_counted_and_not_spelled(tmp_path: Path) -> None:
    """Of equal ones the first is taken, and seed-10 is not before seed-2."""
    for number in (10, 2):
        seed(tmp_path, number, "loss", 0.5)
    assert chosen_in(tmp_path).seed == "seed-2"


def test_a_seed_or_a_model_stands_for_itself_and_knows_its_run(tmp_path: Path) -> None:
    model = seed(tmp_path, 3, "loss", 0.5)
    (tmp_path / "summary.json").write_text('{"val": {"loss": {"mean": 0.5}}}')
    for folder in (model, model.parent):
        chosen = chosen_in(folder)
        assert (chosen.folder, chosen.seed, chosen.seeds) == (model, "seed-3", 1)
        assert chosen.summary["selected_on"] == {"by": "loss"}
        assert chosen.whole["val"]["loss"]["mean"] == 0.5


def test_a_model_that_was_taken_out_of_its_run_has_no_figures(tmp_path: Path) -> None:
    model = seed(tmp_path / "run", 0, "loss", 0.5)
    moved = model.rename(tmp_path / "mine")
    assert chosen_in(moved).summary == chosen_in(moved).whole == {}


def test_a_training_that_has_not_finished_a_seed_is_told_of(tmp_path: Path) -> None:
    (tmp_path / "seed-0").mkdir()
    assert not is_training(tmp_path)
    with pytest.raises(ModelError, match="holds no trained model"):
        chosen_in(tmp_path)


@pytest.mark.parametrize("text", ["{", "[" * 100_000, " " * (1 << 26) + "{}"])
def test_a_damaged_summary_is_told_of(tmp_path: Path, text: str) -> None:
    model = seed(tmp_path, 0, "loss", 0.5)
    (model.parent / "summary.json").write_text(text)
    with pytest.raises(ModelError, match=r"summary\.json"):
        chosen_in(tmp_path)
