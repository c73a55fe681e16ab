"""Pictures and page: drawn without a display, self-contained, and deaf to what the data say."""

import re
import subprocess
import sys
from dataclasses import replace
from html import unescape

import pytest

from tritone.assess.calibration import calibration
from tritone.assess.curves import Curve, Robustness
from tritone.assess.history import History
from tritone.assess.page import page
from tritone.assess.plots import reliability_png, robustness_png, training_png
from tritone.assess.predict import Failed
from tritone.assess.report import Figure, Report

EVIL = '"><script>alert(1)</script>\u202e$\\frac \u4e2d'
HISTORY = History(
    "accuracy",
    True,
    {
        "seed-0": [
            {"epoch": 1, "loss": 1.0, "score": -0.5},
            {"epoch": 2, "loss": 0.5, "score": -0.7},
        ]
    },
    {"seed-0": 2},
)


def robust() -> Robustness:
    half = Figure(0.5, 0.4, 0.6)
    curves = [
        Curve(
            damage,
            of,
            (0.0, 0.1, 1.0),
            {"accuracy": (half,) * 3},
            {"accuracy": half},
            {"accuracy": 1.0},
        )
        for damage, of in (("rows", "all"), ("rows", EVIL), ("channels", "all"), ("noise", "all"))
    ]
    patterns = {pattern: {"accuracy": half} for pattern in ((EVIL, "text"), (EVIL,), ("text",))}
    return Robustness(0, 30, (EVIL, "text"), {"accuracy": 0.4}, tuple(curves), patterns)


@pytest.fixture
def report(make, reader, tmp_path) -> Report:
    store = make(tmp_path / "s", {"val": 30, "test": 30}, "sentiment")
    mended = calibration([reader(store)], store, "test", ("text",), draws=5)
    return Report(
        model={"name": EVIL, "version": "0"},
        data={"spec": EVIL, "split": "val", "target": EVIL, "n": 30},
        metrics={"accuracy": Figure(0.5, 0.4, 0.6)},
        floors={"majority": {"accuracy": 0.4}},
        marks=("degenerate", EVIL),
        confusion={"classes": [EVIL, "b"], "counts": [[3, 1], [0, 0]]},
        errors=(Failed("a", "b", EVIL),),
        notes=(EVIL,),
        parts={"training": HISTORY, "robustness": robust(), "calibration": mended},
    )


def test_nothing_of_the_data_can_act_on_the_page(report: Report) -> None:
    whole = page(report)
    assert "<script" not in whole
    assert "\u202e" not in whole
    assert whole.count("&lt;script&gt;") > 8


def test_the_page_asks_for_nothing_from_elsewhere(report: Report) -> None:
    whole = page(report)
    assert "default-src 'none'" in unescape(whole)
    assert set(re.findall(r'(?:src|href)="(\w+:)', whole)) == {"data:"}
    assert "url(" not in whole


def test_the_page_has_every_picture_and_explains_the_marks(report: Report) -> None:
    whole = page(report)
    assert whole.count("data:image/png;base64,") == 3
    assert "The model says nearly the same of every clip." in whole
    assert 'title="75%">3</td>' in whole
    assert "val, by accuracy" in whole
    assert "95 % interval" in whole


def test_a_report_without_further_studies_is_a_page_too(report: Report) -> None:
    plain = page(replace(report, parts={}, confusion={}, marks=(), errors=(), notes=()))
    assert "data:image" not in plain
    assert "0.500" in plain


def test_the_pictures_are_png(report: Report) -> None:
    drawn = [training_png(HISTORY), robustness_png(robust(), "accuracy")]
    drawn.append(reliability_png(report.parts["calibration"]))
    assert all(one.startswith(b"\x89PNG\r\n") for one in drawn)
    assert training_png(HISTORY) == drawn[0]


def test_the_score_is_drawn_in_its_own_direction() -> None:
    assert HISTORY.scores("seed-0") == {1: 0.5, 2: 0.7}
    assert HISTORY.to_json()["runs"][0]["score"] == [0.5, 0.7]


def test_drawing_opens_no_window_and_keeps_no_figure() -> None:
    say = (
        "import sys; from tritone.assess.history import History; "
        "from tritone.assess.plots import training_png; "
        "assert 'matplotlib' not in sys.modules; "
        "training_png(History('loss', False, {'a': [{'epoch': 1, 'loss': 1.0}]}, {'a': 1})); "
        "print('matplotlib.pyplot' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", say], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
