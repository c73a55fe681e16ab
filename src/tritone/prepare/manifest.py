"""A manifest of a folder of media: a row for each clip, its labels from names and folders.

    clip.mp4  clip.wav  clip.jpg  clip.txt|srt     one row: files of one name belong together

What is known of a clip comes from, the first counting most:

    the pattern     named groups of a regular expression on the path
    the name        codes of RAVDESS, TESS, CREMA-D (CK+: the person alone)
    the folder      called after an emotion or sentiment, where there are at least two such

A folder called train, val, dev or test gives the split.
"""

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from tritone.core.errors import DataError, TranscriptError
from tritone.core.files import whole_file
from tritone.core.labels import SPLIT_ALIASES, SPLITS
from tritone.datasets.files import is_inside
from tritone.datasets.findings import Findings
from tritone.datasets.manifest_labels import OWN
from tritone.media.companions import Beside
from tritone.media.files import kind_of
from tritone.media.transcripts import read_transcript
from tritone.prepare.manifest_rules import ClassFolders, Pattern, by_name

ALWAYS = ("id", "text", "speaker", "group", "split", "emotion", "sentiment")
COLUMNS = ("id", "text", "video", "audio", "image", *ALWAYS[2:])
LONGEST_TEXT = 100_000  # characters of a cell
NO_CLIPS = ("readme", "license", "licence", "notice", "changelog")
PARTS = {*SPLITS, *SPLIT_ALIASES}
Files = Mapping[str, Path]


@dataclass(frozen=True)
class Draft:
    """What was written, and by which rules.

    Args:
        file: the manifest.
        rows: how many clips it has.
        labelled: rule to how many rows have an emotion or sentiment by it.
        columns: of the manifest, in order.
        notes: what was left out, in sentences.
    """

    file: Path
    rows: int
    labelled: Mapping[str, int] = field(default_factory=dict)
    columns: tuple[str, ...] = COLUMNS
    notes: tuple[str, ...] = ()


def init_manifest(
    folder: Path, *, pattern: str | None = None, out: Path | None = None, force: bool = False
) -> Draft:
    """Write a CSV manifest of the media and text files below a folder.

    Args:
        folder: where the media lie.
        pattern: a regular expression that is searched for in each file's path below the folder,
            without its ending; named groups are columns: (?P<speaker>..)_(?P<emotion>..).
        out: the file to write, in the folder or above it; by default manifest.csv in it.
        force: write over a file that is there.

    Raises:
        RecipeError: the pattern is none, or names no known column.
        DataError: the folder holds nothing, or the file is there already or in a wrong place.
        OSError: the file cannot be written.
    """
    if not folder.is_dir():
        raise DataError(f"{folder} is no folder. Give the one that your media lie in.")
    out = folder / "manifest.csv" if out is None else out
    within = place_within(folder, out)
    if out.exists() and not force:
        raise DataError(f"{out} is there already. Name another file, or write over it by force.")
    asked, findings = None if pattern is None else Pattern(pattern), Findings()
    beside = Beside()
    takes = grouped(folder, beside, findings)
    if not takes:
        raise DataError(f"{folder} holds no film, sound, picture or text that is read here.")
    classes, counts = ClassFolders(takes), Counter()
    rows = []
    for name, files in takes.items():
        about, rule = labels_of(name, asked, classes)
        if about.get("emotion") or about.get("sentiment"):
            counts[rule] += 1
        paths = {
            kind: (within / path.relative_to(folder)).as_posix() for kind, path in files.items()
        }
        text = {"text": text_of(files, beside, findings)}
        known = {"id": name, **text, **split_of(name), **about}
        rows.append(known | {kind: path for kind, path in paths.items() if kind != "text"})
    twice = [name for name, count in Counter(row["id"] for row in rows).items() if count > 1]
    for name in twice:
        findings.note("Ids that the pattern gives to several rows, of which one is read", name)
    columns = columns_of(rows)
    write_csv(out, columns, rows)
    return Draft(out, len(rows), dict(counts.most_common()), columns, findings.notes)


