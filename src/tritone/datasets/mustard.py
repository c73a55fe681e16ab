"""MUStARD: lines of four television series, sarcastic or not, with what was said before.

sarcasm_data.json                          id to utterance, speaker, context, show, sarcasm
utterances_final/<id>.mp4                  the film of the line; also below mmsd_raw_data/
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tritone.core.clip import Clip, Source
from tritone.datasets.corpus import Corpus, Sheet, only, splits_of
from tritone.datasets.files import folder_of, is_inside
from tritone.datasets.findings import Findings
from tritone.datasets.pictures import corpus_root
from tritone.datasets.records import lines_of, read_object, text_of
from tritone.datasets.scored import channels_of
from tritone.datasets.splitting import hash_split

FILE = "sarcasm_data.json"
FILMS = ("utterances_final", "mmsd_raw_data/utterances_final")
TESTED = "friends"
OTHERS = (8, 1, 0)  # shares of the other series' lines: train, val, and never test

SHEET = Sheet(
    needs="sarcasm_data.json; utterances_final/<id>.mp4 for sound and film",
    ask="https://github.com/soujanyaporia/MUStARD",
    licence="MIT for the table; the films belong to the series",
    counts="690 lines, half of them sarcastic",
    splits="by speaker, as the authors' speaker-independent setting: Friends is test; the other "
    "series are train and val by a hash of the id, 8:1 (the authors name no val)",
    floors="majority: accuracy .5",
    source="Castro et al. 2019, ACL (MUStARD). https://arxiv.org/abs/1906.01815",
)


def read(path: Path, split: str = "all") -> Corpus:
    """The lines of one split; the target is "sarcasm": no or yes.

    The label "context" holds what was said before, a line for each turn. Groups are speakers
    of a series.

    Source: Castro et al. 2019, "Towards Multimodal Sarcasm Detection (An _Obviously_ Perfect
    Paper)", ACL. https://arxiv.org/abs/1906.01815

    Raises:
        DataError: the folder holds no such file, or lacks the split.
    """
    given, findings = folder_of(path, "mustard"), Findings()
    folder = corpus_root(given, FILE, missing=f"holds no {FILE}.")
    places = [at / films for at in (folder, given) for films in FILMS]
    clips = list(read_clips(folder / FILE, places, findings))
    lacking = [clip.id for clip in clips if not clip.media]
    # Who has the table alone need not be told of 690 films.
    for name in lacking if len(lacking) < len(clips) else ():
        findings.note("Lines without their film, which is not there", f"id {name}")
    corpus = Corpus(
        name="mustard",
        clips=tuple(clips),
        classes={"sarcasm": ("no", "yes")},
        splits=splits_of(clips),
        default_target="sarcasm",
        modalities=channels_of(clips),
        sheet=SHEET,
        notes=findings.notes,
    )
    return only(corpus, split)


def read_clips(file: Path, places: list[Path], findings: Findings) -> Iterator[Clip]:
    for name, record in read_object(file).items():
        place = f"id {name}"
        if not is_inside(name) or "/" in name:
            findings.add("an id that is no name", place)
        elif not isinstance(record, dict) or not text_of(record, "utterance"):
            findings.add("no utterance", place)
        elif not isinstance(record.get("sarcasm"), bool):
            findings.add("no sarcasm of true or false", place)
        else:
            films = (at / f"{name}.mp4" for at in places)
            film = next((file for file in films if file.is_file()), None)
            yield clip_of(name, record, film)


def clip_of(name: str, record: Mapping[str, Any], film: Path | None) -> Clip:
    show, speaker = text_of(record, "show"), text_of(record, "speaker")
    said = lines_of(record, "context")
    by = lines_of(record, "context_speakers")
    # Who spoke is only known where there is one name for each turn.
    turns = map(": ".join, zip(by, said, strict=True)) if len(by) == len(said) else said
    context = "\n".join(turns)
    labels = {"sarcasm": "yes" if record["sarcasm"] else "no"}
    return Clip(
        name,
        media={} if film is None else {"audio": Source(film), "vision": Source(film)},
        text=text_of(record, "utterance"),
        speaker=speaker or None,
        group=f"{show}_{speaker}" if speaker else None,
        labels=labels | ({"context": context} if context else {}),
        split="test" if show.lower() == TESTED else hash_split(name, OTHERS),
    )
