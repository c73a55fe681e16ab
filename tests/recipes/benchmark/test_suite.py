"""Suites: from a file, from a folder of corpora, and by name."""

import json
from pathlib import Path

import pytest

from tritone.core.errors import DataError, RecipeError
from tritone.core.store import Store
from tritone.prepare.plan import Plan
from tritone.recipes.benchmark.job import SHORTENED, Job, minutes, suite_of
from tritone.recipes.benchmark.quick import quick
from tritone.recipes.benchmark.real import FAST, real
from tritone.recipes.benchmark.suite import Contender, Data, Suite, from_json, read_suite
from tritone.recipes.benchmark.suites import SUITES
from tritone.recipes.benchmark.table import Table


def test_a_suite_is_read_from_plain_data() -> None:
    said = {
        "name": "mine",
        "data": ["mosi:f.npz", {"spec": "store:s", "target": "emotion", "name": "own"}],
        "models": ["tfn", {"model": "tfn", "name": "wide", "settings": ["model.width=64"]}],
        "seeds": 5,
        "target": "score",
        "settings": ["fit.epochs=20"],
    }
    assert from_json(said) == Suite(
        "mine",
        (Data("mosi:f.npz", "score"), Data("store:s", "emotion", name="own")),
        (Contender("tfn"), Contender("tfn", ("model.width=64",), "wide")),
        5,
        ("fit.epochs=20",),
    )


def test_data_of_one_name_are_told_apart() -> None:
    suite = from_json({"name": "x", "data": ["store:a", "store:b"], "models": ["tfn"]})
    assert [one.called for one in suite.data] == ["store", "store 2"]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"models": ["tfn"]}, "The suite x has no data or no models to compare."),
        ({"data": ["a:b"]}, "The suite x has no data or no models to compare."),
        ({"data": "a:b", "models": ["tfn"]}, "data of a suite is a list, got str."),
        ({"data": [3], "models": ["tfn"]}, "3 is no data of a suite."),
        (
            {"data": ["a:b"], "models": [{"model": "tfn", "colour": 1}]},
            "A contender of a suite has no 'colour'. It has: model, settings, name, start.",
        ),
        (
            {"data": ["a:b"], "models": ["tfn"], "sed": 1},
            "A suite has no 'sed'. It has: name, data, models, seeds, settings, by, draws, notes, "
            "across, target.",
        ),
        (
            {"data": ["a:b"], "models": ["tfn", "tfn"]},
            "Two models are called 'tfn'. Give each a name of its own.",
        ),
        ({"data": ["a:b"], "models": ["tfn"], "seeds": "5"}, "seeds of a suite cannot be '5'."),
        (
            {"data": ["a:b"], "models": ["tfn"], "seeds": 0},
            "seeds and draws are at least 1, got 0 and 1000.",
        ),
        (
            {"data": ["a:b"], "models": ["tfn"], "settings": "fit.lr=1"},
            "settings of a suite is a list of words, got 'fit.lr=1'.",
        ),
        ({"data": [{"spec": 4}], "models": ["tfn"]}, "spec of a suite is a word, got 4."),
    ],
)
def test_what_is_no_suite_is_refused(said: dict, told: str) -> None:
    with pytest.raises(RecipeError) as caught:
        from_json({"name": "x", **said})
    assert str(caught.value) == told


def test_a_suite_takes_the_name_of_its_file(tmp_path: Path) -> None:
    file = tmp_path / "ours.json"
    file.write_text(json.dumps({"data": ["a:b"], "models": ["tfn"]}))
    assert read_suite(file).name == "ours"
    file.write_text("[1]")
    with pytest.raises(RecipeError, match="holds no suite, but a list"):
        read_suite(file)


def test_the_made_data_are_the_same_each_time(tmp_path: Path) -> None:
    first, again = (quick(tmp_path / name) for name in ("a", "b"))
    for one, other in zip(first.data, again.data, strict=True):
        ours, theirs = (Store(Path(each.spec.partition(":")[2])) for each in (one, other))
        assert ours.ids == theirs.ids
        assert ours[7].tracks["text"].values.equal(theirs[7].tracks["text"].values)
        videos = {
            split: {ours.clip(r).group for r in ours.rows(split)} for split in ("val", "test")
        }
        assert not videos["val"] & videos["test"]


def test_corpora_that_are_not_there_are_left_out_and_named(tmp_path: Path, monkeypatch) -> None:
    tweets = tmp_path / "emotions_text"
    tweets.mkdir()
    (tweets / "train.txt").touch()
    (tweets / "val.txt").touch()
    (tmp_path / "meld_text").mkdir()
    monkeypatch.setattr("tritone.recipes.benchmark.real.has_minilm", lambda: True)
    suite = real(tmp_path)
    assert [one.called for one in suite.data] == ["emotions", "emotions, words by minilm"]
    assert suite.data[1].plan == Plan(
        {"text": "hub_text", "audio": "none", "vision": "none"}, {"text": {"pool": "mean"}}
    )
    assert suite.seeds == 5
    assert suite.notes == (
        "Not there, and left out: mosi_features, mmmo_features, meld_text, ravdess_speech, "
        "mvsa_single, fer2013_faces.",
    )
    monkeypatch.setattr("tritone.recipes.benchmark.real.has_minilm", lambda: False)
    fast = real(tmp_path, fast=True)
    assert [one.called for one in fast.data] == ["emotions"]
    assert fast.notes[-1] == "Words are not read by minilm: the extra is not installed."
    assert fast.seeds == 1
    assert fast.data[0].settings[-len(FAST) :] == FAST


