"""A front end in a folder beside a model's weights, so that the model can read raw media.

preprocessor.json               the extractor of each channel: name, version, settings
extractors/CHANNEL.safetensors  what it has learned, such as a vocabulary

The folder may come from anywhere: it can name extractors of the catalogue and nothing else, and
only files of these names are read.
"""

import hashlib
import json
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from tritone.catalogue import EXTRACTORS
from tritone.core.errors import DataError, ModelError, TritoneError
from tritone.core.files import whole_file
from tritone.core.minilm import MINILM, WEIGHTS
from tritone.core.parts import Rows
from tritone.core.pretrained import place_of
from tritone.features.extractor import Extractor, Learning, build, settings_of
from tritone.features.front_end import FrontEnd

PREPROCESSOR, LEARNED = "preprocessor.json", "extractors"
SCHEMA = 1
LONGEST = 1 << 20  # bytes of the JSON
MOST_LEARNED = 1 << 31  # bytes of one extractor's arrays
CHANNEL = re.compile(r"[A-Za-z0-9_-]{1,64}")
ANEW = "Train anew, or copy the folder again from where it was trained."


def keep_front_end(
    folder: Path,
    plan: Mapping[str, Any],
    rows: Mapping[str, Rows],
    learned: Mapping[str, Mapping[str, np.ndarray]],
) -> None:
    """Write how a store's rows were made, for the channels that a model reads.

    Args:
        folder: where the weights lie.
        plan: "extractors" (channel to "name", "version" and settings), "align" and "fps", as
            the store's provenance has them.
        rows: what each row of those channels is.
        learned: channel to what its extractor has learned.

    Raises:
        OSError: a file cannot be written.
    """
    described = {channel: placed(plan["extractors"][channel]) for channel in rows}
    said = {
        "schema": SCHEMA,
        "kind": "extractors",
        "extractors": described,
        "encoders": {c: found for c, one in described.items() if (found := encoders_of(one))},
        "align": plan["align"],
        "fps": plan["fps"],
        "rows": {c: {"shape": list(one.shape), "dtype": one.dtype} for c, one in rows.items()},
        "learned": {},
    }
    for channel, state in learned.items():
        file = folder / LEARNED / f"{channel}.safetensors"
        file.parent.mkdir(exist_ok=True)
        fresh = file.with_name(f".{file.name}.tmp")
        save_file({name: np.ascontiguousarray(array) for name, array in state.items()}, fresh)
        fresh.replace(file)
        said["learned"][channel] = digest(file)
    with whole_file(folder / PREPROCESSOR) as opened:
        opened.write((json.dumps(said, indent=1, ensure_ascii=False) + "\n").encode())


def load_front_end(folder: Path) -> FrontEnd:
    """The front end that `keep_front_end` wrote.

    Raises:
        ModelError: a file is damaged or altered, an extractor is of another version, or an
            encoder that it names is not where it was.
        MissingExtra: an extractor needs a package that is not installed.
    """
    path = folder / PREPROCESSOR
    said = read_said(path)
    try:
        rows = {c: Rows(tuple(one["shape"]), one["dtype"]) for c, one in said["rows"].items()}
        extractors = {c: built(path, c, said["extractors"][c]) for c in rows}
        for channel, those in said["encoders"].items():
            for setting, sha256 in those.items():
                name = str(said["extractors"][channel][setting])
                check_encoder(path, channel, name, setting, sha256)
        for channel, extractor in extractors.items():
            if isinstance(extractor, Learning):
                state = read_learned(folder, channel, said["learned"].get(channel))
                extractors[channel] = extractor.restored(state)
        halved = frozenset(c for c, one in rows.items() if one.dtype == "float16")
        return FrontEnd(extractors, said["align"], said["fps"], halved)
    except TritoneError:
        raise
    except (KeyError, TypeError, ValueError, AttributeError) as fault:
        raise ModelError(f"{path} is damaged: {str(fault)[:200]}. {ANEW}") from None


def read_said(path: Path) -> dict[str, Any]:
    """What preprocessor.json says.

    Raises:
        ModelError: it is too long, no JSON, or not of this kind.
    """
    try:
        if path.stat().st_size > LONGEST:
            raise ModelError(f"{path} has {path.stat().st_size} bytes; settings have few.")
        said = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise ModelError(f"{path} cannot be read: {str(error)[:200]}. {ANEW}") from None
    if not isinstance(said, dict) or said.get("kind") != "extractors":
        raise ModelError(f"{path} does not say which extractors the model reads with. {ANEW}")
    if said.get("schema") != SCHEMA:
        raise ModelError(
            f"{path} is of schema {said.get('schema')!r}, this Tritone reads {SCHEMA}. {ANEW}"
        )
    return said


