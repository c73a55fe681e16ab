"""The kinds of things that are said of a paper."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Claim:
    """One row of a table, or one statement.

    Args:
        what: the row.
        says: what the paper gives for it.
        recipe: what trains it, as `tritone train` takes it; "" where nothing does.
        row: how it is called in our tables; the recipe's name by default.
    """

    what: str
    says: str
    recipe: str = ""
    row: str = ""

    @property
    def called(self) -> str:
        """How it is called in our tables."""
        return self.row or self.recipe


@dataclass(frozen=True)
class Where:
    """Where something was measured.

    Args:
        suite: of `tritone benchmark`.
        data: how the data are called in its table.
        metric: which figure stands beside the paper's.
    """

    suite: str
    data: str
    metric: str = "accuracy"


@dataclass(frozen=True)
class Study:
    """A table, a figure or an experiment.

    Args:
        place: where in the paper.
        about: what is compared.
        corpus: on what, as the paper says.
        floor: what looking at nothing scores there, as it was computed of published labels.
        data: the SPEC that the command reads on the real corpus.
        claims: the rows.
        measured: where we measured the same rows.
        missing: what is missing to measure it on the real corpus.
        notes: what contradicts itself, or cannot be as it is said.
        fades: it is about what is left as less is there; shown where that was studied.
    """

    place: str
    about: str
    corpus: str
    floor: str
    data: str
    claims: tuple[Claim, ...]
    measured: tuple[Where, ...]
    missing: str
    notes: tuple[str, ...] = ()
    fades: bool = False


@dataclass(frozen=True)
class Paper:
    """A founding paper.

    Args:
        name: S000 to S003.
        title: of the paper.
        studies: its tables and figures.
    """

    name: str
    title: str
    studies: tuple[Study, ...]


@dataclass(frozen=True)
class Cited:
    """A name that the papers only cite.

    Args:
        name: as they write it.
        by: which of them.
        built: the name in `tritone list models`, or the command; "" where it is left.
        why: why it is left, or what was built in its place.
    """

    name: str
    by: str
    built: str = ""
    why: str = ""
