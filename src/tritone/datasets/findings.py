"""What a reader found on its way: rows that it skipped, and faults that it lived with."""

from tritone.datasets.corpus import Skips


class Findings(Skips):
    """Skipped rows by reason, and other facts with how often they hold; the first place of each."""

    def __init__(self) -> None:
        super().__init__()
        self.facts: dict[str, list[str]] = {}
        self.told: list[str] = []

    def note(self, fact: str, place: str) -> None:
        """One more place where a fact holds; the fact is worded for any number of them."""
        self.facts.setdefault(fact, []).append(place)

    def tell(self, sentence: str) -> None:
        """Something that is so once, or for the whole corpus."""
        self.told.append(sentence)

    @property
    def notes(self) -> tuple[str, ...]:
        """One sentence for each reason, for each fact, and what was told."""
        counted = (
            f"{fact}: {len(places)} (first: {places[0]})." for fact, places in self.facts.items()
        )
        return (*super().notes, *counted, *self.told)
