"""The whole audit: read, pass over everything once, check, sort."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

from tritone.audit.conflicts import check_conflicts
from tritone.audit.contamination import check_contamination
from tritone.audit.findings import Finding, found
from tritone.audit.floors import check_classes, check_size, floors_of
from tritone.audit.labels import check_labels
from tritone.audit.leaks import check_leaks, grouped, is_script, normal_text
from tritone.audit.media import (
    FACES,
    FILMS,
    LARGEST,
    SOUNDS,
    check_files,
    check_sound,
    faces_in,
    listen,
    same_files,
)
from tritone.audit.pairing import check_pairing
from tritone.audit.pictures import check_pictures, look_at, same
from tritone.audit.report import AuditReport, ordered
from tritone.audit.sequences import check_sequences
from tritone.audit.shortcuts import check_shortcuts, text_lengths
from tritone.audit.subject import Subject, classes_of_clips, read_subject
from tritone.audit.tracks import Gathered, gather
from tritone.core.clip import Clip

Tell = Callable[[str, float], None]
# How reading a feature file tells of numbers that it could not keep.
REPLACED = re.compile(
    r"Values of (?P<channel>\S+) that are (?P<kind>NaN|infinite) .*: (?P<count>[\d,]+) "
    r"\(first: (?P<first>.+)\)\."
)
PICKLES = (".pkl", ".pickle", ".p")
RESTRICTIONS = {
    "NC": "no commercial use",
    "non-commercial": "no commercial use",
    "research": "research only",
    "do not publish": "no redistribution",
    "terms": "the owner's terms",
    "EULA": "an agreement to sign",
    "GPL": "copyleft",
    "on request": "to be asked for",
}


def audit(spec: str, *, tell: Tell | None = None) -> AuditReport:
    """What is wrong with a data set and its split, before any training.

    Text and labels are compared whole, and all still pictures; of sound and films a sample of
    each split, chosen by a fixed seed, is decoded. The same data give the same report.

    Args:
        spec: "name:path" of a corpus or of a published feature file, or "store:FOLDER".
        tell: called with the clip at hand and the share of the stage that is done.

    Raises:
        DataError: the data are not there or not in their layout.
        RecipeError, UnknownName: the spec is wrong.
    """
    return examine(read_subject(spec), tell=tell)


def examine(subject: Subject, *, tell: Tell | None = None) -> AuditReport:
    """The same of data that are read already.

    Args:
        subject: the clips, and features where there are some.
        tell: called with the clip at hand and the share of the stage that is done.
    """
    gathered = gather(subject.samples(), tell) if subject.samples is not None else None
    if gathered is not None:
        subject = replace(subject, clips=gathered.clips)
    labels = classes_of_clips(subject)
    attributes: dict[str, dict[str, float]] = {"text_length": text_lengths(subject.clips)}
    findings = [
        *check_leaks(subject),
        *check_pairing(subject),
        *check_texts(subject.clips, labels),
        *check_labels(subject),
    ]
    looked: list[str] = []
    if gathered is not None:
        findings += check_sequences(gathered, subject.name)
        findings += check_contamination(gathered, labels)
        attributes |= row_counts(gathered)
    if any(clip.media for clip in subject.clips):
        more, values, told = check_media(subject.clips, labels, tell)
        findings, attributes, looked = findings + more, attributes | values, told
    findings += check_shortcuts(subject.clips, labels, attributes)
    findings += [*check_classes(subject), *check_size(subject), *check_terms(subject)]
    return AuditReport(data_of(subject), floors_of(subject), ordered(findings), tuple(looked))


def check_texts(clips: Sequence[Clip], labels: Sequence[str | None]) -> list[Finding]:
    """The same text with different labels; a script has them by its nature."""
    groups = grouped(clips, normal_text)
    if not groups or is_script(groups):
        return []
    return check_conflicts(groups.values(), by_id(clips, labels), "text")


def check_media(
    clips: Sequence[Clip], labels: Sequence[str | None], tell: Tell | None
) -> tuple[list[Finding], dict[str, dict[str, float]], list[str]]:
    """Findings of files, pictures and sound; what could give labels away; what was looked at."""
    findings, here = check_files(clips)
    findings += same_files(here)
    pictures, heard = look_at(here, tell), listen(here, tell)
    findings += check_pictures(pictures) + check_sound(heard)
    findings += check_conflicts(same(pictures).values(), by_id(clips, labels), "vision")
    faces = faces_in(here, tell)
    attributes = {
        **pictures.attributes,
        "seconds": heard.seconds,
        "loudness": heard.loudness,
        "face_present": faces,
    }
    looked = []
    if pictures.clips:
        looked.append(f"All {len(pictures.clips):,} pictures were compared.")
    if heard.loudness:
        looked.append(
            f"{len(heard.loudness):,} sounds were decoded: at most {SOUNDS} of each split, chosen "
            f"by seed, and the {LARGEST} largest files."
        )
    if faces:
        looked.append(
            f"Faces were looked for in {len(faces):,} pictures: at most {FACES} stills and "
            f"{FILMS} films of each split."
        )
    return findings, attributes, looked


def row_counts(gathered: Gathered) -> dict[str, dict[str, float]]:
    """Rows of each sequence, by channel and clip, where they differ."""
    return {
        f"rows of {name}": {
            clip.id: float(rows)
            for clip, rows in zip(gathered.clips, tracks.real, strict=True)
            if rows
        }
        for name, tracks in gathered.tracks.items()
        if len(set(tracks.real)) > 1
    }


def by_id(clips: Sequence[Clip], labels: Sequence[str | None]) -> dict[str, str | None]:
    return {clip.id: label for clip, label in zip(clips, labels, strict=True)}


def check_terms(subject: Subject) -> list[Finding]:
    """Licence, pickles, and what the reader left out."""
    findings, licence = [], subject.licence
    limits = {why for word, why in RESTRICTIONS.items() if word.lower() in licence.lower()}
    if limits:
        what = f"Licence: {licence} ({', '.join(sorted(limits))})."
        findings.append(found("licence_restricted", [], what, count=1))
    pickles = [file for file in subject.files if file.suffix.lower() in PICKLES]
    if pickles:
        what = f"{', '.join(file.name for file in pickles[:3])} can hold code."
        findings.append(found("pickle_input", [], what, count=len(pickles)))
    notes = []
    for note in (*subject.notes, *subject.changes()):
        replaced = REPLACED.match(note)
        if replaced is None:
            notes.append(note)
            continue
        channel, kind, first = replaced["channel"], replaced["kind"], replaced["first"]
        kind = "nan_values" if kind == "NaN" else "inf_values"
        count = int(replaced["count"].replace(",", ""))
        findings.append(found(kind, [first], note, count=count, channel=channel))
    if notes:
        findings.append(found("reader_notes", [], " ".join(notes), count=len(notes)))
    return findings


def data_of(subject: Subject) -> dict[str, object]:
    """What was audited, as plain data."""
    counts = Counter(clip.split or "none" for clip in subject.clips)
    return {
        "spec": subject.spec,
        "name": subject.name,
        "n": len(subject.clips),
        "splits": {split: counts[split] for split in (*subject.splits, "none") if counts[split]},
        "target": subject.target,
        "targets": list(subject.tasks),
        "modalities": list(subject.modalities),
        "speakers": len({clip.speaker for clip in subject.clips if clip.speaker}),
        "groups": len({clip.group for clip in subject.clips if clip.group}),
        "licence": subject.licence,
        "marks": list(subject.marks),
    }
