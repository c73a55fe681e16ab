"""Media: copies that were encoded anew, files that are gone or broken, faces that give it away."""

import zipfile

import cv2
import numpy as np
import pytest
import soundfile
from PIL import Image

from tritone.audit.media import check_files, check_sound, faces_in, listen, same_files, sampled
from tritone.audit.pictures import check_pictures, look_at
from tritone.audit.run import audit
from tritone.audit.shortcuts import check_shortcuts
from tritone.core.clip import Clip, Source
from tritone.datasets.spec import read_corpus

RATE = 16_000
SKIN, DARK = (222, 178, 150), (50, 38, 30)


def scene(seed, size=96):
    """A smooth picture of its own."""
    noise = np.random.default_rng(seed).integers(0, 256, (6, 6, 3), dtype=np.uint8)
    return cv2.resize(noise, (size, size), interpolation=cv2.INTER_CUBIC)


def face():
    """Ellipses that the cascade takes for a face."""
    canvas = np.full((160, 160, 3), (110, 140, 160), np.uint8)

    def ellipse(x, y, across, down, colour):
        at = (round(80 + x * 100), round(80 + y * 100))
        cv2.ellipse(canvas, at, (round(across * 100), round(down * 100)), 0, 0, 360, colour, -1, 16)

    ellipse(0, -0.12, 0.52, 0.68, DARK)
    ellipse(0, 0, 0.42, 0.58, SKIN)
    for side in (-0.18, 0.18):
        ellipse(side, -0.10, 0.11, 0.075, (165, 120, 100))
        ellipse(side, -0.20, 0.12, 0.03, (60, 40, 30))
        ellipse(side, -0.10, 0.085, 0.045, (235, 235, 235))
        ellipse(side, -0.10, 0.04, 0.045, (40, 30, 25))
    ellipse(0, 0.02, 0.045, 0.16, (238, 200, 175))
    ellipse(0, 0.17, 0.09, 0.03, (180, 130, 110))
    ellipse(0, 0.33, 0.16, 0.05, (150, 60, 60))
    return cv2.GaussianBlur(canvas, (0, 0), 1.6)


@pytest.fixture
def faces(tmp_path):
    """A folder of pictures by split and class, all different."""
    for split, count in (("train", 6), ("val", 4)):
        for label in ("happy", "sad"):
            folder = tmp_path / split / label
            folder.mkdir(parents=True)
            for place in range(count):
                seed = ["train", "val"].index(split) * 100 + (label == "sad") * 50 + place
                Image.fromarray(scene(seed)).save(folder / f"{place}.png")
    return tmp_path


def ids(report):
    return {one.id for one in report.findings} - {"small_evaluation_split", "licence_restricted"}


def the(report, kind):
    (finding,) = [one for one in report.findings if one.id == kind]
    return finding


def test_different_pictures_have_no_finding(faces):
    assert ids(audit(f"faces:{faces}")) == set()


def test_a_picture_copied_to_val_is_an_error_that_names_both(faces):
    (faces / "val/happy/copy.png").write_bytes((faces / "train/happy/0.png").read_bytes())
    report = audit(f"faces:{faces}")
    assert ids(report) == {"duplicate_across_splits"}
    finding = the(report, "duplicate_across_splits")
    assert (finding.severity, finding.count, finding.channel) == ("error", 1, "vision")
    assert set(finding.evidence) == {"train/happy/0.png", "val/happy/copy.png"}


@pytest.mark.parametrize("save", [{"quality": 60}, {"quality": 95}], ids=str)
def test_a_picture_encoded_anew_is_nearly_the_same(faces, save):
    Image.fromarray(scene(0)).save(faces / "val/happy/copy.jpg", **save)
    assert ids(audit(f"faces:{faces}")) == {"near_duplicate_across_splits"}


def test_a_picture_made_smaller_and_brighter_is_nearly_the_same(faces):
    image = np.clip(cv2.resize(scene(0), (64, 64)).astype(int) + 12, 0, 255).astype(np.uint8)
    Image.fromarray(image).save(faces / "val/happy/copy.png")
    assert ids(audit(f"faces:{faces}")) == {"near_duplicate_across_splits"}


def test_one_picture_with_two_labels_bounds_what_vision_can_do(faces):
    (faces / "train/sad/copy.png").write_bytes((faces / "train/happy/0.png").read_bytes())
    report = audit(f"faces:{faces}")
    assert ids(report) == {"duplicate_within_split", "conflicting_labels"}
    # 21 pictures, of which one cannot be told right.
    assert the(report, "conflicting_labels").figures["ceiling"] == pytest.approx(20 / 21)


def test_every_picture_with_both_labels_is_an_error_at_one_half(faces):
    """SentiCap: each image has positive and negative captions."""
    for file in faces.glob("*/happy/*.png"):
        other = file.parent.parent / "sad" / file.name
        other.write_bytes(file.read_bytes())
    finding = the(audit(f"faces:{faces}"), "conflicting_labels")
    assert finding.severity == "error"
    assert finding.figures == {"ceiling": 0.5, "majority": 0.5}
    assert "No function of vision alone can be right more often than 50.0 %" in finding.what


