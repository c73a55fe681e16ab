"""What was left out or changed while reading, counted, with the first place of each."""

from tritone.datasets.corpus import Skips


class Tally(Skips):
    """Counts what is not a skipped row: a channel or a label that a clip has to do without.

    The reason is written as what follows the number: "pictures are not there".
    """

    @property
    def notes(self) -> tuple[str, ...]:
        """One sentence for each reason."""
        return tuple(
            f"{len(places)} {reason} (first: {places[0]})."
            for reason, places in self.places.items()
        )
