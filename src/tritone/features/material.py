"""From a Clip of a corpus to its Material: what its extractors read, decoded, and no more."""

import hashlib
import math
from collections.abc import Collection, Iterator
from functools import lru_cache, partial
from pathlib import Path

import numpy as np
from jaxtyping import Float32

from tritone.core.clip import Clip, Source, Word
from tritone.core.errors import MediaError
from tritone.features.clips import contents
from tritone.features.extractor import RATE_HZ, Material, no_frames
from tritone.features.words import normalise_words, words_within
from tritone.media.audio import read_audio
from tritone.media.companions import Beside
from tritone.media.decode import MediaInfo, kind_of, probe
from tritone.media.image import read_image
from tritone.media.transcripts import read_transcript
from tritone.media.video import Frame, frames

WORD_TIMES = (".json", ".textgrid", ".align")
OPENFACE, BESIDE = "openface", ("processed", "openface")
LONGEST_SHARED = 3600.0  # seconds of one file's sound that are kept for its next clip
LARGEST_SIDE = 1280  # pixels; a face in a larger film is found as well in a smaller picture


def material_of(clip: Clip, reads: Collection[str], *, fps: int | float = 5.0) -> Material:
    """The clip decoded, as far as `reads` asks for it.

    A film without sound has no sound, and a sound without a film no pictures: that is not an
    error. A file that cannot be read is one.

    Args:
        clip: where its media lie, and when it is said.
        reads: of "text", "words", "sound", "frames", "files".
        fps: pictures a second.

    Raises:
        MediaError: a file that the clip names is missing or cannot be read.
    """
    sound = sound_of(clip) if "sound" in reads else None
    start = clip.start or 0.0
    end = clip.end
    if end is None and sound is not None:
        end = start + len(sound) / RATE_HZ
    return Material(
        clip.id,
        text=clip.text,
        words=words_of(clip) if "words" in reads else (),
        sound=sound,
        start=start,
        end=end,
        frames=frames_of(clip, fps) if "frames" in reads else no_frames,
        fps=float(fps),
        files=files_of(clip) if "files" in reads else None,
    )


def files_of(clip: Clip) -> dict[str, Source]:
    """The clip's media, and what OpenFace said of its film where that lies beside it.

    OpenFace names its table like the film, and writes it to a folder `processed` by itself.
    """
    media = dict(clip.media)
    film = media.get("vision")
    if film is None or film.member is not None or OPENFACE in media:
        return media
    for folder in (film.path.parent, *(film.path.parent / name for name in BESIDE)):
        table = folder / f"{film.path.stem}.csv"
        if table.is_file():
            return {**media, OPENFACE: Source(table)}
    return media


def words_of(clip: Clip) -> tuple[Word, ...]:
    """The clip's words, with times where the corpus or a transcript beside the media has them.

    A transcript counts where it has a time for each word, and says what the clip's text says.

    Raises:
        TranscriptError: there is a transcript beside the media, and it cannot be read.
    """
    if clip.words:
        return clip.words
    timed = timed_words(clip)
    said = normalise_words(" ".join(word.text for word in timed))
    if timed and (clip.text is None or normalise_words(clip.text) == said):
        return timed
    return timeless_words(clip.text)


def timed_words(clip: Clip) -> tuple[Word, ...]:
    """The words of a transcript beside the clip's film or sound, those of its own time."""
    source = clip.media.get("audio", clip.media.get("vision"))
    if source is None or source.member is not None:
        return ()
    transcript = neighbours().companion(source.path)
    if transcript is None or transcript.suffix.lower() not in WORD_TIMES:
        return ()
    words = tuple(word for cue in read_transcript(transcript).cues for word in cue.words)
    if clip.start is None and clip.end is None:
        return words
    return words_within(words, clip.start or 0.0, math.inf if clip.end is None else clip.end)


