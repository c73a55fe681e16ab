"""What each model learned of the made tasks, as a table of the page of benchmarks/models.py."""

import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import torch
from models_measured import NONE
from torch import Tensor

from tritone.catalogue import MODELS, find
from tritone.core.batch import Batch
from tritone.core.errors import TritoneError
from tritone.learn.loop import evaluating
from tritone.metrics.seeds import seeds_interval
from tritone.models.base import FusionModel
from tritone.recipes import made
from tritone.recipes.made import MADE, build, channels_of, pair_for

LEARNED, CHANCE = 0.9, 0.1  # a task is learned from here on; so far from 1/2 is still chance
BRIEFLY = 8  # epochs, for a model that cannot learn a task by construction
ROUNDING = 1e-3  # of the spread between clips
OWN_TASK = "says nothing but the emotions and sentiments that it ships with"
CARRIES = "reads words by a pretrained encoder, to which a made word says nothing"
HEARS = "hears samples by a pretrained encoder, to which a made row says nothing"

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
# Found by training it with adverse, complete and rebuild set to 0, at the last of the paces.
HELD_BACK = {
    ("lnln", "cue"): "terms beside the task hold it back; without them it was learned",
}
MADE_TITLE = "## Made tasks\n"
MADE_HEAD = """\
## Made tasks

Two tasks that only fusion can solve; `tritone.recipes.made` makes them.

- **xor**: yes where two channels agree in sign.
- **cue**: two words, one of which says yes and one no; a mark in another channel, at the time of
  one of them, says which counts.

Neither channel tells anything by itself: {chance}. A model is trained on {train} clips, for at most
{epochs} epochs, and asked about {test} others. The pair is {pairs}, or the channels that the model
reads. Paces are tried in turn until one solves the clips kept for choosing: {paces};
{longer} times as many epochs go with the last. Shares of right answers: the mean of up to {seeds}
seeds [95 % interval over the seeds]; where no interval stands, of one.

The models are small here (`tritone.recipes.made.SMALL`). Some cannot learn a task by construction,
and the last column says why: that one hears a single channel, adds up what each channel says, or
averages a channel over time was found out by asking it, with the rows of one channel exchanged or
turned round; that each channel decides alone is what late fusion is. These are trained for {brief}
epochs at the first two paces, which shows that the task is fair.
"""


def with_rows(text: str, found: Found, seeds: int) -> str:
    """A page that stands, with the made tasks told anew; models that are not in `found` stay.

    Raises:
        SystemExit: the page has no such part.
    """
    before, title, rest = text.partition(MADE_TITLE)
    if not title:
        sys.exit(f"The page has no part {MADE_TITLE!r}. Make all of it, without --rows.")
    part, mark, after = rest.partition("\n## ")
    kept = {row[1]: row[0] for row in re.finditer(r"^\| `(\w+)` \|.*$", part, re.MULTILINE)}
    return f"{before}{chr(10).join(made_table(found, seeds, kept))}{mark}{after}"


def with_made_of(text: str, other: str) -> str:
    """A page with the part on the made tasks of another one."""
    before, title, rest = text.partition(MADE_TITLE)
    _, mark, after = rest.partition("\n## ")
    made_part = other.partition(MADE_TITLE)[2].partition("\n## ")[0]
    return f"{before}{title}{made_part}{mark}{after}"


def made_table(found: Found, seeds: int, kept: Mapping[str, str] | None = None) -> Iterator[str]:
    """What each model learned of the made tasks, and why some cannot.

    Args:
        found: what was measured.
        seeds: how many trainings.
        kept: rows for models that were not.
    """
    yield MADE_HEAD.format(
        chance="who hears one, or lets each decide for itself, is right half of the time",
        train=made.TRAIN,
        test=made.TEST,
        epochs=" and ".join(str(task.settings.epochs) for task in MADE.values()),
        pairs="; ".join(f"{' and '.join(task.pair)} ({name})" for name, task in MADE.items()),
        paces=", ".join(f"{pace:g}" for pace, _ in made.PACES),
        longer=made.PACES[-1][1],
        seeds=seeds,
        brief=BRIEFLY,
    )
    yield f"| model | channels | {' | '.join(MADE)} | |"
    yield f"|---|---|{'---|' * (len(MADE) + 1)}"
    for name in MODELS:
        if name not in found and kept and name in kept:
            yield kept[name]
            continue
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
    carries = CARRIES if find("model", name).reads_tokens else HEARS
    try:
        return carries if build(name, {}).carried() else ""
    except TritoneError:
        return carries


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
        reason = by_construction(name, task, model, pair) or HELD_BACK.get((name, task))
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
