"""What the labels of a manifest mean: shared words or words of its own, and on which scale."""

from collections.abc import Mapping
from dataclasses import replace

from tritone.core.clip import Clip
from tritone.core.errors import DataError
from tritone.core.labels import EMOTIONS, SENTIMENTS, read_emotion
from tritone.datasets.findings import Findings

OWN = "label_"  # begins the name of a column with classes of the user's own
CLASS_COLUMNS = ("emotion", "sentiment")
SCORES = ("score", "valence", "score_text", "score_audio", "score_vision")
OPINION = (-3.0, 3.0)  # the scale of MOSI and MOSEI
MOST_CLASSES = 500
SHARED = {"emotion": EMOTIONS, "sentiment": SENTIMENTS}
SENTIMENT_ALIASES = {"neg": "negative", "neu": "neutral", "pos": "positive"}

Scale = tuple[float, float]


def settle(
    clips: list[Clip], findings: Findings
) -> tuple[list[Clip], dict[str, tuple[str, ...]], dict[str, Scale]]:
    """The clips with their labels in shared words, the classes and the scales.

    Args:
        clips: with labels as they are written.
        findings: counts and tells what was changed.

    Raises:
        DataError: a column has so many different words that it cannot be one of classes.
    """
    scales = scales_of(clips, findings)
    clips = [replace(clip, labels=plain(clip, scales, findings)) for clip in clips]
    names = sorted({name for clip in clips for name in clip.labels} - set(scales))
    names.sort(key=lambda name: name not in CLASS_COLUMNS)
    return clips, {name: classes_of(name, clips, findings) for name in names}, scales


def own_target(column: str) -> str:
    """The target that a column of the user's own classes gives; nothing for another column."""
    name = column.removeprefix(OWN)
    return "" if name == column or name in (*CLASS_COLUMNS, *SCORES) else name


def plain(clip: Clip, scales: Mapping[str, Scale], findings: Findings) -> dict[str, str | float]:
    """The labels of one clip: words that are shared under their shared name."""
    labels: dict[str, str | float] = {}
    for name, value in clip.labels.items():
        if name not in scales:
            labels[name] = shared_word(name, str(value))
        elif name != "valence" or -1 <= float(value) <= 1:
            labels[name] = value
        else:
            findings.note("Valences that are not in [-1, 1], left out", f"id {clip.id}")
    return labels


def shared_word(target: str, word: str) -> str:
    """A word by its shared name, where it has one; else as it is written."""
    if target == "sentiment":
        low = word.lower()
        low = SENTIMENT_ALIASES.get(low, low)
        return low if low in SENTIMENTS else word
    if target == "emotion":
        try:
            return read_emotion(word)
        except DataError:
            return word
    return word


def classes_of(target: str, clips: list[Clip], findings: Findings) -> tuple[str, ...]:
    """The classes of a target: in the shared order, or sorted where it has words of its own."""
    held = {str(clip.labels[target]) for clip in clips if target in clip.labels}
    if len(held) > MOST_CLASSES:
        raise DataError(
            f"The column of {target} holds {len(held)} different words; at most {MOST_CLASSES} "
            "are taken for classes. Is it a text or a number? A number belongs into score or "
            "valence."
        )
    shared = SHARED.get(target, ())
    own = sorted(held - set(shared))
    if not own:
        return tuple(name for name in shared if name in held)
    if shared:
        shown = ", ".join(own[:5]) + (", ..." if len(own) > 5 else "")
        findings.tell(f"{target} has {len(own)} words that are none of the shared ones: {shown}.")
    return tuple(sorted(held))


def scales_of(clips: list[Clip], findings: Findings) -> dict[str, Scale]:
    """The scale of each score: [-1, 1] for valence, one for the score and its channels."""
    held = {name for clip in clips for name in clip.labels if name in SCORES}
    scores = [name for name in SCORES if name in held and name != "valence"]
    scales: dict[str, Scale] = {}
    if scores:
        values = [float(c.labels[name]) for c in clips for name in scores if name in c.labels]
        scale = scale_of(min(values), max(values))
        scales = dict.fromkeys(scores, scale)
        why = "as MOSI's" if scale == OPINION else "the lowest and highest that stand there"
        findings.tell(f"Scores are taken to be on [{scale[0]:g}, {scale[1]:g}], {why}.")
    if "valence" in held:
        scales["valence"] = (-1.0, 1.0)
    return scales


def scale_of(low: float, high: float) -> Scale:
    if OPINION[0] <= low and high <= OPINION[1]:
        return OPINION
    # One value alone spans no scale.
    return (low, high) if low < high else (min(low, 0.0), max(high, 0.0))
