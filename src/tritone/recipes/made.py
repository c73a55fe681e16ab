"""Made tasks in which only fusion can win: what no channel knows alone, two know together.

    xor    yes where two channels agree in sign
    cue    two words, one of them yes and one no; a mark in another channel says which counts

Neither channel tells anything of the answer by itself, so a model that hears one, or that lets
each decide for itself, stays at 1/2: that shows that the task is fair. The cue asks for more: who
averages a channel over time before it meets the other no longer knows which word was marked.
"""

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from tritone.catalogue import find
from tritone.core.batch import Batch, Prediction, Tokens, Track
from tritone.core.task import Classes
from tritone.learn.loop import evaluating, fit
from tritone.learn.settings import Fit
from tritone.models.base import FusionModel

DIMS = {"text": 5, "audio": 3, "vision": 4}
TASK = Classes(("no", "yes"))
TIMES = 2  # words of a clip; as many rows of sound and of face, on the words' own spans
TRAIN, VAL, TEST, BATCH = 512, 128, 512, 64
NOISE = 0.3
FIRST_WORD = 5  # token of a word that says no; the next one says yes
# Step sizes, each with its share of the epochs, tried in turn; the val clips choose. The last is
# for those that a quick pace keeps from learning: terms beside the task empty MISA's spaces before
# the task finds them, and ALMT's words, which only steer what is taken of the face, start slowly.
QUICK = ((3e-3, 1), (1e-3, 1))
PACES = (*QUICK, (3e-4, 4))
SOLVED = 0.99  # of the val clips: no need to go on

# There is no lack of clips to learn from, and they are simple: models are small, without dropout,
# and hide nothing in training. Each takes those of these options that it has.
SMALL: Mapping[str, Any] = {
    "dropout": 0.0,
    "post_dropout": 0.0,
    "out_dropout": 0.0,
    "rates": (0.0, 0.0),
    "depth": 1,
    "self_depth": 1,
    "steps": 2 * TIMES,
    "slots": 2 * TIMES,
    "clips": TRAIN,
    "sequences": tuple(DIMS),
}
SMALLER: Mapping[str, Mapping[str, Any]] = {
    "adieu_net": {"short": 9, "long": 17},
    "emt_dlfr": {"width": 32},
    "self_mm": {"sequences": dict.fromkeys(DIMS, 32)},
    "lnln": {"width": 32, "heads": 4},
    "almt": {"width": 64, "heads": 4},
    "dmd": {"width": 20, "heads": 4},
    "dlf": {"width": 20, "heads": 4},
    "tfr_net": {"width": 20, "heads": 4},
    "misa": {"width": 64},
    "mult": {"width": 20, "heads": 4},
    **{name: {"width": 12, "hidden": 64} for name in ("tfn", "tfn_trimodal", "mtfn")},
}

Pair = tuple[str, str]


@dataclass(frozen=True)
class Made:
    """A made task.

    Args:
        name: how it is called.
        pair: the channels that know the answer together, where a model reads them.
        draw: clips, seed and pair to that many clips.
        settings: how long a model may learn.
        paces: step sizes that it may try, and the share of the epochs for each.
    """

    name: str
    pair: Pair
    draw: Callable[[int, int, Pair], Batch]
    settings: Fit
    paces: Sequence[tuple[float, int]] = PACES


def xor(clips: int, seed: int, pair: Pair) -> Batch:
    """Clips whose rows carry the sign of their channel; yes where the pair's signs agree."""
    chance = torch.Generator().manual_seed(seed)
    signs = torch.randint(0, 2, (clips, len(DIMS)), generator=chance) * 2 - 1
    told = signs.unsqueeze(1).expand(clips, TIMES, len(DIMS))
    one, other = (list(DIMS).index(channel) for channel in pair)
    return batch_of(told.float(), signs[:, one] * signs[:, other] > 0, chance)


