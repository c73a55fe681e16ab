"""What a media file holds, whatever its kind."""

from dataclasses import dataclass, replace
from pathlib import Path

from av.audio.stream import AudioStream
from av.container import InputContainer
from av.error import FFmpegError
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from tritone.core.errors import MediaError
from tritone.media.files import kind_of
from tritone.media.image import image_size
from tritone.media.streams import (
    clock_of,
    is_guess,
    opened,
    pick,
    pixel_ratio,
    real_streams,
    shown_size,
    told_duration,
    turn_of,
)
from tritone.media.text import read_text

__all__ = ["MediaInfo", "kind_of", "probe"]

# How many packets may pass before the first picture shows.
PROBE_PACKETS = 500


@dataclass(frozen=True)
class MediaInfo:
    """What a file holds.

    Args:
        path: the file.
        kind: "video", "audio", "image" or "text". A film's file without moving pictures
            is "audio".
        duration: seconds; None for a picture and for words.
        has_audio: it holds sound that can be decoded.
        has_video: it holds moving pictures that can be decoded; a cover picture is none.
        fps: mean pictures a second, where it is known.
        width: of the upright picture with square pixels, in pixels.
        height: of the upright picture, in pixels.
        rate_hz: sample rate of the sound.
        channels: channels of the sound.
        warnings: what was skipped or looks odd, in sentences.
    """

    path: Path
    kind: str
    duration: float | None = None
    has_audio: bool = False
    has_video: bool = False
    fps: float | None = None
    width: int | None = None
    height: int | None = None
    rate_hz: int | None = None
    channels: int | None = None
    warnings: tuple[str, ...] = ()


def probe(path: str | Path) -> MediaInfo:
    """What a file holds: kind, duration, streams, and what was skipped.

    Raises:
        MediaError: the file is missing, a folder, unreadable, empty or no media; the
            message says which, and what to do.
    """
    path = Path(path)
    match kind_of(path):
        case "image":
            width, height = image_size(path)
            return MediaInfo(path, "image", width=width, height=height)
        case "text":
            return MediaInfo(path, "text", warnings=tuple(read_text(path)[1]))
    with opened(path) as container:
        info = _streams_of(path, container)
        guessed = is_guess(container)
    if info.duration is None or guessed:
        info = replace(info, duration=_scanned_duration(path))
    return info


def _streams_of(path: Path, container: InputContainer) -> MediaInfo:
    warnings = [
        f"'{path}': its {stream.type} stream {stream.index} is in a codec not known here; skipped."
        for stream in real_streams(container, "audio", "video")
        if stream.codec_context is None
    ]
    audio, video = pick(container, "audio"), pick(container, "video")
    info = MediaInfo(path, "audio", told_duration(container))
    if isinstance(audio, AudioStream) and audio.codec_context.sample_rate > 0:
        context = audio.codec_context
        info = replace(info, has_audio=True, rate_hz=context.sample_rate, channels=context.channels)
    if isinstance(video, VideoStream):
        frame = _first_picture(container, video)
        if frame is None:
            warnings.append(f"'{path}': no picture of its video can be decoded; skipped.")
        else:
            info = replace(info, **_picture_facts(frame, video))
    if not (info.has_audio or info.has_video):
        told = " ".join(warnings) or "It has no stream of either."
        raise MediaError(f"'{path}' holds no sound and no picture to read. {told}")
    return replace(info, warnings=tuple(warnings))


def _picture_facts(frame: VideoFrame, video: VideoStream) -> dict[str, object]:
    width, height = shown_size(frame, pixel_ratio(video))
    if turn_of(frame).transpose:
        width, height = height, width
    rate = video.average_rate or video.guessed_rate
    fps = float(rate) if rate else None
    return {"kind": "video", "has_video": True, "fps": fps, "width": width, "height": height}


def _first_picture(container: InputContainer, video: VideoStream) -> VideoFrame | None:
    packets = container.demux(video)
    for _ in range(PROBE_PACKETS):
        try:
            packet = next(packets, None)
            if packet is None:
                return None
            for frame in packet.decode():
                if isinstance(frame, VideoFrame):
                    return frame
        except FFmpegError:
            continue
    return None


def _scanned_duration(path: Path) -> float | None:
    """Where the last packet ends, in seconds from time zero; reads the file, decodes nothing."""
    end = 0.0
    with opened(path) as container:
        clock = clock_of(container)
        streams = real_streams(container, "audio", "video")
        try:
            for packet in container.demux(streams):
                if packet.pts is not None and packet.time_base is not None:
                    stop = float((packet.pts + (packet.duration or 0)) * packet.time_base)
                    end = max(end, stop - clock.zero)
        except FFmpegError:
            pass  # A file that was cut off ends where reading ends.
    return end or None