def test_a_folder_without_any_corpus_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="holds none of the corpora of this suite"):
        real(tmp_path)


def test_a_suite_that_nobody_knows_is_refused(tmp_path: Path) -> None:
    assert list(SUITES)[:3] == ["quick", "real", "cross"]
    with pytest.raises(RecipeError) as caught:
        suite_of(Job("quik", tmp_path))
    assert str(caught.value) == (
        f"No suite is named 'quik'. Known: {', '.join(SUITES)}, or the path of a .json."
    )
    with pytest.raises(RecipeError) as caught:
        suite_of(Job("real", tmp_path))
    assert str(caught.value) == ("The suite real reads corpora. Say where they lie: --data ROOT.")


def test_a_suite_that_is_run_in_haste_says_so_and_one_of_a_file_has_no_shortened_form(
    tmp_path: Path,
) -> None:
    whole, fast = (suite_of(Job("quick", tmp_path, fast=hasty)) for hasty in (False, True))
    assert (whole.fast, fast.fast) == (False, True)
    assert fast.notes == (*whole.notes, SHORTENED)
    assert [Table(suite, (), ()).to_json()["fast"] for suite in (whole, fast)] == [False, True]
    file = tmp_path / "ours.json"
    file.write_text(json.dumps({"data": ["a:b"], "models": ["tfn"]}))
    with pytest.raises(RecipeError) as caught:
        suite_of(Job(str(file), tmp_path, fast=True))
    assert str(caught.value) == (
        f"--fast shortens a suite that ships. {file} says its seeds, models and settings itself: "
        "change them there, or give --seeds 1."
    )


def test_a_time_is_told_in_words() -> None:
    assert (minutes(45.2), minutes(3600)) == ("45 seconds", "60 minutes")


def test_what_takes_long_to_read_is_left_out_in_haste(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("tritone.recipes.benchmark.real.has_minilm", lambda: True)
    for folder in ("fer2013_faces", "mvsa_single"):
        (tmp_path / folder).mkdir()
        for name in ("metadata.csv", "images.zip"):
            (tmp_path / folder / name).touch()
    assert [one.called for one in real(tmp_path).data] == ["mvsa", "faces"]
    fast = real(tmp_path, fast=True)
    assert [one.called for one in fast.data] == ["mvsa"]
    # Of pictures and words together the words are read by one extractor, not by two.
    assert dict(fast.data[0].extractors) == {"text": "hub_text", "vision": "face_cnn"}
    assert fast.notes[-1] == "Left out by --fast, long to read: fer2013_faces."


@pytest.fixture
def corpora(tmp_path: Path) -> Path:
    """Folders that look like the corpora of the papers' suites."""
    root = tmp_path / "root"
    for name, files in (
        ("emotions_text", ("train.txt", "val.txt")),
        ("fer2013_faces", ("metadata.csv", "images.zip")),
        ("mvsa_single", ("metadata.csv", "images.zip")),
        ("ravdess_speech", ("audio/a/03-01-01-01-01-01-01.wav",)),
    ):
        for file in files:
            (root / name / file).parent.mkdir(parents=True, exist_ok=True)
            (root / name / file).touch()
    return root


def test_s002_trains_on_one_channel_a_clip_and_reports_branches_and_pairs(
    corpora: Path, tmp_path: Path
) -> None:
    job = Job("papers-s002", tmp_path / "out", corpora)
    suite = suite_of(job)
    called = ["unpaired", "text branch", "vision branch", "audio branch", "paired by label"]
    assert [data.called for data in suite.data] == called
    assert [data.trained_on for data in suite.data] == ["", *["unpaired"] * 4]
    plan = json.loads(Path(suite.data[0].spec.partition(":")[2]).read_text())
    assert plan["mode"] == "unpaired"
    assert plan["parts"]["audio"] == f"ravdess:{corpora / 'ravdess_speech'}"
    before = Path(suite.data[0].spec.partition(":")[2]).stat().st_mtime_ns
    assert suite_of(job) == suite
    # A file that is left as it was keeps the store that was made of it.
    assert Path(suite.data[0].spec.partition(":")[2]).stat().st_mtime_ns == before


def test_mvsa_holds_the_contenders_against_a_linear_model(corpora: Path, tmp_path: Path) -> None:
    data = suite_of(Job("papers-mvsa", tmp_path / "out", corpora)).data[0]
    held = next(one for one in data.models if one.called == data.against)
    assert held.model == "logistic"
    assert "modalities=words,picture" in held.settings
    assert "fold=report_val:1/8" in data.settings


def test_nets_of_the_voice_each_read_rows_of_their_own_kind(corpora: Path, tmp_path: Path) -> None:
    data = suite_of(Job("papers-voice", tmp_path / "out", corpora)).data[0]
    assert data.plan is not None
    for one in data.models:
        channels = next(s for s in one.settings if s.startswith("modalities="))
        assert set(channels.partition("=")[2].split(",")) <= set(data.plan.extractors)
    assert data.against in [one.called for one in data.models]


@pytest.mark.parametrize("name", ["papers-s002", "papers-mvsa", "papers-voice"])
def test_a_papers_suite_without_its_corpora_says_which(name: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=f"{tmp_path} has no (emotions_text|mvsa_single|ravdess)"):
        suite_of(Job(name, tmp_path / "out", tmp_path))