def test_blank_pictures_are_told_of_and_are_no_copies(faces):
    for split in ("train", "val"):
        Image.fromarray(np.zeros((48, 48, 3), np.uint8)).save(faces / split / "happy/black.png")
    report = audit(f"faces:{faces}")
    assert ids(report) == {"blank_pictures"}
    assert the(report, "blank_pictures").count == 2


def test_a_broken_picture_is_listed_with_its_reason(faces):
    (faces / "train/happy/0.png").write_bytes(b"\x89PNG\r\n\x1a\n broken")
    report = audit(f"faces:{faces}")
    assert ids(report) == {"unreadable_media"}
    assert "is no picture that can be read" in the(report, "unreadable_media").what


def test_pictures_in_an_archive_are_compared_like_files(tmp_path):
    rows = ["path,emotion,split"]
    with zipfile.ZipFile(tmp_path / "images.zip", "w") as archive:
        for place in range(6):
            file = tmp_path / "one.png"
            Image.fromarray(scene(0 if place == 5 else place)).save(file)
            archive.write(file, f"{place}.png")
            rows.append(f"{place}.png,happy,{'val' if place > 2 else 'train'}")
    (tmp_path / "metadata.csv").write_text("\n".join(rows))
    found = check_pictures(look_at(read_corpus(f"faces:{tmp_path}").clips))
    (finding,) = [one for one in found if one.id == "duplicate_across_splits"]
    assert finding.groups == (("0.png", "5.png"),)


def test_faces_in_one_class_are_a_shortcut(tmp_path):
    """S002: the face set is the negative class, so that a face is enough to say negative."""
    Image.fromarray(face()).save(tmp_path / "face.png")
    for seed in range(4):
        Image.fromarray(scene(seed, 160)).save(tmp_path / f"{seed}.png")
    clips, labels = [], []
    for place in range(76):
        shown = place % 2 == 0
        name = "face.png" if shown else f"{place % 4}.png"
        split = "train" if place < 40 else "val"
        clips.append(Clip(str(place), {"vision": Source(tmp_path / name)}, split=split))
        labels.append("negative" if shown else "positive")
    found = check_shortcuts(clips, labels, {"face_present": faces_in(clips)})
    assert [(one.id, one.severity, one.channel) for one in found] == [
        ("shortcut", "error", "face_present")
    ]
    assert "Up to 0.5 it leans to positive, above to negative." in found[0].what


def tone(path, seconds=0.5, level=0.3, hz=220.0):
    time = np.arange(round(RATE * seconds)) / RATE
    soundfile.write(path, level * np.sin(2 * np.pi * hz * time), RATE)
    return path


def sounds(*paths, split="train"):
    return [Clip(p.name, {"audio": Source(p)}, split=split) for p in paths]


def test_sounds_that_are_long_or_silent_are_found(tmp_path):
    clips = sounds(*(tone(tmp_path / f"{n}.wav", hz=200 + n) for n in range(5)))
    clips += sounds(tone(tmp_path / "quiet.wav", level=0.0), tone(tmp_path / "long.wav", 61.0))
    found = {one.id: one.evidence for one in check_sound(listen(clips))}
    assert found == {"silent_sound": ("quiet.wav",), "long_clips": ("long.wav",)}


def test_a_sound_that_cannot_be_decoded_is_listed(tmp_path):
    broken = tmp_path / "broken.wav"
    broken.write_bytes(b"RIFF\x00\x00\x00\x00WAVEjunk")
    (found,) = check_sound(listen(sounds(tone(tmp_path / "a.wav"), broken)))
    assert (found.id, found.evidence) == ("unreadable_media", ("broken.wav",))


def test_the_same_sound_under_two_names_is_a_copy(tmp_path):
    one, other = tone(tmp_path / "a.wav"), tone(tmp_path / "b.wav", hz=230)
    copy = tmp_path / "c.wav"
    copy.write_bytes(one.read_bytes())
    (found,) = same_files([*sounds(one, other), *sounds(copy, split="test")])
    assert (found.id, found.groups) == ("duplicate_across_splits", (("a.wav", "c.wav"),))


def test_files_and_members_that_are_gone_are_an_error(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("there.png", b"")
    clips = [
        Clip("there", {"vision": Source(tmp_path / "a.zip", "there.png")}),
        Clip("gone", {"vision": Source(tmp_path / "a.zip", "gone.png")}),
        Clip("lost", {"audio": Source(tmp_path / "lost.wav")}),
        Clip("words", text="no media at all"),
    ]
    (found,), here = check_files(clips)
    assert (found.id, found.severity, found.evidence) == (
        "missing_media",
        "error",
        ("gone", "lost"),
    )
    assert [clip.id for clip in here] == ["there"]


def test_a_sample_is_the_same_each_time_and_of_each_split():
    clips = [Clip(str(n), split="train" if n < 80 else "val") for n in range(100)]
    chosen = sampled(clips, 15)
    assert chosen == sampled(clips, 15)
    assert [sum(c.split == split for c in chosen) for split in ("train", "val")] == [15, 15]
