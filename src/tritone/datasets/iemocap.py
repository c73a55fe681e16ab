"""IEMOCAP: ten actors in pairs, improvised and scripted, with emotions and ratings.

IEMOCAP_full_release/Session1 ... Session5/
    dialog/EmoEvaluation/<dialog>.txt    [start - end] <TAB> utterance <TAB> code <TAB> [V, A, D]
    dialog/transcriptions/<dialog>.txt   utterance [start-end]: words
    dialog/wav/<dialog>.wav  dialog/avi/DivX/<dialog>.avi  sentences/wav/<dialog>/<utterance>.wav

Utterance Ses01F_impro01_M003: session 1, the woman wears the markers, the man speaks. The film
shows both: the one with the markers on the left.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tritone.core.clip import Clip, Source
from tritone.core.errors import DataError
from tritone.core.labels import SENTIMENTS
from tritone.datasets.corpus import Corpus, Sheet, only, splits_of
from tritone.datasets.files import folder_of, read_text
from tritone.datasets.findings import Findings
from tritone.datasets.iemocap_labels import CLASSES, DIMENSIONS, SETS, labels_of
from tritone.datasets.scored import channels_of, folder_with

SESSION = re.compile(r"Session([1-9])")
NAME = re.compile(r"(Ses\d\d[FM]_\w+)_[FM][A-Za-z0-9]{1,12}")
SECONDS = r"(\d{1,6}(?:\.\d+)?)"
SUMMARY = re.compile(rf"\[{SECONDS} - {SECONDS}\]\t(\w+)\t(\w+)\t\[([^\]]*)\]")
SPOKEN = re.compile(rf"(\w+) \[{SECONDS}-{SECONDS}\]:(.*)")
SPLIT_OF = {"01": "train", "02": "train", "03": "train", "04": "val", "05": "test"}
LEFT, RIGHT = (0.0, 0.0, 0.5, 1.0), (0.5, 0.0, 1.0, 1.0)

SHEET = Sheet(
    needs="IEMOCAP_full_release: Session1 ... Session5 with dialog/EmoEvaluation, "
    "dialog/transcriptions, sentences/wav or dialog/wav; for film dialog/avi/DivX",
    ask="USC SAIL, by a release form: https://sail.usc.edu/iemocap/iemocap_release.htm",
    licence="USC's release form; not to be passed on",
    counts="10,039 utterances in 151 dialogues; 5,531 in four classes, 7,433 in six",
    splits="ours: sessions 1-3 train, 4 val, 5 test, apart by speaker; "
    "papers use session 5 or leave one session out",
    floors="majority, all sessions: accuracy .309 of emotion4, .249 of emotion6",
    source="Busso et al. 2008, Language Resources and Evaluation 42. "
    "https://doi.org/10.1007/s10579-008-9076-6",
)


@dataclass(frozen=True)
class Turn:
    """One utterance as its evaluation has it; the name is one that NAME matches."""

    name: str
    start: float
    end: float
    code: str
    ratings: list[str]


def read(path: Path, split: str = "all") -> Corpus:
    """The rated utterances of one split, grouped by dialogue, in the order they are said.

    Besides "emotion" there are "emotion4", "emotion6" and "emotion10", and "sentiment", which
    follows from the emotion: excitement is joy and positive, frustration negative. An utterance
    of which no word had most votes keeps its ratings: valence, arousal and dominance, from 1..5
    to [-1, 1]. A speaker is session and letter, "Ses01F"; two in a session, never in another.
    Where there are films, sound and picture are those of the dialogue, cut by the utterance's
    times, and the region is the speaker's half; else the sound is the sentence's own file.

    Source: Busso et al. 2008, "IEMOCAP: interactive emotional dyadic motion capture database",
    Language Resources and Evaluation 42. https://doi.org/10.1007/s10579-008-9076-6

    Raises:
        DataError: the folder holds no sessions with evaluations, or lacks the split.
    """
    folder, findings = root_of(folder_of(path, "iemocap")), Findings()
    sessions = sessions_in(folder)
    clips = [clip for session in sessions for clip in read_session(session, findings)]
    if not clips and not findings.notes:
        raise DataError(f"{folder} holds no Session1/dialog/EmoEvaluation/*.txt of IEMOCAP.")
    kept = {name: sum(name in clip.labels for clip in clips) for name in SETS if name[-1].isdigit()}
    findings.tell(", ".join(f"{name} has {count}" for name, count in kept.items()) + " utterances.")
    corpus = Corpus(
        name="iemocap",
        clips=tuple(clips),
        classes={**CLASSES, "sentiment": SENTIMENTS},
        splits=splits_of(clips),
        default_target="emotion",
        modalities=channels_of(clips),
        sheet=SHEET,
        scales=dict.fromkeys(DIMENSIONS, (-1.0, 1.0)),
        notes=findings.notes,
    )
    return only(corpus, split)


def root_of(path: Path) -> Path:
    """The folder that holds the sessions.

    Raises:
        DataError: there is none, or the path is one session.
    """
    found = folder_with(path, "iemocap", lambda folder: bool(sessions_in(folder)))
    if found is None:
        above = path.absolute().parents[:3]
        whole = next((folder for folder in above if sessions_in(folder)), None)
        hint = f" Sessions lie above it: give iemocap:{whole}." if whole else ""
        raise DataError(f"{path} holds no folder Session1 ... Session5 of IEMOCAP.{hint}")
    return found


def sessions_in(folder: Path) -> list[Path]:
    """The sessions of a folder that can be listed."""
    inside = sorted(folder.iterdir())
    return [place for place in inside if SESSION.fullmatch(place.name) and place.is_dir()]


def read_session(session: Path, findings: Findings) -> Iterator[Clip]:
    """The clips of one session, by dialogue."""
    for file in texts_in(session / "dialog" / "EmoEvaluation", findings):
        spoken = words_of(session / "dialog" / "transcriptions" / file.name, findings)
        turns = sorted(turns_of(file, findings), key=lambda turn: (turn.start, turn.name))
        for position, turn in enumerate(turns):
            yield clip_of(turn, position, spoken.pop(turn.name, None), session, findings)
        for name in spoken:
            findings.note("Transcribed without an evaluation, left out", name)


def texts_in(folder: Path, findings: Findings) -> list[Path]:
    """The text files of a folder; copies by a Mac ("._") are none."""
    if not folder.is_dir():
        findings.tell(f"{folder} is not there, so its session is left out.")
        return []
    return [file for file in sorted(folder.glob("*.txt")) if not file.name.startswith(".")]


def turns_of(file: Path, findings: Findings) -> Iterator[Turn]:
    """The summary lines of an evaluation; the single raters' lines below them are not read."""
    seen = set()
    for number, line in enumerate(read_text(file).split("\n"), start=1):
        place = f"{file.name} line {number}"
        if not line.startswith("["):
            continue
        parts = SUMMARY.match(line)
        name = None if parts is None else NAME.fullmatch(parts[3])
        if parts is None or name is None or name[1] != file.stem:
            findings.add("no [start - end], utterance of the dialogue, code and [V, A, D]", place)
        elif not float(parts[1]) < float(parts[2]):
            findings.add("an end that is not after its start", place)
        elif parts[3] in seen:
            findings.add("the same utterance stood there before", f"{place}: {parts[3]}")
        else:
            seen.add(parts[3])
            times = float(parts[1]), float(parts[2])
            yield Turn(parts[3], *times, parts[4].lower(), parts[5].split(","))


