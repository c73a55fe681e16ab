"""The page of benchmarks/models.py: facts of each model, and tables of what was measured."""

import inspect
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from models_measured import NONE, by_model, real, rows_of
from torch import Tensor

from tritone.catalogue import MODELS, find
from tritone.core.batch import Batch
from tritone.core.errors import TritoneError
from tritone.core.task import Regression
from tritone.learn.loop import evaluating
from tritone.learn.pretrained import load
from tritone.metrics.seeds import seeds_interval
from tritone.models.base import FusionModel
from tritone.recipes import made
from tritone.recipes.made import DIMS, MADE, build, channels_of, pair_for

COMMAND = "python benchmarks/models.py --out docs/models.md"
STANDARD = {"text": 768, "audio": 74, "vision": 35}
PICTURE = 64 * 64
LEARNED, CHANCE = 0.9, 0.1  # a task is learned from here on; so far from 1/2 is still chance
STYLE = "in the style of"
BRIEFLY = 8  # epochs, for a model that cannot learn a task by construction
ROUNDING = 1e-3  # of the spread between clips
OWN_ROWS = "word pieces, mel rows and crops of faces; as it ships"
OWN_TASK = "says nothing but the emotions and sentiments that it ships with"
CARRIES = "reads words by a pretrained encoder, to which a made word says nothing"

Found = dict[str, dict[str, dict[str, float]]]
"""Model to made task to seed to the share of clips answered right."""

WHY = {
    "one": "hears one channel",
    "alone": "each channel decides alone",
    "adds": "adds up what each channel says",
    "mean": "averages a channel over time before it meets another",
    "shared": "keeps what the channels share, not where they differ",
}
ALONE = ("modality_transformer", "late_vote", "weighted_average", "stacking", "stacking_encoders")
ADDS = ("lexicon", "thmm")  # nearly: their sums are of shares, or of likelihoods
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
MADE_HEAD = """\
## Made tasks

Two tasks that only fusion can solve; `tritone.recipes.made` makes them.

- **xor**: yes where two channels agree in sign.
- **cue**: two words, one of which says yes and one no; a mark in another channel, at the time of
  one of them, says which counts.

Neither channel tells anything by itself: {chance}. A model is trained on {train} clips, for at most
{epochs} epochs, and asked about {test} others. The pair is {pairs}, or the channels that the model
reads. Shares of right answers: the mean of up to {seeds} seeds [95 % interval over
the seeds]; where no interval stands, of one.

The models are small here (`tritone.recipes.made.SMALL`). Some cannot learn a task by construction,
and the last column says why: that one hears a single channel, adds up what each channel says, or
averages a channel over time was found out by asking it, with the rows of one channel exchanged or
turned round; that each channel decides alone is what late fusion is. These are trained for {brief}
epochs, which shows that the task is fair.
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
        reads, ordered = channels_of(model), is_ordered(model)
    return Facts(reads, ordered, size_of(name), told)


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


def is_ordered(model: FusionModel) -> bool:
    """Another order of each clip's rows changes the answer."""
    return changes(model, tuple(DIMS))


def averages(model: FusionModel, pair: Sequence[str]) -> bool:
    """It does not know one channel's rows from the same rows the other way round."""
    return not all(changes(model, (channel,)) for channel in pair)


def changes(model: FusionModel, turned: Sequence[str]) -> bool:
    """Some channels' rows the other way round change the answer, by more than rounding."""
    batch = MADE["cue"].draw(16, 0, MADE["cue"].pair)
    tracks = {
        m: replace(t, values=t.values.flip(1)) if m in turned else t
        for m, t in batch.tracks.items()
    }
    tokens = batch.tokens and replace(batch.tokens, ids=batch.tokens.ids.flip(1))
    other = replace(batch, tracks=tracks, tokens=tokens if "text" in turned else batch.tokens)
    score, again = scores(model, batch), scores(model, other)
    return bool((again - score).abs().max() > ROUNDING * score.std(dim=0).max())


