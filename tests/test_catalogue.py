"""The catalogue: every line leads somewhere, and a wrong name says what would be right."""

import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tritone import catalogue, metrics
from tritone.catalogue import TABLES, Entry, entries, find, metric_named
from tritone.core.errors import UnknownName

LINES = [(kind, name) for kind, table in TABLES.items() for name in table]


@pytest.mark.parametrize(("kind", "name"), LINES, ids=lambda word: word)
def test_every_line_leads_to_something(kind: str, name: str) -> None:
    assert callable(find(kind, name))


@pytest.mark.parametrize(("kind", "name"), LINES, ids=lambda word: word)
def test_every_line_says_what_it_is(kind: str, name: str) -> None:
    entry = TABLES[kind][name]
    assert entry.path.startswith("tritone.")
    assert entry.summary and entry.source
    assert "\n" not in entry.summary


def test_entries_are_what_the_list_shows() -> None:
    rows = entries()
    assert [(row["kind"], row["name"]) for row in rows] == sorted(
        LINES, key=lambda line: (list(TABLES).index(line[0]), line[1])
    )
    assert all(set(row) == {"name", "kind", "summary", "source"} for row in rows)


def test_one_kind_is_listed_by_its_name_or_its_plural() -> None:
    assert entries("models") == entries("model")
    assert {row["kind"] for row in entries("models")} == {"model"}


def test_an_unknown_kind_is_named() -> None:
    with pytest.raises(UnknownName) as caught:
        entries("modles")
    assert str(caught.value) == (
        "There are no 'modles'. Known: models, extractors, datasets, recipes, metrics."
    )


@pytest.fixture
def two_models(monkeypatch: pytest.MonkeyPatch) -> Mapping[str, Entry]:
    table = {"lmf": Entry("a:B", "", ""), "mult": Entry("a:C", "", "")}
    monkeypatch.setattr(catalogue, "TABLES", {"model": table})
    return table


@pytest.mark.usefixtures("two_models")
def test_a_near_miss_is_named() -> None:
    with pytest.raises(UnknownName) as caught:
        find("model", "lmff")
    assert str(caught.value) == ("No model is named 'lmff'. Did you mean 'lmf'? Known: lmf, mult.")


@pytest.mark.usefixtures("two_models")
def test_a_far_miss_is_named_without_a_guess() -> None:
    with pytest.raises(UnknownName) as caught:
        find("model", "xyz")
    assert str(caught.value) == "No model is named 'xyz'. Known: lmf, mult."


def test_of_many_names_the_near_ones_are_told_and_where_all_are() -> None:
    with pytest.raises(UnknownName) as caught:
        find("model", "concat_mpl")
    assert str(caught.value) == (
        "No model is named 'concat_mpl'. Did you mean 'concat_mlp' or 'concat_lstm' or "
        f"'pca_concat'? tritone list models names all {len(TABLES['model'])}."
    )


def test_a_path_from_outside_is_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "guest_room.py").write_text("class Guest:\n    pass\n")
    monkeypatch.syspath_prepend(tmp_path)
    guest = find("model", "guest_room:Guest")
    assert guest is sys.modules["guest_room"].Guest


@pytest.mark.parametrize(
    ("path", "says"),
    [
        (
            "no_such_room:Guest",
            "'no_such_room:Guest' is no model: there is no module 'no_such_room'. "
            "Is its folder on PYTHONPATH?",
        ),
        (
            "tritone.core.batch:Guest",
            "'tritone.core.batch:Guest' is no model: module 'tritone.core.batch' has no 'Guest'.",
        ),
        ("../up:Guest", "'../up:Guest' is no model: write it as package.module:Name."),
        ("tritone:", "'tritone:' is no model: write it as package.module:Name."),
    ],
)
def test_a_wrong_path_says_what_is_wrong(path: str, says: str) -> None:
    with pytest.raises(UnknownName) as caught:
        find("model", path)
    assert str(caught.value) == says


def test_a_package_that_a_module_lacks_is_not_hidden(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "needy_room.py").write_text("import no_such_package\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModuleNotFoundError, match="no_such_package"):
        find("model", "needy_room:Guest")


@pytest.mark.parametrize("kind", ["precision", "recall", "f1"])
def test_a_figure_of_one_class_is_called_by_its_name(kind: str) -> None:
    measure = metric_named(f"{kind}_love", ("joy", "love"))
    named = getattr(metrics, f"{kind}_class")
    assert measure([1, 1, 0], [1, 0, 0]) == named([1, 1, 0], [1, 0, 0], label=1) > 0
    with pytest.raises(UnknownName):
        metric_named(f"{kind}_hate", ("joy", "love"))
