"""The result's JSON and table: strict, complete, and harmless in a spreadsheet."""

import csv
import json
import math
import re
import subprocess
import sys

import pytest

from tritone.analyze.result import (
    Channel,
    ClipResult,
    Failure,
    Overall,
    Result,
    SegmentResult,
)
from tritone.analyze.save import write_text
from tritone.core.errors import DataError


def make_segment(text="I love this", **changes):
    values = {
        "start": 0.0,
        "end": 4.2,
        "text": text,
        "sentiment": "positive",
        "valence": 0.43,
        "probabilities": {"negative": 0.1, "neutral": 0.2, "positive": 0.7},
        "emotions": {"joy": 0.6, "sadness": 0.05},
        "confidence": 0.7,
        "modalities": {
            "text": Channel(True, 0.5, 0.31),
            "audio": Channel(True, 0.2, 0.08),
            "vision": Channel(False, reason="no face found"),
        },
        "conflict": 0.15,
    }
    return SegmentResult(**(values | changes))


def make_result(*segments, path="interview.mp4", errors=()):
    clip = ClipResult(path, 33.3, segments, Overall("positive", 0.38))
    return Result({"name": "default", "version": "0.1.0"}, (clip,), tuple(errors))


def test_the_json_is_the_one_that_programs_rely_on():
    result = make_result(make_segment(), errors=[Failure("broken.mp4", "it is broken")])
    assert result.to_json() == {
        "schema": 1,
        "model": {"name": "default", "version": "0.1.0"},
        "clips": [
            {
                "path": "interview.mp4",
                "duration": 33.3,
                "segments": [
                    {
                        "start": 0.0,
                        "end": 4.2,
                        "text": "I love this",
                        "speaker": None,
                        "sentiment": "positive",
                        "valence": 0.43,
                        "probabilities": {"negative": 0.1, "neutral": 0.2, "positive": 0.7},
                        "emotions": {"joy": 0.6, "sadness": 0.05},
                        "confidence": 0.7,
                        "modalities": {
                            "text": {"present": True, "valence": 0.5, "contribution": 0.31},
                            "audio": {"present": True, "valence": 0.2, "contribution": 0.08},
                            "vision": {"present": False, "reason": "no face found"},
                        },
                        "conflict": 0.15,
                        "mixed": False,
                    }
                ],
                "overall": {"sentiment": "positive", "valence": 0.38},
                "warnings": [],
            }
        ],
        "errors": [{"path": "broken.mp4", "error": "it is broken"}],
    }


def test_no_number_in_the_json_is_nan_or_infinite():
    odd = make_segment(start=math.nan, end=math.inf, valence=math.nan, emotions={"joy": -math.inf})

    def refuse(word):
        raise AssertionError(word)

    said = json.loads(make_result(odd).json_text(), parse_constant=refuse)
    segment = said["clips"][0]["segments"][0]
    assert (segment["start"], segment["end"], segment["emotions"]) == (None, None, {"joy": None})


def test_rounded_probabilities_still_sum_to_one():
    thirds = {"negative": 1 / 3, "neutral": 1 / 3, "positive": 1 / 3}
    said = make_result(make_segment(probabilities=thirds)).to_json()
    total = sum(said["clips"][0]["segments"][0]["probabilities"].values())
    assert total == pytest.approx(1.0, abs=1e-3)


def test_words_stand_in_the_json_where_they_were_asked_for():
    said = make_result(make_segment(highlights=(0.0, 0.4, -0.1))).to_json()
    assert said["clips"][0]["segments"][0]["words"] == [
        {"text": "I", "valence": 0.0},
        {"text": "love", "valence": 0.4},
        {"text": "this", "valence": -0.1},
    ]


def test_highlights_that_do_not_fit_the_words_are_refused():
    with pytest.raises(DataError) as caught:
        make_segment(highlights=(0.1,))
    assert str(caught.value) == (
        "highlights holds 1 values for 3 words. It takes one for each word of text.split()."
    )


