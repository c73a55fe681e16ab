"""What the audit says, and how: JSON, text of 80 columns, a page that cannot act, exit codes."""

import json
import re

import numpy as np
import pytest
import torch
import typer
from typer.testing import CliRunner

from tritone.audit.findings import MOST_GROUPS, found
from tritone.audit.kinds import KINDS, SEVERITIES
from tritone.audit.page import page
from tritone.audit.report import AuditReport, ordered
from tritone.audit.run import audit as examine
from tritone.cli.audit import audit
from tritone.cli.door import guarded
from tritone.core.batch import Sample, Track
from tritone.core.clip import Clip
from tritone.core.parts import Rows
from tritone.core.store_writer import StoreWriter
from tritone.core.task import Classes

HOSTILE = "<script>alert('x')</script>\x1b[31m"


def run(*arguments):
    app = typer.Typer(rich_markup_mode=None)
    app.command("audit")(guarded(audit))
    return CliRunner().invoke(app, [str(one) for one in arguments])


@pytest.fixture
def tweets(tmp_path):
    """Emotions with one tweet of train in val too."""
    rng = np.random.default_rng(0)
    lines = [
        " ".join(f"w{n}" for n in rng.integers(0, 900, 9)) + f";{'joy' if k % 2 else 'fear'}\n"
        for k in range(40)
    ]
    (tmp_path / "train.txt").write_text("".join(lines[:30]))
    (tmp_path / "val.txt").write_text("".join([*lines[30:], lines[4]]))
    return tmp_path


def hostile_report():
    finding = found("duplicate_ids", [HOSTILE], f"told by {HOSTILE}", channel=HOSTILE)
    data = {"spec": HOSTILE, "n": 1, "splits": {HOSTILE: 1}, "licence": HOSTILE}
    return AuditReport(data, {HOSTILE: {HOSTILE: {HOSTILE: 0.5}}}, (finding,), (HOSTILE,))


def test_json_holds_what_programs_rely_on(tweets):
    told = json.loads(run(f"emotions:{tweets}", "--json", "-").stdout)
    assert told["schema"] == 1
    assert told["data"]["splits"] == {"train": 30, "val": 11}
    assert told["floors"]["emotion"]["train"]["majority"] == 0.5
    first = told["findings"][0]
    assert {"id", "severity", "count", "evidence", "advice"} <= set(first)
    assert (first["id"], first["severity"], first["count"]) == (
        "duplicate_across_splits",
        "error",
        1,
    )
    assert first["evidence"] == ["train_5", "val_11"]


def test_strict_leaves_with_1_where_there_are_errors(tweets):
    assert run(f"emotions:{tweets}").exit_code == 0
    assert run(f"emotions:{tweets}", "--strict").exit_code == 1
    lines = (tweets / "val.txt").read_text().splitlines(keepends=True)
    (tweets / "val.txt").write_text("".join(lines[:-1]))
    assert run(f"emotions:{tweets}", "--strict").exit_code == 0


def test_a_wrong_spec_is_a_wrong_call(tmp_path):
    assert run("emotions").exit_code == 2
    assert run(f"nonsense:{tmp_path}").exit_code == 2
    gone = run(f"emotions:{tmp_path / 'gone'}")
    assert gone.exit_code == 1
    assert "does not exist" in gone.stderr


def test_the_help_lists_every_id():
    shown = run("--help").stdout
    assert [name for name in KINDS if not re.search(rf"^ *{name}  ", shown, re.M)] == []


def test_text_fits_80_columns_and_holds_no_control_character(tweets):
    for text in (examine(f"emotions:{tweets}").to_text(), hostile_report().to_text()):
        assert max(map(len, text.split("\n"))) <= 80
        assert "\x1b" not in text


def test_the_most_severe_comes_first(tweets):
    findings = examine(f"emotions:{tweets}").findings
    places = [SEVERITIES.index(one.severity) for one in findings]
    assert places == sorted(places)
    assert ordered(findings[::-1])[0].severity == "error"


def test_twice_the_same_data_give_the_same_report(tweets):
    assert examine(f"emotions:{tweets}") == examine(f"emotions:{tweets}")


def test_nothing_of_the_data_acts_on_the_page():
    html = page(hostile_report())
    assert "<script" not in html
    assert "\x1b" not in html
    assert "&lt;script&gt;" in html
    assert "http" not in html.replace("http-equiv", "")


def test_the_page_names_every_finding(tweets, tmp_path):
    done = run(f"emotions:{tweets}", "--html", tmp_path / "audit.html")
    html = (tmp_path / "audit.html").read_text()
    assert f"wrote {tmp_path / 'audit.html'}" in done.stdout
    for finding in examine(f"emotions:{tweets}").findings:
        assert f"<h3>{finding.id}</h3>" in html


def test_evidence_is_cut_and_the_count_is_whole():
    finding = found("duplicate_ids", [str(n) for n in range(1000)], "many")
    assert (finding.count, len(finding.evidence)) == (1000, MOST_GROUPS)


def test_a_store_is_audited_with_its_features(tmp_path):
    task = Classes(("negative", "positive"))
    rows = {"audio": Rows((3,))}
    provenance = {
        "corpus": "made up",
        "sheet": {"licence": "research only"},
        "marks": ["synthetic_pairing"],
        "notes": ["Values of audio that are infinite in the file, and 0 here: 1,204 (first: a7)."],
    }
    with StoreWriter(
        tmp_path / "store", rows, tasks={"sentiment": task}, provenance=provenance
    ) as writer:
        for place in range(30):
            values = torch.full((2, 3), 1.0 + place)
            spans, real = torch.zeros(2, 2), torch.ones(2, dtype=torch.bool)
            sample = Sample(
                str(place),
                {"audio": Track(values, real, spans)},
                target=torch.tensor(place % 2),
            )
            writer.append(sample, Clip(str(place), split="train" if place < 20 else "val"))
    report = examine(f"store:{tmp_path / 'store'}")
    found_there = {one.id: one for one in report.findings}
    assert set(found_there) == {
        "small_evaluation_split",
        "licence_restricted",
        "synthetic_pairing",
        "inf_values",
    }
    assert found_there["inf_values"].count == 1204
    assert found_there["inf_values"].evidence == ("a7",)
    # Labels that only the targets hold are read from there.
    assert report.floors["sentiment"]["val"]["majority"] == 0.5