def adds_up(model: FusionModel, pair: Sequence[str]) -> bool:
    """What one channel of a pair adds to the score does not depend on the other."""
    here, there = (MADE["xor"].draw(16, seed, MADE["xor"].pair) for seed in (0, 1))

    def with_both(one: Batch, other: Batch) -> Tensor:
        tracks = {**here.tracks, pair[0]: one[pair[0]], pair[1]: other[pair[1]]}
        return scores(model, replace(here, tracks=tracks))

    whole = with_both(here, here)
    apart = with_both(here, there) + with_both(there, here) - with_both(there, there) - whole
    return bool(apart.abs().max() <= ROUNDING * whole.std(dim=0).max())


def scores(model: FusionModel, batch: Batch) -> Tensor:
    """What a model says, without dropout and chance."""
    with evaluating(model), torch.random.fork_rng():
        return model(batch).score


def made_table(found: Found, seeds: int) -> Iterator[str]:
    """What each model learned of the made tasks, and why some cannot."""
    yield MADE_HEAD.format(
        chance="who hears one, or lets each decide for itself, is right half of the time",
        train=made.TRAIN,
        test=made.TEST,
        epochs=" and ".join(str(task.settings.epochs) for task in MADE.values()),
        pairs="; ".join(f"{' and '.join(task.pair)} ({name})" for name, task in MADE.items()),
        seeds=seeds,
        brief=BRIEFLY,
    )
    yield f"| model | channels | {' | '.join(MADE)} | |"
    yield f"|---|---|{'---|' * (len(MADE) + 1)}"
    for name in MODELS:
        if name not in found:
            why = left_out(name) or "not measured"
            yield f"| `{name}` | {NONE} | {' | '.join(NONE for _ in MADE)} | {why} |"
            continue
        model = build(name, {})
        pairs = {task: pair_for(model, made) for task, made in MADE.items()}
        told = dict.fromkeys(" + ".join(pair) for pair in pairs.values())
        shares = [share_text(found[name].get(task, {}).values()) for task in MADE]
        why = remark(name, model, pairs, found[name])
        yield f"| `{name}` | {', '.join(told)} | {' | '.join(shares)} | {why} |"
    yield ""


def left_out(name: str) -> str:
    """Why a made task cannot be put to a model; "" where it can."""
    if name.startswith("tritone"):
        return OWN_TASK
    try:
        return CARRIES if build(name, {}).carried() else ""
    except TritoneError:
        return CARRIES


def share_text(shares: Iterable[float]) -> str:
    """The mean over the seeds with its interval."""
    each = list(shares)
    if len(each) < 2:
        return f"{each[0]:.2f}" if each else NONE
    spread = seeds_interval(each)
    low, high = max(0.0, spread.low), min(1.0, spread.high)
    return f"{spread.mean:.2f} [{low:.2f}, {high:.2f}]"


def remark(
    name: str,
    model: FusionModel,
    pairs: Mapping[str, Sequence[str]],
    found: Mapping[str, Mapping[str, float]],
) -> str:
    """Why a model does not learn a task, where it does not."""
    said = []
    for task, pair in pairs.items():
        shares = list(found.get(task, {}).values())
        if not shares or min(shares) >= LEARNED:
            continue
        at_chance = abs(sum(shares) / len(shares) - 1 / 2) <= CHANCE
        reason = by_construction(name, task, model, pair)
        said.append(f"{task}: {reason or ('not learned' if at_chance else 'learned in part')}")
    return "; ".join(said)


def by_construction(name: str, task: str, model: FusionModel, pair: Sequence[str]) -> str:
    """Why a model cannot learn a task however long it tries; "" where nothing is known."""
    if len(channels_of(model)) == 1:
        return WHY["one"]
    if name in ALONE:
        return WHY["alone"]
    if name in ADDS or adds_up(model, pair):
        return WHY["adds"]
    if task == "cue" and averages(model, pair):
        return WHY["mean"]
    return WHY["shared"] if name == "cca_concat" else ""
