"""What every published layout is read into: clips, and for each the rows of its modalities."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from tritone.core.batch import Sample
from tritone.core.clip import Clip
from tritone.core.errors import DataError
from tritone.core.parts import Rows
from tritone.core.task import Task
from tritone.datasets.published.rows import Ledger, Section, Tracks, modalities_of, tracks_of


@dataclass(frozen=True)
class Published:
    """What a feature file holds; the numbers are read from it clip by clip.

    Args:
        layout: whose form the file has, such as "MMSA".
        clips: ids, texts, labels and splits of all clips, in the order of the file.
        modalities: name to what its rows are.
        tasks: what can be predicted, the usual target first.
        tracks: gives the rows of a clip, by its place among `clips`.
        sources: the files that were read.
        notes: what was changed or left out, in sentences.
        changes: what is changed in the numbers, counted while they are read.
    """

    layout: str
    clips: tuple[Clip, ...]
    modalities: Mapping[str, Rows]
    tasks: Mapping[str, Task]
    tracks: Tracks
    sources: tuple[Path, ...]
    notes: tuple[str, ...] = ()
    changes: Ledger = field(default_factory=Ledger)

    @property
    def splits(self) -> tuple[str, ...]:
        """The splits that the clips are in."""
        return tuple(dict.fromkeys(clip.split for clip in self.clips if clip.split))

    def samples(self) -> Iterator[tuple[Sample, Clip]]:
        """Each clip with its numbers; one at a time is held.

        Raises:
            DataError: the rows of a clip are no numbers, or of another shape; it names the files.
        """
        self.changes.clear()
        for place, clip in enumerate(self.clips):
            try:
                tracks = self.tracks(place)
            except DataError as error:
                files = ", ".join(str(source) for source in self.sources[:3])
                raise DataError(f"{files}: {error}") from None
            yield Sample(clip.id, tracks, group=clip.group, position=clip.position), clip


def assemble(
    layout: str,
    sections: Sequence[Section],
    tasks: Mapping[str, Task],
    path: Path,
    ledger: Ledger,
    sources: Sequence[Path] = (),
) -> Published:
    """The file as a whole, from its splits.

    Args:
        layout: whose form it has.
        sections: the splits, in order.
        tasks: what can be predicted, the usual target first.
        path: the file or folder, for messages.
        ledger: what was found amiss on the way here.
        sources: the files that were read; `path` by default.

    Raises:
        DataError: there is no clip, or none has a row of any modality.
    """
    clips = [clip for section in sections for clip in section.clips]
    if not clips:
        raise DataError(f"{path} holds no clips: all its splits are empty.")
    modalities = modalities_of([section.blocks for section in sections], path)
    changes = Ledger()
    ids = told_apart(clips, ledger)
    return Published(
        layout=layout,
        clips=tuple(
            clip if clip.id == name else replace(clip, id=name)
            for clip, name in zip(clips, ids, strict=True)
        ),
        modalities=modalities,
        tasks=tasks,
        tracks=tracks_of(sections, modalities, changes),
        sources=tuple(sources) or (path,),
        notes=ledger.notes,
        changes=changes,
    )


def told_apart(clips: Sequence[Clip], ledger: Ledger) -> list[str]:
    """Ids of clips, with #2, #3 ... after those that stand more than once."""
    seen: dict[str, int] = {}
    ids = []
    for clip in clips:
        seen[clip.id] = seen.get(clip.id, 0) + 1
        again = seen[clip.id] > 1
        if again:
            ledger.add("Ids that stand more than once, told apart here by #2, #3 ...", clip.id)
        ids.append(f"{clip.id}#{seen[clip.id]}" if again else clip.id)
    return ids