def built(path: Path, channel: str, given: Mapping[str, Any]) -> Extractor:
    """The extractor of a channel, as it was set.

    Raises:
        ModelError: it is none of the catalogue, or of another version than the model's.
    """
    name, settings = given["name"], {key: one for key, one in given.items() if key != "name"}
    if not CHANNEL.fullmatch(channel):
        raise ModelError(f"{path} names the channel {channel!r}, which is no name. {ANEW}")
    unknown = [one for one in str(name).split("+") if one not in EXTRACTORS]
    if unknown:
        # A name from outside would import whatever the folder's author likes.
        raise ModelError(
            f"{path} names the extractor {unknown[0]!r} for {channel}; a model folder may only "
            "name those of the catalogue (see `tritone list extractors`)."
        )
    extractor = build(name, settings)
    now = settings_of(extractor)
    for key, version in given.items():
        if key.rpartition(".")[2] == "version" and now.get(key) != version:
            raise ModelError(
                f"The {channel} of {path.parent} was read by version {version} of {name}, this "
                f"Tritone has version {now.get(key)}, which gives other numbers. Train anew."
            )
    return extractor


def read_learned(folder: Path, channel: str, sha256: str | None) -> dict[str, np.ndarray]:
    """What the extractor of a channel has learned.

    Raises:
        ModelError: the file is absent, too large, damaged or another one.
    """
    file = folder / LEARNED / f"{channel}.safetensors"
    if sha256 is None or not file.is_file():
        raise ModelError(f"{file}, which holds what the extractor learned, is not there. {ANEW}")
    if file.stat().st_size > MOST_LEARNED:
        raise ModelError(f"{file} has {file.stat().st_size} bytes; {MOST_LEARNED} are read.")
    if digest(file) != sha256:
        raise ModelError(f"{file} is not the one that the model was trained with. {ANEW}")
    try:
        return load_file(file)
    except (SafetensorError, OSError) as error:
        raise ModelError(f"{file} cannot be read: {str(error)[:200]}. {ANEW}") from None


def placed(given: Mapping[str, Any]) -> dict[str, Any]:
    """An extractor's settings with the folders of encoders in full: they outlive where we are."""
    return {
        key: str(Path(value).resolve())
        if is_folder(key, value) and value != MINILM and Path(value).is_dir()
        else value
        for key, value in given.items()
    }


def is_folder(setting: str, value: Any) -> bool:
    """A setting names the folder of an encoder, or of a model that was trained before."""
    named = setting.rpartition(".")[2] in ("folder", "run")
    return named and isinstance(value, str) and value != ""


def read_arrays(file: Path) -> dict[str, np.ndarray]:
    """What an extractor has learned, as it lies beside a store; no array may be an object.

    Raises:
        DataError: the file cannot be read, or is too large.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            held = sum(member.file_size for member in archive.infolist())
        if held > MOST_LEARNED:
            raise DataError(f"{file} holds {held} bytes; at most {MOST_LEARNED} are read.")
        with np.load(file, allow_pickle=False) as arrays:
            return {name: arrays[name] for name in arrays.files}
    except DataError:
        raise
    except (ValueError, OSError, EOFError, KeyError, zipfile.BadZipFile) as error:
        raise DataError(f"{file} cannot be read: {error}. Extract the store anew.") from None


def encoders_of(given: Mapping[str, Any]) -> dict[str, str]:
    """Setting to the SHA-256 of the weights, for the settings that name an encoder's folder."""
    files = {key: weights_of(value) for key, value in given.items() if is_folder(key, value)}
    return {key: digest(file) for key, file in files.items() if file is not None}


def check_encoder(path: Path, channel: str, name: str, setting: str, sha256: str) -> None:
    """See that a pretrained encoder is there, and is the one that the rows were made by.

    Raises:
        ModelError: it is not there, or has other weights.
        MissingExtra: it comes in a package that is not installed.
    """
    weights = weights_of(name)
    again = f"Write its place into {path}, {channel}.{setting}, or put it there again."
    if weights is None:
        raise ModelError(
            f"The {channel} of this model was read by the encoder {name}, which is not there: its "
            f"{WEIGHTS} has the SHA-256 {sha256}. {again}"
        )
    if digest(weights) != sha256:
        raise ModelError(
            f"The encoder {name}, which reads {channel}, has other weights than when the model "
            f"was trained ({WEIGHTS} had the SHA-256 {sha256}). {again}"
        )


def weights_of(name: str) -> Path | None:
    """The file of an encoder's weights; None where it is in no folder, as in the hub's cache."""
    try:
        file = Path(place_of(name)) / WEIGHTS
    except ModelError:
        return None
    return file if file.is_file() else None


def digest(file: Path) -> str:
    """The SHA-256 of a file."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
