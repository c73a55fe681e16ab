"""Manifests of folders as users have them: what is written is what is read back."""

import csv
import json

import pytest
import typer
from typer.testing import CliRunner

from tritone.cli.door import guarded
from tritone.cli.manifest import init_manifest as command
from tritone.core.errors import DataError, RecipeError
from tritone.datasets import manifest
from tritone.prepare.manifest import init_manifest


def touch(folder, *names):
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    return folder


def rows_of(file):
    with file.open(newline="", encoding="utf-8") as opened:
        return {row["id"]: row for row in csv.DictReader(opened)}


@pytest.fixture
def folder(tmp_path):
    """Speech and songs of RAVDESS, one film with all its companions, and a stray note."""
    touch(
        tmp_path,
        "speech/Actor_01/03-01-05-02-01-01-01.wav",
        "song/Actor_02/03-02-03-01-01-01-02.wav",
        "talk.mp4",
        "talk.wav",
        "talk.png",
        ".cache/x.wav",
        "table.xlsx",
    )
    (tmp_path / "talk.txt").write_text("I like it.\nReally, caf\u00e9!")
    (tmp_path / "note.txt").write_text("Alone.")
    (tmp_path / "README.txt").write_text("Nothing to see.")
    return tmp_path


def test_files_of_one_name_are_one_row(folder):
    draft = init_manifest(folder)
    rows = rows_of(draft.file)
    assert set(rows) == {
        "note",
        "song/Actor_02/03-02-03-01-01-01-02",
        "speech/Actor_01/03-01-05-02-01-01-01",
        "talk",
    }
    talk = rows["talk"]
    assert (talk["video"], talk["audio"], talk["image"]) == ("talk.mp4", "talk.wav", "talk.png")
    assert talk["text"] == "I like it. Really, caf\u00e9!"
    assert rows["note"]["text"] == "Alone."


def test_names_of_ravdess_fill_label_speaker_and_channel(folder):
    draft = init_manifest(folder)
    song = rows_of(draft.file)["song/Actor_02/03-02-03-01-01-01-02"]
    assert {name: cell for name, cell in song.items() if cell} == {
        "id": "song/Actor_02/03-02-03-01-01-01-02",
        "audio": "song/Actor_02/03-02-03-01-01-01-02.wav",
        "speaker": "actor_02",
        "group": "actor_02",
        "emotion": "joy",
        "label_channel": "song",
        "label_intensity": "normal",
        "label_statement": "Kids are talking by the door",
    }
    assert (draft.rows, draft.labelled) == (4, {"RAVDESS's file names": 2})


def test_the_manifest_is_read_back_with_all_its_clips(folder):
    corpus = manifest.read(init_manifest(folder).file)
    clips = {clip.id: clip for clip in corpus.clips}
    assert set(clips) == set(rows_of(folder / "manifest.csv"))
    assert clips["talk"].media["vision"].path == folder / "talk.mp4"
    assert clips["speech/Actor_01/03-01-05-02-01-01-01"].labels["emotion"] == "anger"
    assert corpus.notes == (manifest.BY_HASH,)


@pytest.mark.parametrize(
    ("names", "column", "labels"),
    [
        (("happy", "Sad"), "emotion", {"joy", "sadness"}),
        (("pos", "neutral", "negative"), "sentiment", {"positive", "neutral", "negative"}),
        (("train/happy", "train/angry", "test/happy", "test/angry"), "emotion", {"joy", "anger"}),
        (("content",), "emotion", {""}),
        (("neutral", "calm", "misc"), "emotion", {"neutral", "calm", ""}),
    ],
)
def test_folders_of_classes_are_labels_where_there_are_two(tmp_path, names, column, labels):
    draft = init_manifest(touch(tmp_path, *(f"faces/{name}/1.png" for name in names)))
    rows = rows_of(draft.file).values()
    assert {row[column] for row in rows} == labels
    assert sum(draft.labelled.values()) == sum(bool(row[column]) for row in rows)
    assert {row["split"] for row in rows} == {
        name.partition("/")[0] if "/" in name else "" for name in names
    }


def test_a_pattern_fills_columns_and_leaves_the_rest_to_the_other_rules(tmp_path):
    touch(tmp_path, "ann-glad-3.wav", "bob-sad-1.wav", "odd.wav", "03-01-05-02-01-01-01.wav")
    draft = init_manifest(
        tmp_path, pattern=r"^(?P<speaker>[a-z]+)-(?P<emotion>[a-z]+)-(?P<label_take>\d)"
    )
    rows = rows_of(draft.file)
    assert [rows["ann-glad-3"][name] for name in ("speaker", "emotion", "label_take")] == [
        "ann",
        "glad",
        "3",
    ]
    assert rows["03-01-05-02-01-01-01"]["emotion"] == "anger"
    assert draft.labelled == {"--pattern": 2, "RAVDESS's file names": 1}
    assert manifest.read(draft.file).classes["emotion"] == ("anger", "glad", "sadness")


def test_a_pattern_of_the_speaker_alone_keeps_the_label_of_the_folder(tmp_path):
    touch(tmp_path, "happy/ann_1.png", "sad/ann_1.png")
    draft = init_manifest(tmp_path, pattern="(?P<speaker>[a-z]+)_")
    assert {(row["speaker"], row["emotion"]) for row in rows_of(draft.file).values()} == {
        ("ann", "joy"),
        ("ann", "sadness"),
    }
    assert draft.labelled == {"folder names": 2}


