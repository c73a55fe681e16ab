"""JSON of a corpus, read with limits."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tritone.core.errors import DataError
from tritone.datasets.files import read_text


def read_json(file: Path) -> Any:
    """What a JSON file holds.

    Raises:
        DataError: it cannot be read, is too large, or is no JSON.
    """
    text = read_text(file)
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DataError(f"{file} is no JSON, or is cut off: {error}.") from None


def read_object(file: Path) -> dict[str, Any]:
    """The JSON object of a file.

    Raises:
        DataError: as `read_json`, or it holds something else.
    """
    found = read_json(file)
    if not isinstance(found, dict):
        raise DataError(f"{file} holds a {type(found).__name__}, not an object by id.")
    return found


def text_of(record: Mapping[str, Any], key: str) -> str:
    """A text of a record, without space around; nothing where it is none."""
    found = record.get(key)
    return " ".join(found.split()) if isinstance(found, str) else ""


def lines_of(record: Mapping[str, Any], key: str) -> list[str]:
    """A list of texts; what is none is left out."""
    found = record.get(key)
    return [line for line in found if isinstance(line, str)] if isinstance(found, list) else []
