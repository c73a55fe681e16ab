"""The page of benchmarks/models.py: facts of each model, and tables of what was measured."""

import inspect
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from models_made import Found, changes, made_table
from models_measured import NONE, by_model, real, rows_of

from tritone.catalogue import MODELS, find
from tritone.core.errors import TritoneError
from tritone.core.task import Regression
from tritone.learn.pretrained import load
from tritone.models.base import FusionModel
from tritone.recipes.made import DIMS, build, channels_of

COMMAND = "python benchmarks/models.py --out docs/models.md"
STANDARD = {"text": 768, "audio": 74, "vision": 35}
PICTURE = 64 * 64
DRAWS = 5  # of first weights
STYLE = "in the style of"
OWN_ROWS = "word pieces, mel rows and crops of faces; as it ships"

HEAD = """\
# Models

Every model of the catalogue (`tritone list models`), made by

    {command}

`tritone train NAME --data SPEC` trains any of them on any store that has the channels it reads.

Reads: the channels that change its answer, of text, audio and vision. Order: whether the order of
the rows counts. Parameters: at text rows of 768, audio rows of 74 and vision rows of 35 (pictures
of 64x64 for a model that looks at pictures), for one score; "frozen" ones among them are given
behind a slash. Paper: "{style}" means that the source says too little to be followed, and that the
list below names what was taken from it; "differs" leads to the list below; "as there" means that
nothing is known to differ. S000 to S003 are the four founding papers.
"""


@dataclass(frozen=True)
class Facts:
    """What is to be said of a model beside its paper.

    Args:
        reads: the channels that change its answer.
        ordered: the order of the rows counts.
        size: weights, and those that no loss moves; "" where it cannot be built alone.
        needs: what it asks of its rows.
    """

    reads: tuple[str, ...]
    ordered: bool
    size: str
    needs: str


def page(found: Found, seeds: int, measured: Sequence[Path]) -> str:
    """The whole page.

    Args:
        found: what the models learned of the made tasks.
        seeds: how many trainings.
        measured: the JSON files of benchmarks.
    """
    rows = rows_of(measured)
    return "\n".join([*about_all(by_model(rows)), *made_table(found, seeds), *real(rows)])


def about_all(measured: Mapping[str, str]) -> Iterator[str]:
    """The table of all models, and how they differ from their papers."""
    yield HEAD.format(command=COMMAND, style=STYLE)
    yield "| model | what it does | paper | | reads | order | parameters | needs | on real data |"
    yield "|---|---|---|---|---|---|---|---|---|"
    for name, entry in MODELS.items():
        facts, said = facts_of(name), how_faithful(name)
        order = "yes" if facts.ordered else "no"
        cells = (f"`{name}`", plain(entry.summary), entry.source, said, " ".join(facts.reads))
        rest = (order, facts.size, facts.needs, measured.get(name, ""))
        yield f"| {' | '.join((*cells, *(each or NONE for each in rest)))} |"
    yield "\n## Where they differ from their papers\n"
    for name in MODELS:
        if differs := section(name, "Differs"):
            yield f"- `{name}`: {differs}"
    yield ""


def plain(summary: str) -> str:
    """A summary without what another column says."""
    return summary.replace(f" ({STYLE})", "")


def how_faithful(name: str) -> str:
    differs = section(name, "Differs")
    if STYLE in f"{MODELS[name].summary} {differs}".lower():
        return STYLE
    if MODELS[name].source == "this project":
        return "our own"
    return "differs" if differs else "as there"


def section(name: str, title: str) -> str:
    """A section of a model's docstring as one line; "" where it has none."""
    text = inspect.cleandoc(find("model", name).__doc__ or "")
    found = re.search(rf"^{title}: (.*?)(?=^\S|\Z)", text, re.DOTALL | re.MULTILINE)
    return " ".join(found[1].split()) if found else ""


def facts_of(name: str) -> Facts:
    """What can be learned of a model by building and asking it."""
    made_by = find("model", name)
    needs = re.search(r"^    dims: [^;\n]*;(.*?)(?=^    \w+:|^\S|\Z)", args_of(name), re.S | re.M)
    told = " ".join(needs[1].split()).rstrip(".") if needs else ""
    told = "; ".join(part for part in (told, "word pieces" * made_by.reads_tokens) if part)
    if name.startswith("tritone"):
        shipped = load("default").model
        return Facts(tuple(STANDARD), True, f"{weights_of(shipped):,}", OWN_ROWS)
    try:
        model = build(name, {}).eval()
    except TritoneError:
        return Facts((), True, "", told or "an encoder folder")
    with torch.random.fork_rng():
        return Facts(channels_of(model), is_ordered(name), size_of(name), told)


def args_of(name: str) -> str:
    """The arguments' part of a model's docstring."""
    return inspect.cleandoc(find("model", name).__doc__ or "").partition("Args:\n")[2]


def size_of(name: str) -> str:
    """How many weights a model has at the standard widths, frozen ones behind a slash."""
    made_by = find("model", name)
    looks = "tritone.models.pictures" in Path(inspect.getfile(made_by)).read_text(encoding="utf-8")
    model = made_by({**STANDARD, "vision": PICTURE} if looks else STANDARD, Regression())
    spared = model.frozen()
    still = sum(w.numel() for n, w in model.named_parameters() if n in spared)
    whole = weights_of(model)
    return f"{whole:,} / {still:,}" if still else f"{whole:,}"


def weights_of(model: FusionModel) -> int:
    return sum(weight.numel() for weight in model.parameters())


def is_ordered(name: str) -> bool:
    """Another order of each clip's rows changes the answer, with one of some first weights."""
    for seed in range(DRAWS):
        torch.manual_seed(seed)  # a small net of rectifiers may begin with no say in it
        if changes(build(name, {}).eval(), tuple(DIMS)):
            return True
    return False
