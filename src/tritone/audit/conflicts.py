"""The same text or picture with different labels, and the ceiling that follows.

No function of a channel can be right about the same input with two labels: over groups of clips
with equal content it is right for the most frequent label of each at best.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from tritone.audit.findings import Finding, found
from tritone.core.clip import Clip

NEAR_FLOOR = 0.05  # a ceiling this little above a constant guess leaves nothing to learn
FEWEST = 20  # clips


def check_conflicts(
    groups: Iterable[Sequence[Clip]], labels: dict[str, str | None], channel: str
) -> list[Finding]:
    """Whether clips of equal content differ in their label.

    Args:
        groups: clips of equal content; every clip that has the channel in one of them.
        labels: the class of each clip, by id.
        channel: what the content is of.
    """
    known = [[clip for clip in group if labels.get(clip.id) is not None] for group in groups]
    conflicts = [group for group in known if len({labels[clip.id] for clip in group}) > 1]
    total = sum(map(len, known))
    if not conflicts:
        return []
    best = sum(max(Counter(labels[c.id] for c in group).values()) for group in known if group)
    counts = Counter(labels[clip.id] for group in known for clip in group)
    ceiling, floor = best / total, max(counts.values()) / total
    hopeless = total >= FEWEST and ceiling - floor < NEAR_FLOOR
    touched = sum(map(len, conflicts))
    what = (
        f"Contents with several labels: {len(conflicts):,}, in {touched:,} of {total:,} clips. No "
        f"function of {channel} alone can be right more often than {100 * ceiling:.1f} %; a "
        f"constant guess is right in {100 * floor:.1f} %."
    )
    ids = [tuple(clip.id for clip in one_of_each_label(group, labels)) for group in conflicts]
    return [
        found(
            "conflicting_labels",
            ids,
            what,
            severity="error" if hopeless else "warning",
            channel=channel,
            figures={"ceiling": ceiling, "majority": floor},
        )
    ]


def one_of_each_label(clips: Sequence[Clip], labels: dict[str, str | None]) -> list[Clip]:
    """The first clip of each label."""
    return list({labels[clip.id]: clip for clip in reversed(clips)}.values())[::-1]