def test_a_pattern_counts_more_than_a_known_code(tmp_path):
    draft = init_manifest(touch(tmp_path, "03-01-05-02-01-01-01.wav"), pattern="(?P<emotion>05)")
    (row,) = rows_of(draft.file).values()
    assert (row["emotion"], row["speaker"]) == ("05", "actor_01")


def test_ids_that_a_pattern_gives_twice_are_told(tmp_path):
    draft = init_manifest(touch(tmp_path, "a1.wav", "a2.wav"), pattern="(?P<id>a)")
    assert draft.notes == (
        "Ids that the pattern gives to several rows, of which one is read: 1 (first: a).",
    )


@pytest.mark.parametrize(
    ("pattern", "says"),
    [
        (
            "(?P<emotion>",
            "'(?P<emotion>' is no regular expression: missing ), unterminated subpattern at "
            "position 0.",
        ),
        (
            "(?P<mood>.)",
            "The pattern '(?P<mood>.)' names the group 'mood'. Name groups as columns, such as "
            "(?P<emotion>[a-z]+): id, text, speaker, group, split, emotion, sentiment, score, "
            "valence, label_NAME.",
        ),
        (
            "happy|sad",
            "The pattern 'happy|sad' names no group. Name groups as columns, such as "
            "(?P<emotion>[a-z]+): id, text, speaker, group, split, emotion, sentiment, score, "
            "valence, label_NAME.",
        ),
    ],
)
def test_a_wrong_pattern_says_what_would_be_right(folder, pattern, says):
    with pytest.raises(RecipeError) as raised:
        init_manifest(folder, pattern=pattern)
    assert str(raised.value) == says
    assert not (folder / "manifest.csv").exists()


def test_paths_are_from_where_the_manifest_stands(folder):
    draft = init_manifest(folder / "speech", out=folder / "all.csv")
    (row,) = rows_of(draft.file).values()
    assert row["audio"] == "speech/Actor_01/03-01-05-02-01-01-01.wav"
    assert len(manifest.read(draft.file).clips) == 1


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (
            lambda folder: init_manifest(folder, out=folder / "song" / "m.csv"),
            "{0}/song/m.csv would not stand above its media: a manifest reads no files outside "
            "its own folder. Write it to {0}/m.csv, or to a folder above.",
        ),
        (
            lambda folder: init_manifest(touch(folder / "empty", "x.zip")),
            "{0}/empty holds no film, sound, picture or text that is read here.",
        ),
        (
            lambda folder: init_manifest(folder / "gone"),
            "{0}/gone is no folder. Give the one that your media lie in.",
        ),
        (
            lambda folder: init_manifest(init_manifest(folder).file.parent),
            "{0}/manifest.csv is there already. Name another file, or write over it by force.",
        ),
    ],
)
def test_what_cannot_be_written_says_why(folder, make, says):
    with pytest.raises(DataError) as raised:
        make(folder)
    assert str(raised.value) == says.format(folder)


def test_odd_files_are_counted(tmp_path):
    touch(tmp_path, "a.wav", "a.flac", "b\n.wav", "c.mp4", "c.mp4.txt")
    (tmp_path / "a.srt").write_bytes(b"\0\1\2\3" * 50)
    (tmp_path / "c.srt").write_text("1\n00:00:00,000 --> 00:00:01,000\n" + "la " * 40_000 + "\n")
    draft = init_manifest(tmp_path)
    assert set(rows_of(draft.file)) == {"a", "c"}
    assert [note.partition(" (first")[0] for note in draft.notes] == [
        "1 skipped, another audio of the same name",
        "1 skipped, a name that a table cannot hold",
        "Transcripts that cannot be read, left out: 1",
        "Texts of more than 100000 characters, left out: 1",
    ]


def run(*arguments):
    app = typer.Typer()
    app.command()(guarded(command))
    return CliRunner().invoke(app, [str(one) for one in arguments])


def test_the_command_tells_rows_rules_and_what_comes_next(folder):
    done = run(folder)
    file = folder / "manifest.csv"
    assert done.exit_code == 0
    assert done.stdout == (
        f"{file}: 4 rows\n  2 labelled by RAVDESS's file names\n"
        "  2 without a label: fill in emotion, sentiment or score\n"
        "next: check the table, then\n"
        f"  tritone audit manifest:{file}\n"
        f"  tritone extract manifest:{file} --to {folder / 'manifest_features'}\n"
    )


def test_the_command_writes_over_a_file_by_force_alone(folder):
    (folder / "manifest.csv").write_text("mine")
    done = run(folder)
    assert done.exit_code == 2
    assert done.stderr == (
        f"tritone: {folder / 'manifest.csv'} is there already. Give --force to write over it, "
        "or --out.\n"
    )
    assert (folder / "manifest.csv").read_text() == "mine"
    assert run(folder, "--force").exit_code == 0
    assert len(rows_of(folder / "manifest.csv")) == 4


def test_the_command_tells_the_same_as_json(folder):
    told = json.loads(run(folder, "--json", "-").stdout)
    assert (told["schema"], told["rows"]) == (1, 4)
    assert told["labelled"] == {"RAVDESS's file names": 2}
    assert told["file"] == str(folder / "manifest.csv")


def test_a_wrong_pattern_is_a_wrong_call(folder):
    done = run(folder, "--pattern", "(")
    assert (done.exit_code, done.stderr.startswith("tritone: '(' is no regular")) == (2, True)
