"""A Finding: something that is wrong with a data set, how grave, how often, and in which clips."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tritone.audit.kinds import KINDS, Severity

MOST_GROUPS = 25  # groups of clips that a finding names; it counts them all
MOST_IDS = 50
MOST_TOGETHER = 6  # clips that one group names


@dataclass(frozen=True)
class Finding:
    """Something that is wrong with a data set, or worth knowing.

    Args:
        id: one of `KINDS`.
        severity: "error", "warning" or "info".
        count: how often; of things found, not of clips named.
        what: the fact with its figures, in a sentence.
        groups: clips, those that belong together side by side; at most `MOST_GROUPS`.
        channel: the modality, target or attribute that it was found in.
        figures: numbers for programs.
    """

    id: str
    severity: Severity
    count: int
    what: str
    groups: tuple[tuple[str, ...], ...] = ()
    channel: str | None = None
    figures: Mapping[str, int | float] = field(default_factory=dict)

    @property
    def advice(self) -> str:
        """What to do about it."""
        return KINDS[self.id].advice

    @property
    def evidence(self) -> tuple[str, ...]:
        """Ids of clips that show it, at most `MOST_IDS`."""
        return tuple(dict.fromkeys(one for group in self.groups for one in group))[:MOST_IDS]

    def to_json(self) -> dict[str, object]:
        """Plain data, as design and programs have it."""
        data: dict[str, object] = {
            "id": self.id,
            "severity": self.severity,
            "count": self.count,
            "what": self.what,
            "evidence": list(self.evidence),
            "advice": self.advice,
        }
        if self.channel is not None:
            data["channel"] = self.channel
        if any(len(group) > 1 for group in self.groups):
            data["groups"] = [list(group) for group in self.groups]
        if self.figures:
            data["figures"] = {name: round(value, 6) for name, value in self.figures.items()}
        return data


def found(
    kind: str,
    evidence: Iterable[str | Sequence[str]],
    what: str,
    *,
    count: int | None = None,
    severity: Severity | None = None,
    channel: str | None = None,
    figures: Mapping[str, int | float] | None = None,
) -> Finding:
    """A finding of the table.

    Args:
        kind: its id.
        evidence: ids of clips, or groups of ids that belong together; all of them.
        what: the fact with its figures, in a sentence.
        count: how often; the length of the evidence by default.
        severity: where it is not the usual one.
        channel: the modality, target or attribute that it was found in.
        figures: numbers for programs.
    """
    groups = [(one,) if isinstance(one, str) else tuple(one) for one in evidence]
    return Finding(
        kind,
        severity or KINDS[kind].severity,
        len(groups) if count is None else count,
        what,
        tuple(group[:MOST_TOGETHER] for group in groups[:MOST_GROUPS]),
        channel,
        dict(figures or {}),
    )
