"""Pictures of a video at a fixed rate: upright RGB, one after another."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil
from pathlib import Path

import numpy as np
from av.container import InputContainer
from av.error import FFmpegError
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter
from av.video.stream import VideoStream
from jaxtyping import UInt8

from tritone.core.errors import MediaError
from tritone.media.streams import (
    Clock,
    clock_of,
    decoded,
    opened,
    pick,
    pixel_ratio,
    shown_size,
    turn_of,
)
from tritone.media.upright import turned

# 8K video is 33 million pixels.
MAX_PIXELS = 2**26
# Containers round stamps to whole milliseconds; a frame due that soon counts as shown.
ROUNDING = 0.001
# Not worth a seek: up to here it is as quick to decode from the start.
NEAR = 5.0
# MPEG program and raw streams have no index, so that a seek may land after its mark.
INDEXED = {"mov", "matroska", "avi"}
# Where neither the frame nor the stream tells how long a picture lasts.
USUAL_FPS = 25


@dataclass(frozen=True)
class Frame:
    """One picture of a video.

    Args:
        seconds: when it was sampled, on the media's clock.
        image: RGB, upright. Samples that show the same picture share the same array.
    """

    seconds: float
    image: UInt8[np.ndarray, "height width 3"]


def frames(
    path: str | Path,
    *,
    fps: float = 5.0,
    start: float | None = None,
    end: float | None = None,
    max_pixels: int = MAX_PIXELS,
    max_side: int | None = None,
    warnings: list[str] | None = None,
) -> Iterator[Frame]:
    """What the video shows at 0, 1/fps, 2/fps, ... seconds, from `start` to before `end`.

    The picture of a sample is the last one whose time has come, so that a variable frame
    rate does no harm. The samples' times do not depend on `start`.

    Args:
        path: the video.
        fps: samples a second.
        start: seconds on the media's clock; None for its beginning.
        end: seconds on the media's clock; None for its end.
        max_pixels: larger pictures are refused.
        max_side: pictures with a longer side are made smaller, to this many pixels.
        warnings: gains sentences about damage that was passed over.

    Raises:
        MediaError: as `probe`; or the file has no video, or none of it can be decoded.
    """
    if fps <= 0:
        raise MediaError(f"'{path}' cannot be sampled {fps:g} times a second. Give fps above 0.")
    path, warnings = Path(path), [] if warnings is None else warnings
    sample = 0 if start is None else max(0, ceil(start * fps - ROUNDING))
    draw = _Drawing(max_side)
    is_first = True
    for shown in _shown(path, sample / fps, max_pixels, warnings):
        if is_first:
            # Half a sample before the first picture, that picture is the nearest.
            sample, is_first = max(sample, ceil(shown.begin * fps - 0.5)), False
        image = None
        while sample / fps < shown.stop - ROUNDING:
            if end is not None and sample / fps >= end - ROUNDING:
                return
            image = draw(shown) if image is None else image
            yield Frame(sample / fps, image)
            sample += 1


@dataclass(frozen=True)
class _Shown:
    """A decoded picture, from when until when it is shown, and how wide its pixels are."""

    begin: float
    stop: float
    frame: VideoFrame
    ratio: float


class _Drawing:
    """From a decoded frame to upright RGB; keeps the scaler, which is dear to set up."""

    def __init__(self, max_side: int | None) -> None:
        self.max_side = max_side
        self.reformatter = VideoReformatter()

    def __call__(self, shown: _Shown) -> UInt8[np.ndarray, "height width 3"]:
        width, height = shown_size(shown.frame, shown.ratio)
        if self.max_side is not None and max(width, height) > self.max_side:
            scale = self.max_side / max(width, height)
            width, height = max(1, round(width * scale)), max(1, round(height * scale))
        image = self.reformatter.reformat(shown.frame, width, height, "rgb24").to_ndarray()
        return turned(image, turn_of(shown.frame))


def _shown(path: Path, start: float, max_pixels: int, warnings: list[str]) -> Iterator[_Shown]:
    """Each picture shown after `start`, in order."""
    seek = start > NEAR and _seeks_well(path, start)
    with opened(path) as container:
        stream, clock = _video_of(path, container), clock_of(container)
        if seek:
            _seek(container, stream, clock, start)
        ratio = pixel_ratio(stream)
        last, expected = None, None if seek else 0.0
        for frame in decoded(path, container, stream, VideoFrame, warnings):
            _check_size(path, frame, max_pixels)
            begin = clock.place(frame, expected)
            if last is not None:
                begin = max(begin, last[0])
                if begin > start:
                    yield _Shown(last[0], begin, last[1], ratio)
            last, expected = (begin, frame), begin + _interval(frame, stream)
        if last is None or expected is None:
            raise MediaError(f"'{path}': no picture of its video can be decoded. Convert it again.")
        yield _Shown(last[0], expected, last[1], ratio)
        warnings += clock.complaints(path, "picture", expected)


def _seeks_well(path: Path, start: float) -> bool:
    """Whether a seek lands on a picture at or before `start`, by trying."""
    with opened(path) as container:
        if not INDEXED & set(container.format.name.split(",")):
            return False
        stream, clock = _video_of(path, container), clock_of(container)
        try:
            _seek(container, stream, clock, start)
            first = next(decoded(path, container, stream, VideoFrame, []), None)
        except FFmpegError:
            return False
        return first is not None and clock.place(first, None) <= start


def _seek(container: InputContainer, stream: VideoStream, clock: Clock, start: float) -> None:
    base = stream.time_base or 1
    container.seek(int((start + clock.zero) / base), stream=stream)


def _video_of(path: Path, container: InputContainer) -> VideoStream:
    stream = pick(container, "video")
    if not isinstance(stream, VideoStream):
        raise MediaError(f"'{path}' has no video that can be decoded.")
    stream.thread_type = "AUTO"
    return stream


def _check_size(path: Path, frame: VideoFrame, max_pixels: int) -> None:
    if frame.width * frame.height > max_pixels:
        raise MediaError(
            f"'{path}' shows pictures of {frame.width} x {frame.height} pixels, more than the "
            f"limit of {max_pixels:,}. Make it smaller first."
        )


def _interval(frame: VideoFrame, stream: VideoStream) -> float:
    """Seconds that a picture says it is shown, or the mean of the stream."""
    if frame.duration and frame.time_base:
        return float(frame.duration * frame.time_base)
    rate = stream.average_rate or stream.guessed_rate or USUAL_FPS
    return float(1 / rate)
