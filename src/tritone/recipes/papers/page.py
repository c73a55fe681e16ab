"""docs/papers.md: what each table of the papers claims, beside its floor and what we measured.

Claims are facts of the papers and stand in `claims`; every figure of ours is read from what a
benchmark left, and what was not run says so.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tritone.assess.page import MARKS
from tritone.assess.report import number
from tritone.recipes.papers.attention import Attention
from tritone.recipes.papers.claims import CITED, PAPERS, Cited, Paper, Study, Where
from tritone.recipes.papers.fading import attention_lines, fading_lines
from tritone.recipes.papers.found import Block, Found
from tritone.recipes.papers.tables import head_lines, row_line

HEAD = """\
# The papers' tables

For every table and figure of the four founding papers: what it claims, what looking at nothing
scores there, the command that would reproduce it on the real corpus, and what we measured of the
same models on the corpora that are here. Our corpora are not the papers': their figures stand
beside ours, and nothing is claimed over them.

This page is written by `python benchmarks/papers.py RUNS... --out docs/papers.md` from what
`tritone benchmark papers-mosi`, `papers-mmmo` and others left; no figure of ours is typed. A figure
has its 95 % interval, for other clips (videos, where the data have them) and other seeds, and after
± the spread of its seeds. Recipes: `tritone list recipes`.
"""


NOT_RUN = "not run"


def page(found: Found, attention: Mapping[Where, Attention | str]) -> str:
    """The whole page.

    Args:
        found: what benchmarks found.
        attention: where S000's models were measured to the study of A2 beside A1, or why there
            is none.
    """
    parts, told_of = [HEAD], set()
    for paper in PAPERS:
        parts.append("\n".join(lines_of(paper, found, told_of)))
        if paper is PAPERS[0]:
            parts += ["\n".join(attention_lines(where, told)) for where, told in attention.items()]
    parts += ["\n".join(cited_lines(CITED)), "\n".join(mark_lines(found))]
    return "\n".join(parts)


def lines_of(paper: Paper, found: Found, told_of: set[tuple[str, str]]) -> Iterator[str]:
    """One paper; what was told of some data is not told again, and is added to `told_of`."""
    yield f"## {paper.name}: {paper.title}"
    yield ""
    for study in paper.studies:
        yield from study_lines(study, found)
        if study.fades:
            for where in study.measured:
                yield from fading_lines(where, found.block(where))
        for where in study.measured:
            if (where.suite, where.data) not in told_of:
                told_of.add((where.suite, where.data))
                metrics = [one.metric for one in study.measured if one.data == where.data]
                yield from where_lines(where, found.block(where), metrics)


def study_lines(study: Study, found: Found) -> Iterator[str]:
    """One table or figure."""
    yield f"### {study.place}: {study.about}"
    yield ""
    yield f"- On: {study.corpus}. Floor there: {study.floor}."
    if any(claim.recipe for claim in study.claims):
        yield f"- Would reproduce it: `tritone train RECIPE --data {study.data}`"
    yield f"- Missing here: {study.missing}"
    yield from (f"- {note}" for note in study.notes)
    yield ""
    heads = [f"ours, {where.data}: {where.metric}" for where in study.measured]
    yield from head_lines("row", "the paper", "RECIPE", *heads)
    for claim in study.claims:
        recipe = f"`{claim.recipe}`" if claim.recipe else "-"
        ours = [
            figure(found.row(where, claim.called), where.metric) if found.block(where) else NOT_RUN
            for where in study.measured
        ]
        yield row_line(claim.what, claim.says, recipe, *ours)
    yield ""


def figure(row: Mapping[str, Any] | None, metric: str) -> str:
    """One of our figures with its interval, spread and marks."""
    said = (row or {}).get("metrics", {}).get(metric)
    if row is None or said is None or said.get("value") is None:
        return "-"
    text = number(said["value"])
    if said.get("low") is not None:
        text += f" [{number(said['low'])}, {number(said['high'])}]"
    if said.get("spread") is not None:
        text += f" ± {number(said['spread'])}"
    marks = [mark for mark in row["marks"] if mark != "selected_on_reported_split"]
    return f"{text} {', '.join(marks)}".rstrip()


def where_lines(where: Where, block: Block | None, metrics: Sequence[str]) -> Iterator[str]:
    """What must be known of the data that ours were measured on."""
    if block is None:
        command = f"tritone benchmark {where.suite} --data ROOT --out DIR"
        yield f"*{where.data}* was {NOT_RUN}: `{command}`."
        yield ""
        return
    about = block.about
    trained = next(row for row in block.rows.values() if row["seeds"])
    groups = f" in {about['groups']} groups" if about["groups"] else ""
    seeds = "1 seed" if trained["seeds"] == 1 else f"{trained['seeds']} seeds"
    shortened = ", run with `--fast`" if about.get("fast") else ""
    yield (
        f"*{where.data}* (`{where.suite}`): {about['target']} of {about['n']} {about['split']} "
        f"clips{groups}, trained on {about['train']}, {seeds}{shortened}."
    )
    for metric in dict.fromkeys(metrics):
        floors = [f"{row['model']} {value_of(row, metric)}" for row in block.floors]
        yield f"Floors, {metric}: {', '.join(floors)}."
        alone = [f"{'+'.join(row['channels'])} {figure(row, metric)}" for row in block.controls]
        if alone:
            yield f"One channel by a plain net, {metric}: {'; '.join(alone)}."
    smallest = about.get("smallest_difference") or {}
    if smallest.get("value") is not None:
        yield (
            f"The smallest difference in {smallest['metric']} that these clips can show: "
            f"{number(smallest['value'])}."
        )
    if any("selected_on_reported_split" in row["marks"] for row in block.rows.values()):
        yield (
            "All rows are `selected_on_reported_split`: epochs were chosen on the clips that are "
            "reported, since there is no other part."
        )
    yield ""


def value_of(row: Mapping[str, Any], metric: str) -> str:
    """A plain value of a row."""
    value = row["metrics"].get(metric, {}).get("value")
    return "-" if value is None else number(value)


def cited_lines(cited: Sequence[Cited]) -> Iterator[str]:
    """Names that the papers only cite."""
    yield "## Names that the papers only cite"
    yield ""
    yield from head_lines("name", "cited by", "built as", "how, or why it is left")
    for one in cited:
        built = f"`{one.built}`" if one.built else "left"
        yield row_line(one.name, one.by, built, one.why or "-")
    yield ""


def mark_lines(found: Found) -> Iterator[str]:
    """What the marks of the rows mean."""
    used = {
        m for block in found.blocks.values() for row in block.rows.values() for m in row["marks"]
    }
    if used:
        yield "## Marks"
        yield ""
        yield from (f"- `{mark}`: {MARKS.get(mark, '')}" for mark in sorted(used))