def words_of(file: Path, findings: Findings) -> dict[str, str]:
    """What is said, by utterance; lines without times are asides that have no name."""
    if not file.is_file():
        findings.note("Dialogues without a transcription", file.name)
        return {}
    lines = (SPOKEN.fullmatch(line.strip()) for line in read_text(file).split("\n"))
    return {parts[1]: parts[4].strip() for parts in lines if parts}


def clip_of(turn: Turn, position: int, text: str | None, session: Path, findings: Findings) -> Clip:
    dialogue, _, own = turn.name.rpartition("_")
    number, left, speaker = turn.name[3:5], turn.name[5], own[0]
    if not text:
        findings.note("Utterances without words", turn.name)
    media, timed = media_of(session, dialogue, turn.name)
    if "audio" not in media:
        findings.note("Utterances without sound", turn.name)
    return Clip(
        turn.name,
        media=media,
        start=turn.start if timed else None,
        end=turn.end if timed else None,
        text=text or None,
        speaker=f"Ses{number}{speaker}",
        group=dialogue,
        position=position,
        labels=labels_of(turn.code, turn.ratings, turn.name, findings),
        split=SPLIT_OF.get(number),
        region=(LEFT if speaker == left else RIGHT) if "vision" in media else None,
    )


def media_of(session: Path, dialogue: str, name: str) -> tuple[dict[str, Source], bool]:
    """The sources of an utterance, and whether its times count in them.

    A clip has one clock: with the dialogue's film goes the dialogue's sound.
    """
    film = session / "dialog" / "avi" / "DivX" / f"{dialogue}.avi"
    whole = session / "dialog" / "wav" / f"{dialogue}.wav"
    cut = session / "sentences" / "wav" / dialogue / f"{name}.wav"
    if film.is_file():
        sound = whole if whole.is_file() else film
        return {"audio": Source(sound), "vision": Source(film)}, True
    if cut.is_file():
        return {"audio": Source(cut)}, False
    return ({"audio": Source(whole)}, True) if whole.is_file() else ({}, False)
