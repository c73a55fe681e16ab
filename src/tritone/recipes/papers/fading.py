"""What is left as less is there: S000's question of attention, and any row that was studied so."""

from collections.abc import Iterator

from tritone.assess.curves import Curve, Robustness, read_robustness, share
from tritone.assess.report import Figure, number
from tritone.metrics.significance import Comparison
from tritone.recipes.benchmark.studied import whole
from tritone.recipes.papers.attention import VOTE, WITH, WITHOUT, Attention
from tritone.recipes.papers.claims import Where
from tritone.recipes.papers.found import Block
from tritone.recipes.papers.tables import head_lines, row_line

LOST = ("rows", "channels", "noise")


def fading_lines(where: Where, block: Block | None) -> Iterator[str]:
    """Every row of some data that was studied with less and less there."""
    studied = studied_in(block)
    if not studied:
        command = f"tritone benchmark {where.suite} --data ROOT --out DIR --robustness"
        yield f"What is left of the rows of *{where.data}* was not studied: `{command}`."
        yield ""
        return
    yield (
        f"*{where.data}*, {where.metric} on average as more is lost of all channels, and the share "
        "of the gain over the floor that is kept:"
    )
    yield ""
    yield from head_lines("row", "nothing lost", *(f"{name} lost" for name in LOST[:2]), "noise")
    for name, found in studied.items():
        clean = found.patterns[found.channels].get(where.metric)
        told = [faded(found, damage, where.metric) for damage in LOST]
        yield row_line(name, interval(clean), *told)
    yield ""


def studied_in(block: Block | None) -> dict[str, Robustness]:
    """Rows that were studied to what was found."""
    rows = {} if block is None else block.rows
    told = {name: row.get("robustness") for name, row in rows.items()}
    return {name: read_robustness(said) for name, said in told.items() if said and "curves" in said}


def faded(found: Robustness, damage: str, metric: str) -> str:
    """The mean height of a curve of all channels, and what it keeps."""
    wanted = (damage, whole(found))
    curve: Curve | None = next(
        (one for one in found.curves if (one.damage, one.of) == wanted), None
    )
    if curve is None or metric not in curve.area:
        return "-"
    return f"{interval(curve.area[metric])}, {share(curve.kept[metric])}"


def interval(figure: Figure | None) -> str:
    """A figure with its interval."""
    if figure is None:
        return "-"
    return f"{number(figure.value)} [{number(figure.low)}, {number(figure.high)}]"


def attention_lines(where: Where, told: Attention | str) -> Iterator[str]:
    """S000's question, answered on some data."""
    yield f"### Section 3.2.4 on {where.data}: does attention add robustness?"
    yield ""
    yield (
        "- Claimed: the attention layer 'is likely to provide more robustness where certain "
        "modalities are more critical'; the paper does not measure it."
    )
    if isinstance(told, str):
        yield f"- Not measured: {told}"
        yield ""
        return
    yield f"- {answer(told)}"
    yield ""
    yield from head_lines("lost, rates 0 to 1", "A0", "A1", "A2", "A2 less A1 [95 %]")
    for of, apart in told.curves.items():
        heights = [number(told.areas[name][of]) for name in (VOTE, WITHOUT, WITH)]
        yield row_line(f"{of}: mean accuracy", *heights, difference(apart))
    for pattern, apart in told.apart.items():
        values = [number(told.patterns[pattern][name]) for name in (VOTE, WITHOUT, WITH)]
        after = f"{difference(apart)}, p {number(told.adjusted[pattern])}"
        yield row_line(f"only {' + '.join(pattern)} there", *values, after)
    yield ""
    yield (
        f"{told.n} clips, the same ones lost for all. Intervals are for other clips and seeds; p "
        "is of the patterns, by Holm over them all."
    )
    yield ""


def answer(told: Attention) -> str:
    """Whether A2's curve lies above A1's, in a sentence."""
    apart = told.curves["all"]
    means = f"over all rates of lost channels A2's mean accuracy less A1's is {difference(apart)}"
    if apart.low > 0:
        return f"Measured: yes here: {means}."
    if apart.high < 0:
        return f"Measured: here it takes some away: {means}."
    return f"Measured: it cannot be shown here: {means}, an interval that holds 0."


def difference(apart: Comparison) -> str:
    """A difference with its interval."""
    return f"{apart.difference:+.3f} [{apart.low:+.3f}, {apart.high:+.3f}]"