def place_within(folder: Path, out: Path) -> PurePosixPath:
    """The folder's path from where the manifest will stand.

    Raises:
        DataError: the manifest would not stand in the folder or above it.
    """
    above, below = out.absolute().parent.resolve(), folder.resolve()
    if not below.is_relative_to(above):
        raise DataError(
            f"{out} would not stand above its media: a manifest reads no files outside its own "
            f"folder. Write it to {folder / out.name}, or to a folder above."
        )
    return PurePosixPath(below.relative_to(above).as_posix())


def grouped(folder: Path, beside: Beside, findings: Findings) -> dict[str, dict[str, Path]]:
    """Path below the folder, without ending, to the files of that name by kind."""
    takes: dict[str, dict[str, Path]] = defaultdict(dict)
    for file in sorted(folder.rglob("*")):
        below = file.relative_to(folder)
        kind, name = kind_of(file), below.with_suffix("").as_posix()
        if kind is None or any(part.startswith(".") for part in below.parts):
            continue
        if not file.is_file() or (kind == "text" and file.stem.lower() in NO_CLIPS):
            continue
        if not is_inside(below.as_posix()) or not is_plain(name):
            findings.add("a name that a table cannot hold", ascii(below.as_posix()))
        elif kind in takes[name]:
            findings.add(f"another {kind} of the same name", below.as_posix())
        else:
            takes[name][kind] = file
    # The words of clip.mp4 may lie in clip.mp4.txt.
    return {
        name: files
        for name, files in takes.items()
        if set(files) != {"text"} or not beside.owners(files["text"])
    }


def is_plain(name: str) -> bool:
    """Whether a name is UTF-8 in one line; file systems allow any bytes."""
    return name.isprintable()


def labels_of(
    name: str, asked: Pattern | None, classes: ClassFolders
) -> tuple[dict[str, str], str]:
    """The columns that the rules fill, and which rule gives the label."""
    told = {} if asked is None else asked.read(name)
    found, rule = by_name(name)
    if not found.get("emotion"):
        found, rule = {**found, **classes.read(name)}, "folder names"
    by_pattern = "emotion" in told or "sentiment" in told
    return {**found, **told}, "--pattern" if by_pattern else rule


def split_of(name: str) -> dict[str, str]:
    """The split that a folder of the path is called after."""
    named = [part.lower() for part in PurePosixPath(name).parts[:-1] if part.lower() in PARTS]
    return {"split": SPLIT_ALIASES.get(named[0], named[0])} if named else {}


def text_of(files: Files, beside: Beside, findings: Findings) -> str:
    """What is said: from the transcript beside the media, or the text file itself; one line."""
    media = [file for kind, file in files.items() if kind != "text"]
    found = (beside.companion(file) for file in media)
    words = next((file for file in found if file is not None), files.get("text"))
    if words is None:
        return ""
    try:
        cues = read_transcript(words).cues
    except TranscriptError as error:
        findings.note("Transcripts that cannot be read, left out", str(error))
        return ""
    text = " ".join(" ".join(cue.text for cue in cues).split())
    if len(text) > LONGEST_TEXT:
        findings.note(f"Texts of more than {LONGEST_TEXT} characters, left out", str(words))
        return ""
    return text


def columns_of(rows: list[dict[str, str]]) -> tuple[str, ...]:
    """The columns to fill in, the media that there are, and labels that names told."""
    held = {name for row in rows for name, cell in row.items() if cell}
    own = sorted(name for name in held if name.startswith(OWN))
    more = sorted(held - {*COLUMNS, *own})
    return (*(name for name in COLUMNS if name in held or name in ALWAYS), *more, *own)


def write_csv(out: Path, columns: tuple[str, ...], rows: list[dict[str, str]]) -> None:
    """The rows as CSV in UTF-8, whole or not at all."""
    with whole_file(out) as file:
        text = io.TextIOWrapper(file, encoding="utf-8", newline="")
        writer = csv.DictWriter(text, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)
        text.flush()
        # The wrapper would close what is not its own.
        text.detach()


def next_commands(draft: Draft) -> Iterator[str]:
    """What to run now, in order."""
    spec = f"manifest:{draft.file}"
    yield f"tritone audit {spec}"
    yield f"tritone extract {spec} --to {draft.file.with_name(draft.file.stem + '_features')}"