@lru_cache(maxsize=1)
def neighbours() -> Beside:
    """Who lies beside whom; folders are listed once."""
    return Beside()


def timeless_words(text: str | None) -> tuple[Word, ...]:
    """The words of a text of which nobody knows the times."""
    return tuple(Word(word, math.nan, math.nan) for word in (text or "").split())


def sound_of(clip: Clip) -> Float32[np.ndarray, " sample"] | None:
    """The clip's own part of the sound; None where there is none."""
    if "audio" not in clip.media:
        return None
    path = on_disk(clip.media["audio"])
    info = probed(path)
    if not info.has_audio:
        return None
    if clip.start is None and clip.end is None:
        return read_audio(path, rate_hz=RATE_HZ)
    if info.duration is None or info.duration > LONGEST_SHARED:
        return read_audio(path, rate_hz=RATE_HZ, start=clip.start, end=clip.end)
    whole = whole_sound(path)
    begin = round((clip.start or 0.0) * RATE_HZ)
    return whole[begin : None if clip.end is None else round(clip.end * RATE_HZ)]


def frames_of(clip: Clip, fps: int | float) -> partial[Iterator[Frame]]:
    """What gives the clip's pictures, its region of them only; nothing is decoded yet.

    Raises:
        MediaError: the file is missing or is no picture or film.
    """
    if "vision" not in clip.media:
        return partial(no_frames)
    source = clip.media["vision"]
    if source.member is not None or kind_of(source.path) == "image":
        return partial(still, clip, source)
    return partial(moving, clip, on_disk(source), float(fps))


def still(clip: Clip, source: Source) -> Iterator[Frame]:
    """The one picture of a still, at no time."""
    yield Frame(math.nan, cut(read_image(contents(source)), clip.region))


def moving(clip: Clip, path: Path, fps: float) -> Iterator[Frame]:
    """The pictures of a film between the clip's start and end."""
    if not probed(path).has_video:
        return
    for frame in frames(path, fps=fps, start=clip.start, end=clip.end, max_side=LARGEST_SIDE):
        yield Frame(frame.seconds, cut(frame.image, clip.region))


def cut(image: np.ndarray, region: tuple[float, float, float, float] | None) -> np.ndarray:
    """The part of a picture that a region names, at least one pixel of it."""
    if region is None:
        return image
    height, width = image.shape[:2]
    left, top, right, bottom = region
    x, y = min(width - 1, round(left * width)), min(height - 1, round(top * height))
    return image[y : max(y + 1, round(bottom * height)), x : max(x + 1, round(right * width))]


def on_disk(source: Source) -> Path:
    """The file of a source.

    Raises:
        MediaError: it is a member of an archive, which sound and film cannot be read from.
    """
    if source.member is not None:
        raise MediaError(f"{source} lies in an archive. Unpack it: sound and film need files.")
    return source.path


def sources_of(clip: Clip, channels: Collection[str]) -> dict[str, str]:
    """Channel to the SHA-256 of what the clip's media hold, for the channels that are read.

    Raises:
        MediaError: a file cannot be read.
    """
    return {name: digest(source) for name, source in clip.media.items() if name in channels}


@lru_cache(maxsize=64)
def digest(source: Source) -> str:
    """The SHA-256 of a file, or of a member of an archive."""
    held = contents(source)
    if isinstance(held, bytes):
        return hashlib.sha256(held).hexdigest()
    try:
        with held.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise MediaError(f"'{held}' cannot be read: {error.strerror}.") from None


# Clips of one dialogue or one film come one after the other.
@lru_cache(maxsize=1)
def whole_sound(path: Path) -> Float32[np.ndarray, " sample"]:
    """All the sound of a file, kept until the next file is asked for."""
    return read_audio(path, rate_hz=RATE_HZ, max_seconds=LONGEST_SHARED + 60)


@lru_cache(maxsize=4)
def probed(path: Path) -> MediaInfo:
    """What a file holds."""
    return probe(path)
