"""A front end beside a model: the same rows later, and nothing that a stranger slips in."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from tritone.core.clip import Clip
from tritone.core.errors import DataError, ModelError
from tritone.features.extractor import Material, build, settings_of
from tritone.features.kept import (
    PREPROCESSOR,
    keep_front_end,
    load_front_end,
    read_arrays,
)
from tritone.features.tfidf import TfIdf

TRAIN = [Clip("a", text="the sun the sea"), Clip("b", text="the rain the sea")]
ANEW = "Train anew, or copy the folder again from where it was trained."


def keep(beside: Path, name: str = "hashed_words", align: str = "none", **settings: Any) -> Path:
    """A kept front end of one extractor of text, taught where it learns."""
    extractor = build(name, settings)
    learned = {}
    if isinstance(extractor, TfIdf):
        extractor = extractor.fit(TRAIN)
        learned = {"text": extractor.state()}
    given = {"text": {"name": name, **settings_of(extractor)}}
    plan = {"extractors": given, "align": align, "fps": 2.0}
    keep_front_end(beside, plan, {"text": extractor.rows}, learned)
    return beside / PREPROCESSOR


def altered(path: Path, **changes: Any) -> Path:
    """The same file with some of what it says replaced."""
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))
    return path


def text_as(path: Path, **changes: Any) -> Path:
    """The same file with some of what it says of text replaced."""
    said = json.loads(path.read_text())
    said["extractors"]["text"] |= changes
    return altered(path, extractors=said["extractors"])


def test_how_pictures_and_the_clock_were_set_is_kept(tmp_path: Path) -> None:
    keep(tmp_path, align="words")
    front = load_front_end(tmp_path)
    assert (front.align, front.fps, front.halved) == ("words", 2.0, frozenset())


def test_rows_of_a_store_of_halves_are_rounded_as_it_rounds(tmp_path: Path) -> None:
    path = keep(tmp_path, dim=7, probes=3)
    altered(path, rows={"text": {"shape": [7], "dtype": "float16"}})
    values = load_front_end(tmp_path).tracks(Material("m", text="salt"))["text"].values
    assert values.dtype == torch.float32
    assert torch.equal(values, values.half().float())
    exact = build("hashed_words", {"dim": 7, "probes": 3}).track(Material("m", text="salt")).values
    assert not torch.equal(values, exact)


def test_a_name_of_code_from_outside_is_refused(tmp_path: Path) -> None:
    path = text_as(keep(tmp_path), name="os.path:join")
    with pytest.raises(ModelError) as caught:
        load_front_end(tmp_path)
    assert str(caught.value) == (
        f"{path} names the extractor 'os.path:join' for text; a model folder may only name those "
        "of the catalogue (see `tritone list extractors`)."
    )


def test_a_channel_cannot_lead_out_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    path = keep(tmp_path / "here", "tfidf", dim=2, least=1)
    said = json.loads(path.read_text())
    for part in ("extractors", "rows", "learned"):
        said[part] = {"../../text": said[part]["text"]}
    altered(path, **said)
    with pytest.raises(ModelError, match=r"names the channel '\.\./\.\./text', which is no name"):
        load_front_end(path.parent)


def test_an_extractor_of_another_version_is_refused(tmp_path: Path) -> None:
    text_as(keep(tmp_path), version=7)
    with pytest.raises(ModelError) as caught:
        load_front_end(tmp_path)
    assert str(caught.value) == (
        f"The text of {tmp_path} was read by version 7 of hashed_words, this Tritone has version "
        "1, which gives other numbers. Train anew."
    )


def test_what_was_learned_is_held_to_its_hash(tmp_path: Path) -> None:
    keep(tmp_path, "tfidf", dim=2, least=1)
    file = tmp_path / "extractors" / "text.safetensors"
    whole = file.read_bytes()
    file.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    with pytest.raises(ModelError) as caught:
        load_front_end(tmp_path)
    assert str(caught.value) == f"{file} is not the one that the model was trained with. {ANEW}"
    file.unlink()
    with pytest.raises(ModelError, match="which holds what the extractor learned, is not there"):
        load_front_end(tmp_path)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"schema": 9}, r"is of schema 9, this Tritone reads 1\. Train anew"),
        ({"kind": "voice"}, "does not say which extractors the model reads with"),
        ({"rows": {"text": {"shape": [-1], "dtype": "float32"}}}, "A row has positive lengths"),
        ({"rows": 3}, "is damaged"),
        ({"extractors": {}}, "is damaged: 'text'"),
        ({"encoders": {"text": 4}}, "is damaged"),
    ],
)
def test_a_damaged_file_is_told_from_a_whole_one(
    tmp_path: Path, changes: dict[str, Any], says: str
) -> None:
    altered(keep(tmp_path), **changes)
    with pytest.raises((ModelError, DataError), match=says):
        load_front_end(tmp_path)


@pytest.mark.parametrize("text", ["{", "[" * 100_000, "[]", " " * (1 << 20) + "{}"])
def test_a_file_that_is_no_settings_is_refused(tmp_path: Path, text: str) -> None:
    keep(tmp_path).write_text(text)
    with pytest.raises(ModelError, match=PREPROCESSOR):
        load_front_end(tmp_path)


def test_an_encoder_that_was_moved_is_asked_for(tmp_path: Path, tiny_bert: Path) -> None:
    encoder = shutil.copytree(tiny_bert, tmp_path / "bert")
    path = keep(tmp_path, "hub_text", folder=str(encoder))
    load_front_end(tmp_path)
    encoder.rename(tmp_path / "elsewhere")
    with pytest.raises(ModelError) as caught:
        load_front_end(tmp_path)
    said = str(caught.value)
    assert said.startswith(
        f"The text of this model was read by the encoder {encoder}, which is not there"
    )
    assert said.endswith(f"Write its place into {path}, text.folder, or put it there again.")
    text_as(path, folder=str(tmp_path / "elsewhere"))
    load_front_end(tmp_path)


def test_another_encoder_in_the_same_place_is_refused(tmp_path: Path, tiny_bert: Path) -> None:
    encoder = shutil.copytree(tiny_bert, tmp_path / "bert")
    keep(tmp_path, "hub_text", folder=str(encoder))
    weights = encoder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"\x01")
    with pytest.raises(ModelError, match="has other weights than when the model was trained"):
        load_front_end(tmp_path)


def test_the_folder_of_an_encoder_is_kept_in_full(
    tmp_path: Path, tiny_bert: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(tiny_bert, tmp_path / "bert")
    monkeypatch.chdir(tmp_path)
    path = keep(tmp_path, "hub_text", folder="./bert")
    assert json.loads(path.read_text())["extractors"]["text"]["folder"] == str(tmp_path / "bert")


def test_arrays_that_swell_beyond_all_bounds_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "text.npz"
    np.savez_compressed(file, vectors=np.zeros(100_000))
    monkeypatch.setattr("tritone.features.kept.MOST_LEARNED", 10_000)
    assert file.stat().st_size < 10_000
    with pytest.raises(DataError, match="at most 10000 are read"):
        read_arrays(file)
