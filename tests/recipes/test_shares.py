"""A model that says what its answers are made of says it in the report."""

from pathlib import Path

import pytest

from tritone.assess.page import page
from tritone.features.columns import columns_of
from tritone.features.extractor import build
from tritone.recipes.scoring import evaluate
from tritone.recipes.training import train


@pytest.mark.parametrize("name", ["interpretable_mlp", "lexicon"])
def test_the_columns_that_count_are_in_the_report(
    name: str, small_store: Path, tmp_path: Path
) -> None:
    run = train(
        name, f"store:{small_store}", out=tmp_path / name, settings=("fit.epochs=20", "fit.lr=0.02")
    )
    report = evaluate(run, f"store:{small_store}", "test", draws=20)
    told = report.to_json()["shares"]
    assert isinstance(told, list) and len(told) == 4 + 3
    # The first column of either channel is the score; all others are noise.
    assert {(one["channel"], one["column"]) for one in told[:2]} == {
        ("text", "column 1"),
        ("audio", "column 1"),
    }
    assert [one["size"] for one in told] == sorted((one["size"] for one in told), reverse=True)
    assert "column 1" in report.to_text()
    assert "<h2>What the answers are made of</h2>" in page(report)


def test_a_model_that_does_not_say_has_no_such_part(small_store: Path, tmp_path: Path) -> None:
    run = train("concat_mlp", f"store:{small_store}", out=tmp_path, settings=("fit.epochs=1",))
    assert "shares" not in evaluate(run, f"store:{small_store}", "test", draws=20).parts


def test_columns_have_the_names_that_their_extractor_gives_them() -> None:
    named = columns_of("face_geometry", build("face_geometry"))
    assert len(named) == build("face_geometry").rows.size
    assert not any(name.split()[-1].isdigit() for name in named)
    assert columns_of("mfcc", build("mfcc"))[0] == "mfcc 1"
