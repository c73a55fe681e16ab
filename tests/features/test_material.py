"""A clip decoded: its own stretch of sound, its own part of the picture, and no more than asked."""

import json
import math
from pathlib import Path

import cv2
import numpy as np
import pytest
import soundfile

from tritone.core.clip import Clip, Source, Word
from tritone.core.errors import MediaError
from tritone.features.extractor import RATE_HZ
from tritone.features.material import material_of, neighbours, sources_of

ALL_CHANNELS = ("text", "audio", "vision")
ALL = ("text", "words", "sound", "frames", "files")


@pytest.fixture
def ramp(tmp_path: Path) -> Source:
    """Two seconds of sound that rises, so that each sample tells its time."""
    path = tmp_path / "ramp.wav"
    sound = np.linspace(-0.9, 0.9, 2 * RATE_HZ, dtype=np.float32)
    soundfile.write(path, sound, RATE_HZ, subtype="FLOAT")
    return Source(path)


@pytest.fixture
def halves(tmp_path: Path) -> Source:
    """A picture that is dark on the left and bright on the right."""
    image = np.zeros((40, 60, 3), np.uint8)
    image[:, 30:] = 200
    cv2.imwrite(str(tmp_path / "halves.png"), image)
    return Source(tmp_path / "halves.png")


def test_a_clip_hears_its_own_time_only(ramp: Source) -> None:
    whole = material_of(Clip("a", {"audio": ramp}), ALL)
    part = material_of(Clip("b", {"audio": ramp}, start=0.5, end=1.25), ALL)
    assert whole.sound is not None and part.sound is not None
    assert (len(whole.sound), whole.start, whole.end) == (2 * RATE_HZ, 0.0, 2.0)
    np.testing.assert_array_equal(part.sound, whole.sound[RATE_HZ // 2 : RATE_HZ * 5 // 4])
    assert (part.start, part.end) == (0.5, 1.25)


def test_only_the_speaker_s_part_of_the_picture_is_seen(halves: Source) -> None:
    right = Clip("a", {"vision": halves}, region=(0.5, 0.0, 1.0, 1.0))
    (frame,) = material_of(right, ALL).frames()
    assert frame.image.shape == (40, 30, 3) and frame.image.min() == 200
    assert math.isnan(frame.seconds)
    (whole,) = material_of(Clip("b", {"vision": halves}), ALL).frames()
    assert whole.image.shape == (40, 60, 3)


def test_what_is_not_asked_for_is_not_decoded(tmp_path: Path) -> None:
    broken = tmp_path / "broken.wav"
    broken.write_bytes(b"no sound at all")
    clip = Clip("a", {"audio": Source(broken), "vision": Source(tmp_path / "none.png")}, text="hi")
    read = material_of(clip, ("words",))
    assert read.sound is None and list(read.frames()) == []
    with pytest.raises(MediaError, match=r"broken\.wav"):
        material_of(clip, ("sound",))


def test_words_without_times_have_none() -> None:
    words = material_of(Clip("a", text="so it goes"), ALL).words
    assert [word.text for word in words] == ["so", "it", "goes"]
    assert all(math.isnan(word.start) and math.isnan(word.end) for word in words)
    timed = (Word("so", 0.1, 0.3),)
    assert material_of(Clip("b", text="so", words=timed), ALL).words == timed


def test_words_get_their_times_from_a_transcript_beside_the_sound(
    ramp: Source, tmp_path: Path
) -> None:
    words = [
        {"word": w, "start": i / 2, "end": i / 2 + 0.4} for i, w in enumerate(["one", "two", "six"])
    ]
    (tmp_path / "ramp.json").write_text(json.dumps(words))
    neighbours.cache_clear()
    whole = material_of(Clip("a", {"audio": ramp}, text="One, two: six!"), ALL).words
    assert [(word.text, word.start) for word in whole] == [("one", 0.0), ("two", 0.5), ("six", 1.0)]
    part = material_of(Clip("b", {"audio": ramp}, start=0.45, end=1.0), ALL).words
    assert [word.text for word in part] == ["two"]
    other = material_of(Clip("c", {"audio": ramp}, text="something else"), ALL).words
    assert [word.text for word in other] == ["something", "else"]
    assert math.isnan(other[0].start)


def test_a_clip_without_media_has_neither_sound_nor_pictures() -> None:
    read = material_of(Clip("a"), ALL)
    assert (read.text, read.words, read.sound, read.end) == (None, (), None, None)
    assert list(read.frames()) == []


def test_sound_in_an_archive_asks_to_be_unpacked(tmp_path: Path) -> None:
    clip = Clip("a", {"audio": Source(tmp_path / "all.zip", "a.wav")})
    with pytest.raises(MediaError) as caught:
        material_of(clip, ALL)
    assert str(caught.value) == (
        f"{tmp_path / 'all.zip'}!a.wav lies in an archive. Unpack it: sound and film need files."
    )


@pytest.mark.parametrize("folder", ["", "processed", "openface"])
def test_a_table_of_openface_beside_the_film_is_found(
    halves: Source, tmp_path: Path, folder: str
) -> None:
    (tmp_path / folder).mkdir(exist_ok=True)
    table = tmp_path / folder / "halves.csv"
    table.write_text("frame\n")
    files = material_of(Clip("a", {"vision": halves}), ("files",)).files
    assert files is not None and files["openface"] == Source(table)


def test_a_source_is_known_by_what_it_holds(ramp: Source, tmp_path: Path) -> None:
    copy = tmp_path / "copy.wav"
    copy.write_bytes(ramp.path.read_bytes())
    one, other = (
        sources_of(Clip(id, {"audio": s}), ALL_CHANNELS)
        for id, s in (("a", ramp), ("b", Source(copy)))
    )
    assert one == other and len(one["audio"]) == 64
    gone = Clip("c", {"audio": Source(tmp_path / "gone.wav")})
    with pytest.raises(MediaError, match="cannot be read"):
        sources_of(gone, ALL_CHANNELS)
    assert sources_of(gone, ["vision"]) == {}
