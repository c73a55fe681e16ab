"""What is to be analysed: each clip a Job, from files, folders, text, lines or arrays."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from tritone.analyze.result import Failure
from tritone.core.errors import DataError, MediaError, TritoneError

# A line longer than this is a text of its own, and read sentence by sentence.
LONGEST_LINE = 1000
MOST_FPS = 60
Sound = str | Path | tuple[np.ndarray, int]
Picture = str | Path | np.ndarray


@dataclass(frozen=True)
class Options:
    """How media are read.

    Args:
        segment: "cues", "pauses" or "windows"; None takes cues where there are some, else
            pauses where there is speech, else windows.
        transcript: words of the one media file that is analysed; None looks beside it.
        asr: a faster-whisper model's name or folder, for media without words; None leaves
            the text channel absent.
        vad: find speech with silero-vad; False goes by energy.
        fps: pictures read in each second of video; None takes as many as the model was
            trained with.
        detector: a face detector's model file; None takes the default one.
    """

    segment: str | None = None
    transcript: Path | None = None
    asr: str | None = None
    vad: bool = False
    fps: int | float | None = None
    detector: Path | None = None

    def __post_init__(self) -> None:
        if self.fps is not None and not 0 < self.fps <= MOST_FPS:
            raise DataError(f"fps is {self.fps:g}; give more than 0 and at most {MOST_FPS}.")


@dataclass(frozen=True)
class Job:
    """One clip to analyse: what the result calls it, and what there is to read.

    Args:
        name: the clip's path in the result.
        path: a film, sound, picture or text file; what it is, is told by its content.
        audio: samples (time) or (time, channels) in -1 to 1, and their rate in Hz.
        image: (height, width, 3) red, green, blue, 0 to 255.
        text: the words: of the file or arrays above if there are any, else by themselves.
        transcript: a file with the words of `path`.
        is_line: the text is one segment, not one for each sentence.
    """

    name: str
    path: Path | None = None
    audio: tuple[np.ndarray, int] | None = None
    image: np.ndarray | None = None
    text: str | None = None
    transcript: Path | None = None
    is_line: bool = False


def jobs_of(
    inputs: Sequence[str | Path],
    texts: Sequence[str] = (),
    lines: Sequence[str | Path] = (),
    *,
    transcript: Path | None = None,
) -> tuple[list[Job], list[Failure]]:
    """Every clip that a call names, in its order, and the inputs that hold none.

    Args:
        inputs: files, folders, globs.
        texts: words; with one input, the words of it.
        lines: text files whose every line is one clip.
        transcript: words of the one input, in a file.

    Raises:
        DataError: a transcript, or words, that could belong to more than one input.
    """
    jobs, failures = _file_jobs(inputs)
    if transcript is not None:
        jobs = _with_words(jobs, failures, "a transcript", transcript=transcript)
    if texts and inputs:
        jobs = _with_words(jobs, failures, "a text", text="\n".join(texts))
    else:
        jobs += text_jobs(texts)
    for path in lines:
        try:
            jobs += _line_jobs(Path(path))
        except (TritoneError, OSError) as error:
            failures.append(Failure(str(path), str(error)))
    return jobs, failures


def _file_jobs(inputs: Sequence[str | Path]) -> tuple[list[Job], list[Failure]]:
    from tritone.media.inputs import gather

    found, missing = gather(inputs)
    jobs = [Job(str(one.path), path=one.path, transcript=one.transcript) for one in found]
    return jobs, [Failure(str(one.path), one.error) for one in missing]


def _line_jobs(path: Path) -> list[Job]:
    """One job for each line, the empty ones too, so that the order tells which is which.

    Raises:
        MediaError: the file cannot be read, or not one of its lines has a word.
    """
    from tritone.media.text import read_text

    text, _ = read_text(path)
    if not text.strip():
        raise MediaError(f"'{path}' holds no words. Write some into it, or leave it out.")
    return [
        Job(f"{path}:{number}", text=line, is_line=len(line) <= LONGEST_LINE)
        for number, line in enumerate(text.splitlines(), start=1)
    ]


def parts_job(
    media: Sequence[str | Path],
    texts: Sequence[str],
    audio: Sound | None,
    image: Picture | None,
    rate_hz: int,
    transcript: Path | None,
) -> Job:
    """The one clip that sound, picture and words make together.

    Raises:
        DataError: media files are given as well, or several texts.
        MediaError: the sound cannot be read beside a picture.
    """
    if media or len(texts) > 1:
        raise DataError("audio and image are parts of one clip: give no media, and one text.")
    job = Job("image" if audio is None else "audio", text=texts[0] if texts else None)
    job = replace(job, transcript=transcript)
    if isinstance(audio, str | Path) and image is None:
        return replace(job, name=str(audio), path=Path(audio))
    if isinstance(audio, str | Path):
        from tritone.media.audio import read_audio

        job = replace(job, name=str(audio), audio=(read_audio(audio, rate_hz=rate_hz), rate_hz))
    elif audio is not None:
        job = replace(job, audio=audio)
    if isinstance(image, str | Path):
        return replace(job, name=str(image if audio is None else job.name), path=Path(image))
    return replace(job, image=image)


def text_jobs(texts: Sequence[str]) -> list[Job]:
    """One job for each text, named by its place."""
    if len(texts) == 1:
        return [Job("text", text=texts[0])]
    return [Job(f"text {place}", text=text) for place, text in enumerate(texts, start=1)]


def _with_words(
    jobs: list[Job],
    failures: list[Failure],
    what: str,
    *,
    text: str | None = None,
    transcript: Path | None = None,
) -> list[Job]:
    """The one job, with its words."""
    if not jobs and failures:
        return jobs
    if len(jobs) != 1:
        raise DataError(
            f"{what} was given for {len(jobs)} inputs: whose is it? Analyse one input at a time, "
            "or lay each transcript beside its file, under the same name."
        )
    return [replace(jobs[0], text=text or jobs[0].text, transcript=transcript)]
