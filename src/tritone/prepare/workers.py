"""Clips to rows in several processes, in the order of the clips, whatever happens to one of them.

A process that dies takes the clips it held with it. They are tried again one at a time, so that
the one that kills its process is found, reported, and left.
"""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextvars import ContextVar
from dataclasses import dataclass
from multiprocessing import get_context

import cv2
import numpy as np
import torch

from tritone.core.batch import Track
from tritone.core.clip import Clip
from tritone.core.errors import TritoneError
from tritone.features.extractor import Extractor
from tritone.features.front_end import FrontEnd
from tritone.features.material import material_of, sources_of

AHEAD = 4  # clips that wait for each process
DIED = "the process that read it died, as one does on damaged media or without memory"
# What a hostile or broken file makes of a decoder or of arithmetic.
FAULTS = (TritoneError, OSError, ValueError, ArithmeticError, RuntimeError, MemoryError)

Arrays = tuple[np.ndarray, np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Work:
    """What is done to each clip.

    Args:
        extractors: modality to extractor, fitted.
        align: "none", "words" or a rate in Hz.
        fps: pictures a second.
    """

    extractors: Mapping[str, Extractor]
    align: str | float
    fps: float


@dataclass(frozen=True)
class Extracted:
    """What came of one clip: rows, or the reason why there are none.

    Args:
        tracks: modality to values, mask and spans.
        sources: channel to the SHA-256 of its file.
        spread: its words had no times and were spread evenly over it.
        cut: channels of which the extractor left out the end.
        error: why it failed.
    """

    tracks: Mapping[str, Arrays]
    sources: Mapping[str, str]
    spread: bool = False
    cut: frozenset[str] = frozenset()
    error: str | None = None


# What a process was begun with: too large to be sent along with every clip.
AT_HAND: ContextVar[Work] = ContextVar("work")


def attempt(work: Work, clip: Clip) -> Extracted:
    """One clip's rows; a fault becomes the reason why there are none."""
    try:
        return extract_one(work, clip)
    except FAULTS as error:
        return Extracted({}, {}, error=str(error) or type(error).__name__)


def extract_one(work: Work, clip: Clip) -> Extracted:
    """One clip's rows.

    Raises:
        MediaError: its media cannot be read.
        DataError: it has no words to be aligned to.
    """
    front = FrontEnd(work.extractors, work.align, work.fps)
    material = material_of(clip, front.reads, fps=work.fps)
    tracks = front.tracks(material)
    return Extracted(
        {n: arrays_of(track) for n, track in tracks.items()},
        sources_of(clip, work.extractors),
        front.spreads(material),
        front.cut(material),
    )


def arrays_of(track: Track) -> Arrays:
    """A track as plain arrays, which travel between processes as bytes."""
    return track.values.numpy(), track.mask.numpy(), track.spans.numpy()


def results(work: Work, clips: Sequence[Clip], *, workers: int) -> Iterator[tuple[Clip, Extracted]]:
    """Each clip with what came of it, in order; with one worker, in this process."""
    if workers <= 1:
        for clip in clips:
            yield clip, attempt(work, clip)
        return
    left = deque(clips)
    while left:
        # What a dead pool left in `left` starts with the clips that it held.
        yield from pooled(work, left, workers)
        for _ in range(min(len(left), AHEAD * workers)):
            yield from pooled(work, left, 1, alone=True)


def pooled(
    work: Work, left: deque[Clip], workers: int, *, alone: bool = False
) -> Iterator[tuple[Clip, Extracted]]:
    """Results of one pool of processes, until the clips are done or a process dies.

    Args:
        work: what is done to each.
        left: clips to do; those that are done leave it.
        workers: processes.
        alone: do the first clip only; if its process dies, it is the clip's fault.
    """
    if not left:
        return
    context = get_context("spawn")
    with ProcessPoolExecutor(workers, context, initializer=begin, initargs=(work,)) as pool:
        waiting: deque[Future[Extracted]] = deque()
        ahead = iter([left[0]] if alone else list(left))
        try:
            while True:
                for clip in ahead:
                    waiting.append(pool.submit(continue_with, clip))
                    if len(waiting) >= AHEAD * workers:
                        break
                if not waiting:
                    return
                done = waiting.popleft().result()
                yield left.popleft(), done
        except BrokenProcessPool:
            if alone:
                clip = left.popleft()
                yield clip, Extracted({}, {}, error=f"Clip {clip.id!r}: {DIED}.")


def begin(work: Work) -> None:
    """In a new process: keep to one thread, and remember what is to be done."""
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    AT_HAND.set(work)


def continue_with(clip: Clip) -> Extracted:
    """In a process that has begun: one clip."""
    return attempt(AT_HAND.get(), clip)
