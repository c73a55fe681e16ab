"""OpenFace 2 tables as tracks: the right columns, at the right times, and only what was seen."""

import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch

from tritone.core.clip import Source
from tritone.core.errors import MediaError, RecipeError
from tritone.features.extractor import Material, build
from tritone.features.openface import GROUPS, OpenFace

COLUMNS = [name for group in GROUPS.values() for name in group]
TIMES = [0.0, 0.033, 0.067, 0.1, 0.133, 0.167]


def material(path: Path, *, start: float = 0.0, end: float | None = None) -> Material:
    return Material("a", start=start, end=end, files={"openface": Source(path)})


def test_all_groups_are_the_709_columns_of_ch_sims(tmp_path: Path, write_table) -> None:
    extractor = build("openface", {"columns": ",".join(GROUPS)})
    assert extractor.rows.shape == (709,)
    path = write_table(tmp_path / "a.csv", TIMES)
    assert tuple(extractor.track(material(path)).values.shape) == (6, 709)


def test_columns_stand_in_the_order_asked_for(tmp_path: Path, write_table) -> None:
    path = write_table(tmp_path / "a.csv", TIMES, value=lambda row, name: COLUMNS.index(name))
    extractor = OpenFace("pose,au")
    values = extractor.track(material(path)).values
    assert extractor.names[:2] == ("pose_Tx", "pose_Ty") and extractor.names[-1] == "AU45_c"
    assert values[3].tolist() == [COLUMNS.index(name) for name in extractor.names]


def test_times_are_those_of_the_table_within_the_clip(tmp_path: Path, write_table) -> None:
    path = write_table(tmp_path / "a.csv", TIMES)
    track = OpenFace().track(material(path, start=0.0667, end=0.15))
    expected = [[0.067, 0.1], [0.1, 0.133], [0.133, 0.15]]
    torch.testing.assert_close(track.spans, torch.tensor(expected), atol=6e-4, rtol=0)
    assert OpenFace().track(material(path, start=3.0, end=4.0)).mask.shape == (0,)


def test_what_was_not_seen_is_masked_and_zero(tmp_path: Path, write_table) -> None:
    path = write_table(
        tmp_path / "a.csv",
        TIMES,
        success=[1, 0, 1, 1, 1, 1],
        confidence=[0.9, 0.9, 0.4, 0.9, 0.9, 0.9],
        value=lambda row, name: np.nan if row == 4 and name == "AU12_r" else 1.0,
    )
    track = OpenFace().track(material(path))
    assert track.mask.tolist() == [True, False, False, True, False, True]
    assert (track.values[~track.mask] == 0).all() and (track.values[track.mask] == 1).all()
    assert OpenFace(least_confidence=0.3).track(material(path)).mask.sum() == 4


def test_of_several_faces_the_one_most_seen_is_taken(tmp_path: Path, write_table) -> None:
    path = write_table(
        tmp_path / "a.csv",
        [0.0, 0.0, 0.04, 0.04, 0.08, 0.08],
        faces=[0, 3, 0, 3, 0, 3],
        success=[1, 1, 0, 1, 1, 1],
        value=lambda row, name: row % 2,
    )
    track = OpenFace().track(material(path))
    assert len(track.mask) == 3 and (track.values == 1).all()


def test_a_table_of_a_still_picture_has_no_time(tmp_path: Path, write_table) -> None:
    path = write_table(tmp_path / "a.csv", [0.0], head=["face", "confidence"])
    track = OpenFace().track(material(path))
    assert track.mask.tolist() == [True] and track.spans.isnan().all()


def test_a_table_inside_a_zip_file_is_read_as_it_is_outside(tmp_path: Path, write_table) -> None:
    path = write_table(tmp_path / "a.csv", TIMES)
    with zipfile.ZipFile(tmp_path / "all.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(path, "faces/a.csv")
    inside = Material("a", files={"openface": Source(tmp_path / "all.zip", "faces/a.csv")})
    torch.testing.assert_close(
        OpenFace().track(inside).values, OpenFace().track(material(path)).values
    )


def test_a_changed_table_is_read_anew(tmp_path: Path, write_table) -> None:
    path = write_table(tmp_path / "a.csv", TIMES)
    assert len(OpenFace().track(material(path)).mask) == 6
    write_table(path, TIMES[:2])
    assert len(OpenFace().track(material(path)).mask) == 2


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "{} cannot be read: No such file or directory."),
        (b"", "{} cannot be read as a table: No columns to parse from file."),
        (
            b"frame, timestamp, AU01_r\n1, 0.0, 2\n",
            "{} is no table of OpenFace 2 with these columns: it lacks 'AU02_r' and 33 more.",
        ),
    ],
)
def test_a_file_that_is_no_table_is_named(tmp_path: Path, content: bytes | None, says: str) -> None:
    path = tmp_path / "a.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(MediaError) as error:
        OpenFace("au").track(material(path))
    assert str(error.value) == says.format(path)


def test_a_cell_that_is_no_number_is_named(tmp_path: Path, write_table) -> None:
    path = write_table(tmp_path / "a.csv", TIMES)
    path.write_text(path.read_text().replace("0.067", "soon"))
    with pytest.raises(MediaError) as error:
        OpenFace("au").track(material(path))
    assert str(error.value) == f"{path}: the column 'timestamp' holds what is no number."


def test_a_member_that_is_not_there_is_named(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "all.zip", "w"):
        pass
    source = Source(tmp_path / "all.zip", "a.csv")
    with pytest.raises(MediaError) as error:
        OpenFace().track(Material("a", files={"openface": source}))
    assert str(error.value) == (
        f"{source} cannot be read as a table: \"There is no item named 'a.csv' in the archive\"."
    )


@pytest.mark.parametrize("columns", ["", "au,lips", "au,au"])
def test_columns_that_are_not_there_are_named(columns: str) -> None:
    with pytest.raises(RecipeError) as error:
        build("openface", {"columns": columns})
    assert str(error.value) == (
        f"openface cannot be set so: columns is {columns!r}; list some of gaze, eyes, pose, "
        "landmarks, landmarks_3d, shape, au"
    )


def test_a_clip_without_a_table_has_no_row() -> None:
    assert len(OpenFace().track(Material("a", files={})).mask) == 0
