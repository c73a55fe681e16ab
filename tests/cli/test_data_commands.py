"""From data on disk to a model: list, audit, extract, train, evaluate."""

import json
import pickle
from pathlib import Path

import numpy as np
import pytest
import torch
from typer.testing import CliRunner, Result

from tritone.catalogue import DATASETS
from tritone.cli import app
from tritone.core.store import Store

SHEET = {"needs", "ask", "licence", "counts", "splits", "floors", "source"}


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(one) for one in arguments])


@pytest.fixture
def tweets(tmp_path: Path) -> Path:
    """Texts whose one word tells the emotion."""
    folder = tmp_path / "tweets"
    folder.mkdir()
    for split, count in (("train", 24), ("val", 12), ("test", 12)):
        lines = [
            f"so {'glad' if i % 2 else 'low'} {split} {i};{'joy' if i % 2 else 'sadness'}"
            for i in range(count)
        ]
        (folder / f"{split}.txt").write_text("\n".join(lines))
    return folder


def test_a_list_of_datasets_tells_what_each_needs() -> None:
    rows = json.loads(run("list", "datasets", "--json", "-").stdout)
    assert [row["name"] for row in rows] == sorted(DATASETS)
    for row in rows:
        assert set(row) >= SHEET, row["name"]
        assert all(row[key] for key in SHEET), row["name"]
    shown = run("list", "datasets").stdout
    assert "licence GPL-3.0" in shown
    assert max(map(len, shown.splitlines())) < 120


@pytest.mark.slow
def test_data_go_from_disk_to_figures(tweets: Path, tmp_path: Path) -> None:
    store, out = tmp_path / "s", tmp_path / "run"
    done = run("extract", f"emotions:{tweets}", "--to", store, "--set", "text.dim=64")
    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines()[0] == f"48 clips in {store}"
    quick = ["--set", "fit.epochs=20", "--set", "fit.batch=6", "--set", "normalise=false"]
    done = run("train", "concat_mlp", "--data", f"store:{store}", "--out", out, *quick)
    assert done.exit_code == 0, done.output
    assert "emotion, 24 train and 12 val clips" in done.stdout
    done = run("evaluate", out, "--data", f"store:{store}", "--split", "test", "--json", "-")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told["metrics"]["accuracy"]["value"] == 1.0
    assert told["data"] | {"n": 12, "test_opened": 1} == told["data"]


def test_an_audit_names_what_it_finds(tweets: Path, tmp_path: Path) -> None:
    train = (tweets / "train.txt").read_text().splitlines()
    with (tweets / "val.txt").open("a") as file:
        file.write("\n" + train[3])
    done = run("audit", f"emotions:{tweets}", "--json", tmp_path / "a.json", "--strict")
    assert done.exit_code == 1
    told = json.loads((tmp_path / "a.json").read_text())
    assert "duplicate_across_splits" in {finding["id"] for finding in told["findings"]}


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["extract", "emotions:nowhere", "--to", "s"], 1, "nowhere does not exist"),
        (["extract", "emotions:.", "--to", "s", "--use", "text"], 2, "--use takes KEY=VALUE"),
        (["extract", "emotions:.", "--to", "s", "--set", "dim=3"], 2, "MODALITY.KEY=VALUE"),
        (["extract", "emotions:.", "--to", "s", "--align", "daily"], 2, "got 'daily'"),
        (["train", "lmff", "--data", "store:x"], 2, "Did you mean 'lmf' or 'mlmf'? "),
        (["train", "lmf"], 2, "There are no data to train on."),
        (["train", "lmf", "--data", "store:nowhere"], 1, "nowhere is not a store"),
        (["train", "lmf", "--data", "store:x", "--set", "fit.lr"], 2, "Write it as KEY=VALUE"),
        (["train", "none.json"], 2, "none.json cannot be read"),
    ],
)
def test_a_wrong_call_says_what_would_be_right(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    code: int,
    says: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    done = run(*arguments)
    assert (done.exit_code, done.stdout) == (code, "")
    assert says in done.stderr
    assert not (tmp_path / "s").exists()


@pytest.fixture
def pickled(tmp_path: Path) -> Path:
    """A feature file of MMSA's layout, eight clips in all."""
    data = {}
    rng = np.random.default_rng(0)
    for split, count in (("train", 4), ("valid", 2), ("test", 2)):
        data[split] = {
            "text": rng.normal(size=(count, 5, 6)).astype(np.float32),
            "audio": rng.normal(size=(count, 5, 3)).astype(np.float32),
            "vision": rng.normal(size=(count, 5, 4)).astype(np.float32),
            "raw_text": np.array([f"{split} {i}" for i in range(count)]),
            "id": np.array([f"{split}$_${i}" for i in range(count)]),
            "regression_labels": np.linspace(-2, 2, count, dtype=np.float32),
        }
    path = tmp_path / "features.pkl"
    path.write_bytes(pickle.dumps(data, protocol=4))
    return path


def test_a_feature_file_goes_in_and_comes_out(pickled: Path, tmp_path: Path) -> None:
    done = run("import", pickled, "--to", tmp_path / "s", "--name", "mosi")
    assert done.exit_code == 0, done.output
    assert "8 clips (4 train, 2 val, 2 test)" in done.stdout
    done = run("export", f"store:{tmp_path / 's'}", "--mmsa", tmp_path / "out.pkl")
    assert done.exit_code == 0, done.output
    done = run("import", tmp_path / "out.pkl", "--to", tmp_path / "again", "--name", "mosi")
    assert done.exit_code == 0, done.output
    one, other = Store(tmp_path / "s"), Store(tmp_path / "again")
    assert one.ids == other.ids
    assert torch.equal(one[3]["text"].values, other[3]["text"].values)


def test_a_pickle_that_wants_to_run_code_is_refused(tmp_path: Path) -> None:
    (tmp_path / "evil.pkl").write_bytes(b"cposix\nsystem\n(S'touch owned'\ntR.")
    done = run("import", tmp_path / "evil.pkl", "--to", tmp_path / "s")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "posix.system" in done.stderr
    assert not (tmp_path / "s").exists()


def test_only_a_store_is_exported(tmp_path: Path) -> None:
    done = run("export", "mosi:x", "--mmsa", tmp_path / "out.pkl")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "export takes store:DIR, got 'mosi:x'." in done.stderr


def test_a_folder_of_named_files_becomes_a_table(tmp_path: Path) -> None:
    for emotion in ("happy", "sad"):
        (tmp_path / "m" / emotion).mkdir(parents=True)
        (tmp_path / "m" / emotion / f"{emotion}1.txt").write_text(f"I am {emotion}")
    done = run("init-manifest", tmp_path / "m")
    assert done.exit_code == 0, done.output
    done = run("audit", f"manifest:{tmp_path / 'm' / 'manifest.csv'}", "--json", "-")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["data"]["n"] == 2


def test_a_file_name_of_two_lines_makes_a_message_of_one(tmp_path: Path) -> None:
    done = run("import", tmp_path / "two\nlines.pkl", "--to", tmp_path / "s")
    assert done.exit_code == 1
    assert done.stderr == (
        f"tritone: {tmp_path}/two lines.pkl does not exist. Give the feature file, or its folder.\n"
    )


def test_a_page_on_stdout_stands_there_alone(tweets: Path, tmp_path: Path) -> None:
    done = run("audit", f"emotions:{tweets}", "--html", "-")
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("<!doctype html>")
    assert done.stdout.rstrip().endswith("</html>")