def test_a_file_name_that_is_not_utf8_can_be_written(tmp_path):
    result = make_result(make_segment(), path="caf\udce9.mp4")
    saved = result.save_json(tmp_path / "out.json").read_text(encoding="utf-8")
    assert json.loads(saved)["clips"][0]["path"] == "caf?.mp4"
    assert result.save_html(tmp_path / "out.html").exists()
    assert result.save_csv(tmp_path / "out.csv").exists()


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r", "\n", " =", "\uff1d"])
def test_no_cell_of_user_text_is_a_formula(start, tmp_path):
    text = start + "cmd|' /C calc'!A0"
    result = make_result(make_segment(text, speaker=text), path=text)
    with result.save_csv(tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    for name in ("text", "speaker", "path"):
        assert row[name] == "'" + text


def test_negative_numbers_stay_numbers_in_the_table(tmp_path):
    result = make_result(make_segment(valence=-0.43))
    with result.save_csv(tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert float(row["valence"]) == -0.43


@pytest.mark.slow
def test_the_frame_has_one_row_a_segment_and_the_numbers_of_the_json():
    other = make_segment(emotions={"fear": 0.9}, modalities={"text": Channel(True, 0.1, 0.1)})
    frame = make_result(make_segment(), other).to_pandas()
    assert len(frame) == 2
    assert frame.valence.tolist() == [0.43, 0.43]
    assert frame.vision_absent.tolist() == ["no face found", "not given"]
    assert frame.emotion_fear.isna().tolist() == [True, False]


def test_a_result_without_segments_can_be_written_in_every_form(tmp_path):
    empty = Result({"name": "default", "version": "0"}, (), (Failure("x", "missing"),))
    nothing = Result(empty.model, (ClipResult("a.wav", 3.0, (), None, ("silent",)),))
    for n, result in enumerate((empty, nothing)):
        assert json.loads(result.save_json(tmp_path / f"{n}.json").read_text())["schema"] == 1
        assert result.save_csv(tmp_path / f"{n}.csv").read_text().strip() == "path"
        assert "</html>" in result.save_html(tmp_path / f"{n}.html").read_text()
        assert list(result.rows()) == []


def test_an_error_names_its_path_once():
    assert Failure("a.mp4", "a.mp4 is empty.").sentence == "a.mp4 is empty."
    assert Failure("a.mp4", "It is empty.").sentence == "a.mp4: It is empty."


def test_a_failed_write_leaves_the_old_file_and_no_other(tmp_path, monkeypatch):
    path = write_text(tmp_path / "out.json", "old")

    def full(self, target):
        raise OSError("disk full")

    monkeypatch.setattr("pathlib.Path.replace", full)
    with pytest.raises(OSError, match="disk full"):
        write_text(path, "new")
    assert [one.name for one in tmp_path.iterdir()] == ["out.json"]
    assert path.read_text() == "old"


def test_a_failed_write_names_what_was_asked_for():
    with pytest.raises(OSError) as caught:
        write_text("/proc/report.html", "")
    assert caught.value.filename == "/proc/report.html"


def test_a_long_name_can_be_written(tmp_path):
    path = write_text(tmp_path / ("n" * 250 + ".json"), "new")
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def test_a_missing_folder_is_named(tmp_path):
    path = tmp_path / "none" / "out.json"
    with pytest.raises(FileNotFoundError) as caught:
        write_text(path, "")
    assert str(caught.value) == (
        f"{path} cannot be written: there is no folder '{path.parent}'. Make it first."
    )


def test_a_link_is_written_through(tmp_path):
    (tmp_path / "real.json").write_text("old")
    (tmp_path / "link.json").symlink_to(tmp_path / "real.json")
    write_text(tmp_path / "link.json", "new")
    assert (tmp_path / "real.json").read_text() == "new"
    assert (tmp_path / "link.json").is_symlink()


@pytest.mark.slow
def test_the_result_is_light_to_import():
    code = "import sys, tritone.analyze.result; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = re.compile(r"^(torch|pandas|numpy|rich|transformers)$")
    assert [name for name in run.stdout.split() if heavy.match(name)] == []