def cue(clips: int, seed: int, pair: Pair) -> Batch:
    """Clips of words that say yes or no; yes where the word under the other channel's mark does.

    Half of the words of each clip say yes, and every place is marked as often: the words alone
    tell nothing, nor does the mark.
    """
    chance = torch.Generator().manual_seed(seed)
    halves = torch.tensor([1.0, -1.0]).repeat(TIMES // 2)
    orders = torch.rand(clips, TIMES, generator=chance).argsort(dim=1)
    words = halves[orders]
    place = torch.randint(0, TIMES, (clips,), generator=chance)
    marks = torch.nn.functional.one_hot(place, TIMES) * 2.0
    told = torch.zeros(clips, TIMES, len(DIMS))
    for channel, rows in zip(pair, (words, marks), strict=True):
        told[..., list(DIMS).index(channel)] = rows
    return batch_of(told, words.gather(1, place.unsqueeze(1)).squeeze(1) > 0, chance)


def batch_of(told: Tensor, yes: Tensor, chance: torch.Generator) -> Batch:
    """Clips of noise, in which the first number of each row tells what it is to tell.

    The second number is the clip's own, the same in all channels: what they share, and of no use.

    Args:
        told: (clip, row, channel), in the order of `DIMS`.
        yes: which clips are to be answered with yes.
        chance: where the noise is drawn from.
    """
    clips, times, _ = told.shape
    ends = (1.0 + torch.arange(times)) / times
    spans = torch.stack([ends - 1 / times, ends], dim=1).expand(clips, times, 2)
    mask, tracks = torch.ones(clips, times, dtype=torch.bool), {}
    shared = torch.randn(clips, 1, generator=chance)
    for place, (channel, dim) in enumerate(DIMS.items()):
        rows = NOISE * torch.randn(clips, times, dim, generator=chance)
        rows[..., 0] += told[..., place]
        rows[..., 1] += shared
        tracks[channel] = Track(rows, mask, spans)
    words = FIRST_WORD + (told[..., list(DIMS).index("text")] > 0).long()
    return Batch(
        ids=tuple(f"clip{i}" for i in range(clips)),
        tracks=tracks,
        target=yes.long(),
        tokens=Tokens(words, mask),
        rows=torch.arange(clips),
        dialogues=(None,) * clips,
        positions=torch.full((clips,), -1),
    )


MADE = {
    "xor": Made("xor", ("text", "audio"), xor, Fit(epochs=24)),
    "cue": Made("cue", ("text", "vision"), cue, Fit(epochs=40)),
}


class Learned(Exception):
    """The val clips are answered right: nothing is left to learn."""


def accuracy_of(
    name: str, made: Made, seed: int, options: Mapping[str, Any] | None = None
) -> float:
    """Train a model on a made task by the one loop, and ask about clips that it has not met.

    Args:
        name: the model, of the catalogue.
        made: the task.
        seed: of the weights, the clips and the order.
        options: the model's own; as `build` makes it where they say nothing.
    """
    pair = pair_for(build(name, options or {}), made)
    train, val, test = (
        parts_of(made.draw(clips, 3 * seed + place, pair))
        for place, clips in enumerate((TRAIN, VAL, TEST))
    )
    tries = []
    for pace, share in made.paces:
        torch.manual_seed(seed)
        model = build(name, options or {})
        settings = replace(made.settings, lr=pace, epochs=share * made.settings.epochs)
        taught(model, train, val, settings, seed)
        tries.append((right_share(model, val), right_share(model, test)))
        if tries[-1][0] >= SOLVED or not learns(model):
            break
    return max(tries, key=lambda shares: shares[0])[1]


def taught(
    model: FusionModel, train: Sequence[Batch], val: Sequence[Batch], settings: Fit, seed: int
) -> None:
    """Train a model in place, until the val clips are answered right or the time is over."""
    model.prepare(train)

    def order(epoch: int) -> Iterable[Batch]:
        chance = torch.Generator().manual_seed(1000 * seed + epoch)
        return [train[i] for i in torch.randperm(len(train), generator=chance).tolist()]

    def watch(_: int, kept: FusionModel) -> None:
        if right_share(kept, val) >= SOLVED:
            raise Learned

    try:
        settings = settings if learns(model) else replace(settings, epochs=1)
        fit(model, order, len(train), settings, seed=seed, watch=watch)
    except Learned:
        pass
    model.settle(val)


def build(name: str, options: Mapping[str, Any]) -> FusionModel:
    """The model for the made clips: small, as `SMALL` says, where no option says otherwise."""
    made = find("model", name)
    asked = inspect.signature(made).parameters
    small = {option: value for option, value in SMALL.items() if option in asked}
    return made(DIMS, TASK, **{**small, **SMALLER.get(name, {}), **options})


def learns(model: FusionModel) -> bool:
    """The loop has something to move: not all is fitted in closed form."""
    spared = model.fitted() | model.frozen()
    return any(name not in spared for name, _ in model.named_parameters())


def pair_for(model: FusionModel, made: Made) -> Pair:
    """The channels that the task is about: its own, if the model reads both.

    A model of two other channels is asked about these; of one, about that and another.
    """
    heard = channels_of(model)
    if set(made.pair) <= set(heard):
        return made.pair
    first, second, *_ = [*heard, *(channel for channel in DIMS if channel not in heard)]
    return first, second


def channels_of(model: FusionModel) -> tuple[str, ...]:
    """The channels that change what a model says, on clips of noise; all where none does."""
    batch = xor(16, 0, ("text", "audio"))
    with evaluating(model), torch.random.fork_rng():
        whole = model(batch).score
        heard = [c for c in DIMS if not torch.equal(model(without(batch, c)).score, whole)]
    return tuple(heard or DIMS)


def without(batch: Batch, channel: str) -> Batch:
    """The clips without one channel; their word pieces go with the text."""
    track = batch[channel]
    gone = torch.zeros_like(track.mask)
    tracks = {**batch.tracks, channel: replace(track, mask=gone)}
    tokens = batch.tokens
    if channel == "text" and tokens is not None:
        tokens = Tokens(tokens.ids, torch.zeros_like(tokens.mask))
    return replace(batch, tracks=tracks, tokens=tokens)


def parts_of(clips: Batch) -> list[Batch]:
    """The clips in batches, as the loop takes them."""
    return [rows_of(clips, at) for at in torch.arange(len(clips)).split(BATCH)]


def rows_of(clips: Batch, at: Tensor) -> Batch:
    """Some of the clips."""
    places = at.tolist()
    assert clips.target is not None and clips.tokens is not None  # `batch_of` sets both
    return Batch(
        ids=tuple(clips.ids[i] for i in places),
        tracks={m: Track(t.values[at], t.mask[at], t.spans[at]) for m, t in clips.tracks.items()},
        target=clips.target[at],
        tokens=Tokens(clips.tokens.ids[at], clips.tokens.mask[at]),
        rows=at,
        dialogues=(None,) * len(places),
        positions=torch.full((len(places),), -1),
    )


def right_share(model: FusionModel, batches: Iterable[Batch]) -> float:
    """The share of clips that are answered right."""
    with evaluating(model):
        answers = torch.cat([is_right(model(batch), batch) for batch in batches])
    return answers.float().mean().item()


def is_right(prediction: Prediction, batch: Batch) -> Tensor:
    """Which clips are answered right."""
    return prediction.score.argmax(dim=1) == batch.target
