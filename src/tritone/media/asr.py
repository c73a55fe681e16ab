"""Words out of sound, by a Whisper model: only when asked for, and never downloaded unasked.

    sound ──pieces of minutes, cut where it is quiet──▶ faster-whisper ──▶ Transcript

The pieces keep memory flat on a file of hours. Nothing is claimed of the words' accuracy:
that is the model's.
"""

import importlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from tritone.core.clip import Word
from tritone.core.errors import MissingExtra, ModelError, TranscriptError
from tritone.media.audio import audio_chunks
from tritone.media.cues import Cue, Transcript, settle

RATE_HZ = 16_000
PIECE = 300.0
# A piece is cut at the quietest place of its last seconds.
SEARCH = 20.0
_NEEDED = ("config.json", "model.bin", "tokenizer.json")


def transcribe(
    path_or_samples: str | Path | Float[np.ndarray, " sample"],
    model: str | Path,
    *,
    language: str | None = None,
    device: str = "auto",
    piece: float = PIECE,
) -> Transcript:
    """What is said in a recording, with a time for each word. Same sound, same words.

    Args:
        path_or_samples: a media file, or one channel at 16 000 Hz in [-1, 1].
        model: a folder with a Whisper model in CTranslate2's form, or the name of one that
            is already on this machine, such as "small".
        language: code such as "en"; None hears it from the first half minute.
        device: "auto", "cpu" or "cuda".
        piece: seconds that are read at a time; at least 60.

    Raises:
        MissingExtra: the package faster-whisper is not installed.
        ModelError: the model is not on this machine, or does not load.
        MediaError: the file cannot be read, or has no sound.
        TranscriptError: the model does not know the language.
    """
    whisper = _load(model, device)
    if language is not None and language not in whisper.supported_languages:
        raise TranscriptError(
            f"The speech model {str(model)!r} knows no language {language!r}. "
            "A language is a code such as 'en'; leave it out to have it heard."
        )
    warnings: list[str] = []
    if isinstance(path_or_samples, np.ndarray):
        name, chunks = "the recording", iter([path_or_samples])
    else:
        name = Path(path_or_samples).name
        chunks = (
            chunk.samples
            for chunk in audio_chunks(path_or_samples, rate_hz=RATE_HZ, warnings=warnings)
        )
    cues: list[Cue] = []
    heard = 0.0
    for samples in _pieces(chunks, max(piece, 3 * SEARCH)):
        found, language = _listen(whisper, samples, language)
        cues += [_cue(segment, heard) for segment in found]
        heard += len(samples) / RATE_HZ
    transcript = settle(
        [cue for cue in cues if cue.text], warnings, name=f"of {name}", duration=heard
    )
    if transcript.cues:
        return transcript
    absent = f"no words were heard in {name}: the text channel is absent"
    return Transcript((), (*transcript.warnings, absent))


def _load(model: str | Path, device: str) -> Any:
    try:
        faster_whisper = importlib.import_module("faster_whisper")
    except ImportError:
        raise MissingExtra("faster-whisper", "asr", "transcribing speech") from None
    folder = Path(model)
    if not folder.is_dir():
        try:
            # With this setting it only looks: nothing is fetched.
            folder = Path(faster_whisper.download_model(str(model), local_files_only=True))
        except (ValueError, OSError):
            raise ModelError(
                f"The speech model {str(model)!r} is no folder, and none of that name is on this "
                "machine. Give the folder of a Whisper model in CTranslate2's form, or fetch one "
                'once: python -c "import faster_whisper as f; '
                "print(f.download_model('small'))\"."
            ) from None
    lacking = [name for name in _NEEDED if not (folder / name).is_file()]
    if lacking:
        # Without a tokenizer faster-whisper would fetch one.
        raise ModelError(
            f"The speech model in '{folder}' lacks {', '.join(lacking)}. Convert it with "
            "ct2-transformers-converter, with --copy_files tokenizer.json."
        )
    try:
        return faster_whisper.WhisperModel(str(folder), device=device, local_files_only=True)
    except (RuntimeError, ValueError, OSError) as fault:
        raise ModelError(f"The speech model in '{folder}' does not load: {fault}") from None


def _listen(
    whisper: Any, samples: Float[np.ndarray, " sample"], language: str | None
) -> tuple[list[Any], str]:
    """Segments of one piece, and the language they are in."""
    try:
        found, info = whisper.transcribe(
            samples,
            language=language,
            word_timestamps=True,
            # Sampling at a temperature would give other words at each run.
            temperature=0.0,
            condition_on_previous_text=False,
        )
        return list(found), info.language
    except (RuntimeError, ValueError) as fault:
        raise ModelError(f"The speech model broke off: {fault}. Try another.") from None


def _cue(segment: Any, offset: float) -> Cue:
    words = tuple(
        Word(word.word.strip(), float(word.start) + offset, float(word.end) + offset)
        for word in segment.words or ()
        if word.word.strip()
    )
    text = " ".join(segment.text.split())
    # faster-whisper mixes numpy's numbers with Python's.
    start, end = float(segment.start) + offset, float(segment.end) + offset
    return Cue(text, start, end, None, words)


def _pieces(
    chunks: Iterable[Float[np.ndarray, " _"]], seconds: float
) -> Iterator[Float[np.ndarray, " _"]]:
    """The same samples in pieces of at most so many seconds, cut where it is quietest."""
    most = int(seconds * RATE_HZ)
    held: list[np.ndarray] = []
    count = 0
    for chunk in chunks:
        held.append(np.nan_to_num(chunk).astype(np.float32))
        count += len(chunk)
        while count >= most:
            samples = np.concatenate(held)
            cut = _quietest(samples[:most])
            yield samples[:cut]
            held, count = [samples[cut:]], len(samples) - cut
    if count:
        yield np.concatenate(held)


def _quietest(samples: Float[np.ndarray, " sample"]) -> int:
    """The middle of the quietest fifth of a second near the end."""
    width = RATE_HZ // 5
    tail = samples[-int(SEARCH * RATE_HZ) :]
    rows = tail[: len(tail) // width * width].reshape(-1, width)
    row = int(np.argmin(np.square(rows).mean(axis=1)))
    return len(samples) - len(tail) + row * width + width // 2
