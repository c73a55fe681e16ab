"""What an audit found, for people and for programs."""

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tritone.audit.findings import Finding
from tritone.audit.kinds import SEVERITIES

WIDTH = 80
SHOWN = 6  # groups of ids that the text names; the JSON names more

Floors = Mapping[str, Mapping[str, Mapping[str, int | float]]]


@dataclass(frozen=True)
class AuditReport:
    """Findings, the most severe first, and what constant guesses score.

    Args:
        data: what was audited: spec, clips by split, targets, channels, licence.
        floors: target to split to what a predictor scores that looks at nothing.
        findings: what is wrong or worth knowing.
        looked: what was read to find it, in sentences: samples, limits, what was left out.
    """

    data: Mapping[str, object]
    floors: Floors
    findings: tuple[Finding, ...]
    looked: tuple[str, ...] = field(default=())

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that make `--strict` fail."""
        return tuple(one for one in self.findings if one.severity == "error")

    def to_json(self) -> dict[str, object]:
        """Plain data that `json` can write."""
        return {
            "schema": 1,
            "data": dict(self.data),
            "floors": {
                target: {split: dict(figures) for split, figures in splits.items()}
                for target, splits in self.floors.items()
            },
            "findings": [finding.to_json() for finding in self.findings],
            "looked": list(self.looked),
        }

    def to_text(self) -> str:
        """The same in lines of at most 80 columns."""
        lines = [*self.head(), "", *self.floor_lines()]
        for finding in self.findings:
            lines += ["", *finding_lines(finding)]
        lines += [""] + [line for sentence in self.looked for line in wrapped(sentence)]
        return "\n".join([*lines, self.verdict])

    @property
    def verdict(self) -> str:
        """How many findings there are of each severity, in a sentence."""
        counts = {s: sum(one.severity == s for one in self.findings) for s in SEVERITIES}
        told = [plural(counts["error"], "error"), plural(counts["warning"], "warning")]
        return f"{', '.join(told)}, {plural(counts['info'], 'note')}."

    def head(self) -> list[str]:
        """What was audited, in two lines."""
        splits = self.data.get("splits")
        parts = splits.items() if isinstance(splits, Mapping) else ()
        told = ", ".join(f"{count:,} {split}" for split, count in parts)
        return [
            *wrapped(str(self.data.get("spec"))),
            *wrapped(f"{self.data.get('n'):,} clips ({told})"),
        ]

    def floor_lines(self) -> list[str]:
        """What constant guesses score."""
        lines = []
        for target, splits in self.floors.items():
            lines += wrapped(f"floors of {target}")
            for split, figures in splits.items():
                told = ", ".join(f"{name} {number(value)}" for name, value in figures.items())
                lines += wrapped(f"{split:<6}{told}", first="  ", then="        ")
        return lines


def finding_lines(finding: Finding) -> list[str]:
    """One finding: severity and id, the fact, clips, advice."""
    about = f" ({finding.channel})" if finding.channel else ""
    lines = wrapped(
        f"{finding.severity.upper():<8}{finding.id}{about}: {finding.what}", then=" " * 8
    )
    shown = [" = ".join(group) for group in finding.groups[:SHOWN]]
    if shown:
        more = " ..." if finding.count > len(shown) else ""
        lines += wrapped("; ".join(shown) + more, first=" " * 8, then=" " * 8)
    return lines + wrapped(finding.advice, first="     -> ", then=" " * 8)


def wrapped(text: str, first: str = "", then: str = "") -> list[str]:
    """Lines of at most 80 columns; nothing but text comes through."""
    plain = "".join(one if one.isprintable() else " " for one in text)
    return textwrap.wrap(plain, WIDTH, initial_indent=first, subsequent_indent=then)


def number(value: int | float) -> str:
    """A figure in few characters: counts whole, the rest to three places."""
    return f"{value:,.0f}" if value == int(value) and abs(value) > 1 else f"{value:.3f}"


def plural(count: int, word: str) -> str:
    return f"{count} {word}" + ("" if count == 1 else "s")


def ordered(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """The most severe first; within a severity as the checks gave them."""
    return tuple(sorted(findings, key=lambda one: SEVERITIES.index(one.severity)))
