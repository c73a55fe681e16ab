"""Which columns a model's answers are made of, for a model that says so of each clip."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

SHOWN = 20


@dataclass(frozen=True)
class Share:
    """What one column added to the answers.

    Args:
        channel: whose rows have the column.
        column: how it is called.
        size: the mean over the clips of how much it added, up or down.
        mean: the mean of what it added, with its sign.
    """

    channel: str
    column: str
    size: float
    mean: float


@dataclass(frozen=True)
class Shares:
    """The shares of all columns, the largest first.

    Args:
        shares: of each column, the mean over clips and seeds.
        clips: how many clips were asked about.
    """

    shares: tuple[Share, ...]
    clips: int

    @classmethod
    def of(cls, shares: Sequence[Share], clips: int) -> "Shares":
        """With the largest first."""
        return cls(tuple(sorted(shares, key=lambda share: -share.size)), clips)

    @property
    def shown(self) -> tuple[Share, ...]:
        """Those that a table has room for."""
        return self.shares[:SHOWN]

    def to_json(self) -> list[dict[str, object]]:
        """Plain data, all of them."""
        return [
            {"channel": s.channel, "column": s.column, "size": s.size, "mean": s.mean}
            for s in self.shares
        ]

    def to_lines(self) -> Iterator[str]:
        """What a terminal shows: the largest."""
        yield self.sentence
        for share in self.shown:
            yield f"  {share.channel:<8}{share.column:<32}{share.size:>8.3f}{share.mean:>+8.3f}"

    @property
    def sentence(self) -> str:
        """What the figures are."""
        left = len(self.shares) - len(self.shown)
        return (
            f"what each column added to the raw score of the answer that was given, over "
            f"{self.clips} clips: its mean size, and its mean"
            + (f" (the {len(self.shown)} largest of {len(self.shares)})" if left else "")
        )
