"""MOSI and MOSEI as CMU distributes them: transcripts by video, whole films or cut ones.

MOSEI  Transcript/Segmented/Combined/<video>.txt       <video>___<clip>___<start>___<end>___<text>
       Videos/Full/Combined/<video>.mp4  Videos/Segmented/Combined/<video>_<clip>.mp4
       Audio/Full/WAV_16000/<video>.wav
MOSI   Transcript/Segmented/<video>.annotprocessed     <clip>_DELIM_<text>
       Video/Segmented/<video>_<clip>.mp4  Audio/WAV_16000/Segmented/<video>_<clip>.wav

Scores and splits are in no such file: a label.csv beside the transcripts gives them.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tritone.core.clip import Clip, Source
from tritone.datasets.files import read_text
from tritone.datasets.findings import Findings
from tritone.datasets.label_csv import Key, Row, clip_of, name_of, read_rows, table_in
from tritone.datasets.scored import Facts, folder_with, text_of

SECONDS = r"(\d{1,6}(?:\.\d+)?)"
TIMED = re.compile(rf"(\d{{1,9}})___{SECONDS}___{SECONDS}___(.*)")
NUMBERED = re.compile(r"(\w+)_DELIM_(.*)")
SUFFIXES = (".txt", ".annotprocessed")
# Where films and sounds lie, the pictures first: whole ones by video, cut ones by video_clip.
WHOLE = ("Videos/Full/Combined", "Video/Full", "Videos/Full")
CUT = ("Videos/Segmented/Combined", "Video/Segmented", "Videos/Segmented")
WHOLE_SOUND = ("Audio/Full/WAV_16000", "Audio/WAV_16000/Full")
CUT_SOUND = ("Audio/WAV_16000/Segmented", "Audio/Segmented/WAV_16000")


@dataclass(frozen=True)
class Line:
    """One line of a transcript; without times where the layout has none."""

    key: Key
    text: str
    start: float | None = None
    end: float | None = None


def cmu_raw(path: Path, facts: Facts, findings: Findings) -> list[Clip] | None:
    """The clips of CMU's own layouts; without a label.csv they have no labels and no split."""
    folder = folder_with(path, facts.name, lambda folder: base_of(folder) is not None)
    base = None if folder is None else base_of(folder)
    if folder is None or base is None:
        return None
    beside = (table_in(place, facts) for place in dict.fromkeys((folder, base, folder.parent)))
    table = next((found for found in beside if found), None)
    if table is None:
        findings.tell(
            f"No label.csv lies beside {base / 'Transcript'}: clips have neither labels nor split. "
            "THUIAR's label.csv has both."
        )
    rows = None if table is None else read_rows(table, facts, findings)
    return clips_of(base, rows, facts, findings)


def base_of(folder: Path) -> Path | None:
    """The folder or its Raw, whichever holds segmented transcripts."""
    both = (folder, folder / "Raw")
    return next((base for base in both if (base / "Transcript" / "Segmented").is_dir()), None)


def clips_of(
    base: Path, rows: dict[Key, Row] | None, facts: Facts, findings: Findings
) -> list[Clip]:
    media, clips, seen = Media(base), [], set()
    for line in lines_of(base, findings):
        if line.key in seen:
            findings.add("the same video and clip id stood there before", name_of(line.key))
            continue
        seen.add(line.key)
        row = Row(None, {}, None) if rows is None else rows.pop(line.key, None)
        if row is None:
            findings.add("no usable row in label.csv", name_of(line.key))
            continue
        row = Row(text_of(line.text, facts), row.labels, row.split)
        found, timed = media.of(line)
        if not found:
            findings.note("Utterances without a film or sound, kept as text", name_of(line.key))
        times = (line.start, line.end) if timed else (None, None)
        clips.append(clip_of(line.key, row, found, *times))
    for key in rows or ():
        findings.note("Labels without a line in the transcripts, left out", name_of(key))
    return clips


def lines_of(base: Path, findings: Findings) -> Iterator[Line]:
    """The lines of all transcripts that can be understood, by video; others are counted."""
    folder = base / "Transcript" / "Segmented"
    folder = folder / "Combined" if (folder / "Combined").is_dir() else folder
    for file in sorted(folder.iterdir()):
        if file.suffix not in SUFFIXES or file.name.startswith("._"):
            continue
        for number, text in enumerate(read_text(file).split("\n"), start=1):
            place = f"{file.name} line {number}"
            if text.strip():
                yield from line_of(file, text.strip(), place, findings)


def line_of(file: Path, text: str, place: str, findings: Findings) -> Iterator[Line]:
    if file.suffix == ".annotprocessed":
        if parts := NUMBERED.fullmatch(text):
            yield Line((file.stem, parts[1]), parts[2])
        else:
            findings.add("no <clip>_DELIM_<text>", place)
        return
    # The video's id may hold the mark too, so it is taken off whole.
    parts = TIMED.fullmatch(text.removeprefix(f"{file.stem}___"))
    if parts is None:
        findings.add("no <video>___<clip>___<start>___<end>___<text>", place)
    elif not float(parts[2]) < float(parts[3]):
        findings.add("an end that is not after its start", place)
    else:
        yield Line((file.stem, parts[1]), parts[4], float(parts[2]), float(parts[3]))


class Media:
    """The films and sounds of a corpus, by file name without its suffix."""

    def __init__(self, base: Path) -> None:
        self.whole, self.cut = files_in(base, WHOLE, ".mp4"), files_in(base, CUT, ".mp4")
        self.whole_sound = files_in(base, WHOLE_SOUND, ".wav")
        self.cut_sound = files_in(base, CUT_SOUND, ".wav")

    def of(self, line: Line) -> tuple[dict[str, Source], bool]:
        """The sources of an utterance, and whether its times count in them.

        A film gives the sound too: both channels then have one clock.
        """
        video, cut = line.key[0], "_".join(line.key)
        if line.end is not None and video in self.whole:
            return both(self.whole[video]), True
        if cut in self.cut:
            return both(self.cut[cut]), False
        if line.end is not None and video in self.whole_sound:
            return {"audio": Source(self.whole_sound[video])}, True
        sound = self.cut_sound.get(cut)
        return ({} if sound is None else {"audio": Source(sound)}), False


def both(film: Path) -> dict[str, Source]:
    return {"audio": Source(film), "vision": Source(film)}


def files_in(base: Path, folders: tuple[str, ...], suffix: str) -> Mapping[str, Path]:
    """The files of the first of these folders that is there."""
    folder = next((base / name for name in folders if (base / name).is_dir()), None)
    if folder is None:
        return {}
    return {
        file.stem: file
        for file in sorted(folder.iterdir())
        if file.suffix.lower() == suffix and not file.name.startswith("._")
    }
