"""The doors: what goes to stdout, what to stderr, and with which code the command leaves."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tritone import __version__
from tritone.cli import app

COMMANDS = [
    *("analyze", "demo", "train", "tune", "evaluate", "benchmark", "audit"),
    *("import", "export", "extract", "init-manifest", "list", "info"),
]


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(one) for one in arguments])


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str) -> None:
    done = run(command, "--help")
    assert done.exit_code == 0
    assert "Usage:" in done.stdout


def test_the_version_is_the_package_s() -> None:
    assert run("--version").stdout == f"tritone {__version__}\n"


def test_json_on_stdout_is_json_and_nothing_else(tiny_model: Path) -> None:
    done = run("analyze", "--model", tiny_model, "--text", "I love this", "--json", "-")
    told = json.loads(done.stdout)
    assert done.exit_code == 0
    assert done.stderr == ""
    assert told["schema"] == 1
    assert told["model"] == {"name": "tiny", "version": "0"}
    assert told["clips"][0]["segments"][0]["text"] == "I love this"


def test_table_json_and_page_hold_the_same_segments(tiny_model: Path, tmp_path: Path) -> None:
    outputs = {kind: tmp_path / f"out.{kind}" for kind in ("json", "csv", "html")}
    options = [word for kind, path in outputs.items() for word in (f"--{kind}", path)]
    done = run("analyze", "--model", tiny_model, "--text", "I love it. It is bad.", *options)
    assert done.exit_code == 0
    told = json.loads(outputs["json"].read_text())["clips"][0]["segments"]
    rows = list(csv.DictReader(io.StringIO(outputs["csv"].read_text())))
    assert [row["text"] for row in rows] == [segment["text"] for segment in told]
    assert [float(row["valence"]) for row in rows] == [segment["valence"] for segment in told]
    assert "It is bad." in outputs["html"].read_text() or "bad" in outputs["html"].read_text()
    for path in outputs.values():
        assert f"wrote {path}" in done.stdout


def test_a_failed_input_is_named_and_the_code_is_1(tiny_model: Path, tmp_path: Path) -> None:
    (tmp_path / "good.txt").write_text("Good.")
    command = ("analyze", "--model", tiny_model, tmp_path / "good.txt", tmp_path / "gone.mp4")
    done = run(*command, "--json", "-")
    told = json.loads(done.stdout)
    assert done.exit_code == 1
    assert [clip["path"] for clip in told["clips"]] == [str(tmp_path / "good.txt")]
    assert [error["path"] for error in told["errors"]] == [str(tmp_path / "gone.mp4")]
    assert "gone.mp4" in done.stderr
    assert "gone.mp4" in "".join(run(*command).stdout.split())  # long paths are wrapped


def test_each_line_is_a_clip_and_an_empty_one_keeps_its_place(
    tiny_model: Path, tmp_path: Path
) -> None:
    file = tmp_path / "tweets.txt"
    file.write_text("I love it\n\nbad. so bad.\n")
    done = run("analyze", "--model", tiny_model, "--lines", file, "--json", "-")
    clips = json.loads(done.stdout)["clips"]
    assert done.exit_code == 0
    assert [len(clip["segments"]) for clip in clips] == [1, 0, 1]
    assert clips[1]["overall"] is None
    assert clips[1]["warnings"] == ["the line is empty."]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["analyze"], "nothing to analyse. Name files or folders, or give --text or --lines."),
        (["analyze", "x.mp4", "--segment", "beats"], "--segment takes cues, pauses, windows"),
        (["analyze", "x.mp4", "--fps", "0"], "--fps takes more than 0"),
        (["analyze", "x.mp4", "--fps", "nan"], "--fps takes more than 0"),
        (["analyze", "--text", "x", "--json", "/no/such/folder/x"], "/no/such/folder"),
        (["analyze", "--text", "x", "--html", "/"], "/ is a folder"),
        (["analyze", "--text", "x", "--json", "-", "--csv", "-"], "two outputs"),
        (["analyze", "--text", "x", "--model", "/no/such"], "'/no/such' is neither"),
        (["analyze", "--nonsense"], "No such option"),
        (["list", "songs"], "There are no 'songs'"),
        (["evaluate", "default"], "Missing option '--data'"),
        (["nonsense"], "No such command"),
    ],
)
def test_a_wrong_call_is_refused_with_2_before_any_work(arguments: list[str], told: str) -> None:
    done = run(*arguments)
    assert done.exit_code == 2
    assert told in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_a_device_that_is_absent_is_a_wrong_call(tiny_model: Path) -> None:
    done = run("analyze", "--text", "x", "--model", tiny_model, "--device", "abacus")
    assert done.exit_code == 2
    assert "No device is named 'abacus'" in done.stderr


def test_one_transcript_for_two_inputs_is_a_wrong_call(tiny_model: Path, tmp_path: Path) -> None:
    for name in ("a.wav", "b.wav"):
        (tmp_path / name).write_bytes(b"-")
    done = run("analyze", tmp_path, "--transcript", "words.srt", "--model", tiny_model)
    assert done.exit_code == 2
    assert "a transcript was given for 2 inputs" in done.stderr


def test_an_output_that_breaks_off_is_an_error_in_one_line(
    tiny_model: Path, tmp_path: Path
) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    done = run("analyze", "--model", tiny_model, "--text", "good", "--json", "/dev/full")
    assert done.exit_code == 1
    assert "No space left on device" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_list_gives_name_kind_summary_and_source() -> None:
    told = json.loads(run("list", "models", "--json", "-").stdout)
    assert {tuple(row) for row in told} == {("name", "kind", "summary", "source")}
    assert "tritone" in {row["name"] for row in told}
    assert "tritone" in run("list").stdout


def test_a_list_that_is_piped_has_each_name_whole_on_a_line_of_its_own() -> None:
    names = [row["name"] for row in json.loads(run("list", "recipes", "--json", "-").stdout)]
    _, *lines = run("list", "recipes").stdout.splitlines()
    assert [line.split(maxsplit=1)[0] for line in lines] == names


def test_help_tells_what_each_command_does_in_a_whole_sentence() -> None:
    shown = run("--help").stdout.split("Commands:")[1]
    assert "..." not in shown


def test_info_names_a_licence_for_each_core_package() -> None:
    told = json.loads(run("info", "--json", "-").stdout)
    core = [row for row in told["packages"] if row["extra"] is None]
    assert {"torch", "numpy", "av", "typer"} <= {row["name"] for row in core}
    assert all(row["version"] and row["licence"] for row in core)
    assert told["tritone"] == __version__
    assert told["device"]["kind"] in ("cpu", "cuda")


LIGHT = """
import sys
import tritone, tritone.cli
heavy = {"torch", "numpy", "av", "cv2", "transformers", "pandas"} & set(sys.modules)
print(*heavy, callable(tritone.load), "torch" in sys.modules)
"""


@pytest.mark.slow
def test_importing_the_package_and_the_doors_brings_nothing_heavy() -> None:
    done = subprocess.run([sys.executable, "-c", LIGHT], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "True"]


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    import tritone

    with pytest.raises(AttributeError, match="module 'tritone' has no attribute 'nonsense'"):
        _ = tritone.nonsense
    assert {"load", "evaluate", "metrics", "__version__"} <= set(dir(tritone))


@pytest.mark.slow
def test_a_reader_that_goes_away_ends_the_command_quietly(tiny_model: Path) -> None:
    # A pipe whose read end is closed: the first flush meets nobody.
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-m", "tritone.cli", "list", "--json", "-"]
    done = subprocess.run(command, stdout=write, stderr=subprocess.PIPE, text=True, check=False)
    os.close(write)
    assert (done.returncode, done.stderr) == (141, "")


INTERRUPTED = """
import os, signal, sys
from tritone.cli import door

# A shell starts what runs in its background deaf to Ctrl-C, and so would these tests be.
signal.signal(signal.SIGINT, signal.default_int_handler)

def command() -> None:
    os.kill(os.getpid(), signal.SIGINT)

import typer
app = typer.Typer()
app.command()(door.guarded(command))
app()
"""


@pytest.mark.slow
def test_ctrl_c_ends_the_command_in_one_line() -> None:
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED], capture_output=True, text=True, check=False
    )
    assert done.returncode == 130
    assert done.stderr == "tritone: stopped; nothing more was written.\n"
