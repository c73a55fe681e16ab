"""A transcript file to cues: the door to all the readers.

    clip.srt .vtt .ass .ssa .TextGrid .json .align .txt ──▶ Transcript(cues, warnings)

What a file holds counts before what it is called: subtitles in a `.txt` are subtitles.
"""

from collections.abc import Callable
from pathlib import Path

from tritone.core.errors import MediaError, TranscriptError
from tritone.media.cues import Cue, Transcript, settle
from tritone.media.sentences import sentences
from tritone.media.spread import spread_words, with_word_times
from tritone.media.subtitles import has_times, read_ass, read_srt, read_vtt
from tritone.media.text import read_text
from tritone.media.textgrid import read_align, read_textgrid
from tritone.media.words_json import read_words_json

__all__ = [
    "Cue",
    "Transcript",
    "read_transcript",
    "spread_words",
    "with_word_times",
]

# A two-hour film with a time for each word takes about 5 MB of JSON.
MAX_BYTES = 16_000_000

Reader = Callable[[str, str], tuple[list[Cue], list[str]]]


def read_transcript(path: Path, *, duration: float | None = None) -> Transcript:
    """The cues of a transcript file, in seconds, by time.

    Overlaps, swapped times, cues past the end and other oddities are mended and said in
    `warnings`; an empty file is a transcript without cues that says so.

    Args:
        path: SRT, WebVTT, ASS, SSA, TextGrid, JSON, `.align` or plain text.
        duration: length of the media in seconds; cues past it are cut off.

    Raises:
        TranscriptError: the file is missing, too large, or not what it claims to be.
    """
    name = path.name
    text, said = _read(path)
    if not text.strip():
        return Transcript((), (*said, f"transcript {name} is empty: the text channel is absent"))
    cues, more = _reader(path, text)(text, name)
    transcript = settle(cues, [*said, *more], name=name, duration=duration)
    if not transcript.cues:
        absent = f"transcript {name} has no words: the text channel is absent"
        return Transcript((), (*transcript.warnings, absent))
    return transcript


def _read_plain(text: str, name: str) -> tuple[list[Cue], list[str]]:
    return [Cue(sentence, None, None) for sentence in sentences(text)], []


_READERS: dict[str, Reader] = {
    ".srt": read_srt,
    ".vtt": read_vtt,
    ".ass": read_ass,
    ".ssa": read_ass,
    ".textgrid": read_textgrid,
    ".align": read_align,
    ".json": read_words_json,
    ".txt": _read_plain,
}


def _read(path: Path) -> tuple[str, list[str]]:
    try:
        size = path.stat().st_size
    except OSError as fault:
        raise TranscriptError(
            f"transcript {path} cannot be read: {fault.strerror}. Check its path and its rights."
        ) from None
    if size > MAX_BYTES:
        raise TranscriptError(
            f"transcript {path.name} has {size / 1e6:.0f} MB. At most {MAX_BYTES / 1e6:.0f} MB "
            "are read; is it a transcript?"
        )
    if size == 0:
        return "", []
    try:
        text, said = read_text(path)
    except (MediaError, OSError) as fault:
        raise TranscriptError(f"transcript {path.name} cannot be read: {fault}") from None
    return text, list(said)


def _reader(path: Path, text: str) -> Reader:
    head = text[:2000].lstrip("\ufeff \t\r\n")
    if head.startswith("WEBVTT"):
        return read_vtt
    if "[script info]" in head.lower():
        return read_ass
    if '"ooTextFile"' in head:
        return read_textgrid
    ending = path.suffix.lower()
    if ending in (".txt", "") and has_times(text):
        return read_srt
    if ending == "" or ending == ".text":
        return _read_plain
    if ending not in _READERS:
        raise TranscriptError(
            f"transcript {path.name}: {ending!r} is not a form read here. "
            f"Known: {', '.join(_READERS)}."
        )
    return _READERS[ending]
