"""Which words said so: how much the valence of a text falls when a word is left out."""

from collections.abc import Callable, Sequence

from jaxtyping import Float
from torch import Tensor

Valence = Callable[[Sequence[str]], Float[Tensor, " batch"]]


def word_valences(
    valence: Valence,
    texts: Sequence[str],
    *,
    nothing: float = 0.0,
    most: int = 48,
    batch_size: int = 64,
) -> list[tuple[float, ...]]:
    """For each word of each text, how far it moves the valence: -1 to 1, 0 for no effect.

    Words are those of `text.split()`. Each is left out in turn; in a text of more than
    `most` words, so many neighbours at a time that `most` readings are enough.

    Source: Li, Monroe & Jurafsky 2016, "Understanding Neural Networks through
        Representation Erasure". https://arxiv.org/abs/1612.08220
    Differs: the difference of valences, not of the log likelihood of a class.

    Args:
        valence: reads texts, none of them empty, and gives the valence of each.
        nothing: the valence of a text without words.
        most: readings spent on one text at most.
        batch_size: texts read at once.
    """
    runs = [_runs(text.split(), most) for text in texts]
    wanted = {" ".join(text.split()) for text in texts}
    wanted |= {rest for text, run in zip(texts, runs, strict=True) for rest in _rests(text, run)}
    read = _read(valence, wanted - {""}, batch_size)
    read[""] = nothing
    return [_effects(text, run, read) for text, run in zip(texts, runs, strict=True)]


def _runs(words: list[str], most: int) -> list[range]:
    """Neighbouring words to leave out together: one each, while they are few."""
    length = -(-len(words) // most) or 1
    return [range(start, min(start + length, len(words))) for start in range(0, len(words), length)]


def _rests(text: str, runs: list[range]) -> list[str]:
    """The text without each run."""
    words = text.split()
    return [" ".join(words[: run.start] + words[run.stop :]) for run in runs]


def _read(valence: Valence, texts: set[str], batch_size: int) -> dict[str, float]:
    """The valence of each text; alike lengths are read together, to spare padding."""
    ordered = sorted(texts, key=lambda text: (len(text), text))
    read = {}
    for start in range(0, len(ordered), batch_size):
        some = ordered[start : start + batch_size]
        read.update(zip(some, valence(some).tolist(), strict=True))
    return read


def _effects(text: str, runs: list[range], read: dict[str, float]) -> tuple[float, ...]:
    whole = read[" ".join(text.split())]
    effects = []
    for run, rest in zip(runs, _rests(text, runs), strict=True):
        effects += [max(-1.0, min(1.0, whole - read[rest]))] * len(run)
    return tuple(effects)
