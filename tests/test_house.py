"""The house: floors, sizes, docstrings, and a light front door."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import tritone
from tritone.catalogue import TABLES

ROOT = Path(tritone.__file__).parent
HERE = Path(__file__).parent
FLOORS = [
    "core layers",
    "media metrics catalogue",
    "features datasets models",
    "learn assess explain audit prepare",
    "recipes analyze",
    "cli serve",
    # The front door of the package imports what it shows, when it is asked for.
    "__init__ __main__",
]
FLOOR = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms.split()}
LONGEST_FILE = 330
LONGEST_FUNCTION = 45
HEAVY = ("torch", "transformers", "cv2", "av", "scipy", "pandas", "matplotlib", "sklearn", "numpy")


def code() -> list[Path]:
    """Every module of the library."""
    return sorted(ROOT.rglob("*.py"))


def name_of(file: Path) -> str:
    return str(file.relative_to(ROOT))


def room_of(file: Path) -> str:
    return file.relative_to(ROOT).parts[0].removesuffix(".py")


def imports(source: str, package: str) -> Iterator[str]:
    """Every module that a source imports, at the top or inside a function, however written.

    Args:
        source: the text of a module.
        package: the package it lies in, such as "tritone.models", for relative imports.
    """
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parts = package.split(".")[: 1 - node.level or None] if node.level else []
            base = ".".join([*parts, *filter(None, [node.module])])
            # `from tritone import media` imports a room too.
            yield from (f"{base}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            called = node.func.id if isinstance(node.func, ast.Name) else called
            first = node.args[0] if node.args else None
            if called in ("import_module", "__import__") and isinstance(first, ast.Constant):
                yield str(first.value).partition(":")[0]


def wrong_imports(source: str, room: str, package: str) -> list[str]:
    """Imports from beside or above."""
    wrong = []
    for module in imports(source, package):
        house, _, rest = module.partition(".")
        other = rest.split(".")[0]
        if house != "tritone" or other in ("", room) or other == "__version__":
            continue
        if other not in FLOOR or FLOOR[other] >= FLOOR[room]:
            wrong.append(module)
    return wrong


@pytest.mark.parametrize("file", code(), ids=name_of)
def test_imports_only_go_down(file: Path) -> None:
    room = room_of(file)
    assert room in FLOOR, f"{room} stands on no floor; docs/architecture.md draws the house"
    package = ".".join(["tritone", *file.relative_to(ROOT).parts[:-1]])
    assert wrong_imports(file.read_text(encoding="utf-8"), room, package) == []


@pytest.mark.parametrize(
    "source",
    [
        "from tritone.datasets.meld import read",
        "import tritone.datasets.meld",
        "import tritone.datasets as d",
        "from tritone import datasets",
        "from .. import datasets",
        "from ..datasets.meld import read",
        "def f():\n    from tritone.datasets.meld import read",
        "def f():\n    import importlib\n    importlib.import_module('tritone.datasets.meld')",
        "from tritone.learn.loop import fit",
        "import tritone.attic",
    ],
)
def test_an_import_from_beside_or_above_is_seen(source: str) -> None:
    assert wrong_imports(source, "models", "tritone.models") != []


@pytest.mark.parametrize(
    "source",
    [
        "from tritone.core.batch import Batch",
        "from tritone.models.base import FusionModel",
        "from . import base",
        "from .base import FusionModel",
        "from tritone import __version__",
        "import tritone",
        "import torch",
    ],
)
def test_an_import_from_below_is_let_through(source: str) -> None:
    assert wrong_imports(source, "models", "tritone.models") == []


@pytest.mark.parametrize("file", code(), ids=name_of)
def test_a_file_holds_one_idea(file: Path) -> None:
    lines = file.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= LONGEST_FILE
    for node in ast.walk(ast.parse("\n".join(lines))):
        if isinstance(node, ast.FunctionDef):
            start = node.body[1 if ast.get_docstring(node) else 0 :]
            length = start[-1].end_lineno - start[0].lineno + 1 if start else 0
            assert length <= LONGEST_FUNCTION, f"{node.name} is {length} lines long"


@pytest.fixture(scope="module")
def lent() -> set[str]:
    """Everything that a module of the house lends to another, to the tests or the catalogue."""
    files = [*code(), *HERE.rglob("*.py")]
    asked = {name for file in files for name in imports(file.read_text(encoding="utf-8"), "")}
    listed = {entry.path.replace(":", ".") for table in TABLES.values() for entry in table.values()}
    return asked | listed


@pytest.mark.parametrize("file", code(), ids=name_of)
def test_what_is_public_says_what_it_is(file: Path, lent: set[str]) -> None:
    """Modules, classes, and functions that another file uses; a small helper may be silent."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    module = ".".join(["tritone", *file.relative_to(ROOT).with_suffix("").parts])
    mute = [] if ast.get_docstring(tree) or not tree.body else ["the module"]
    for node in tree.body:
        public = isinstance(node, ast.ClassDef) or (
            isinstance(node, ast.FunctionDef) and f"{module}.{node.name}" in lent
        )
        if public and not node.name.startswith("_") and not ast.get_docstring(node):
            mute.append(node.name)
    assert mute == []


def test_no_file_names_this_machine() -> None:
    folders = "|".join(["wo" + "rk", "ro" + "ot", "ho" + "me"])
    machine = re.compile(rf"(?<![\w.])/(?:{folders})/\w|\.lib" + "rary")
    for top in (ROOT, HERE):
        for file in top.rglob("*"):
            if file.suffix in (".py", ".md", ".json", ".html", ".js", ".css", ".txt", ".toml"):
                assert not machine.search(file.read_text(encoding="utf-8")), file


@pytest.mark.parametrize("module", ["tritone", "tritone.cli", "tritone.catalogue"])
def test_the_door_opens_without_the_heavy_packages(module: str) -> None:
    say = f"import sys, {module}; print([m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", say], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
