"""What is installed: versions and licences, read from the packages' own metadata."""

import platform
import re
from importlib.metadata import Distribution, PackageNotFoundError, distribution

LONGEST_LICENCE = 60  # some packages put the whole text of their licence into the field


def describe() -> dict:
    """Versions, device, and every package that Tritone names as a dependency.

    Returns:
        "tritone", "python", "platform", "device" (kind, name, threads) and "packages": a
        list of name, version (None when not installed), extra (None for the core set) and
        licence.
    """
    import torch

    from tritone import __version__

    kind = "cuda" if torch.cuda.is_available() else "cpu"
    name = torch.cuda.get_device_name() if kind == "cuda" else platform.machine()
    return {
        "schema": 1,
        "tritone": __version__,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "device": {"kind": kind, "name": name, "threads": torch.get_num_threads()},
        "packages": [_row(name, extra) for name, extra in _needed()],
    }


def _needed() -> list[tuple[str, str | None]]:
    """Name and extra of each dependency, the core set first, development tools left out."""
    found = []
    for line in distribution("tritone").requires or []:
        name = re.split(r"[\s<>=!~;\[(]", line, maxsplit=1)[0]
        extra = re.search(r"""extra\s*==\s*["'](\w+)["']""", line)
        if name != "tritone" and (extra is None or extra[1] != "dev"):
            found.append((name, extra[1] if extra else None))
    return sorted(found, key=lambda row: (row[1] or "", row[0].lower()))


def _row(name: str, extra: str | None) -> dict[str, str | None]:
    try:
        package = distribution(name)
    except PackageNotFoundError:
        return {"name": name, "version": None, "extra": extra, "licence": None}
    return {"name": name, "version": package.version, "extra": extra, "licence": _licence(package)}


def _licence(package: Distribution) -> str | None:
    """The licence as the package states it: expression, else classifier, else its first line."""
    meta = package.metadata
    expression = meta.get_all("License-Expression")
    if expression:
        return expression[0]
    classes = [line for line in meta.get_all("Classifier") or [] if line.startswith("License ::")]
    names = [line.rsplit(" :: ", 1)[1] for line in classes]
    if names:
        return ", ".join(names)
    stated = " ".join(meta.get_all("License") or []).strip().splitlines()
    return stated[0][:LONGEST_LICENCE] if stated else None
