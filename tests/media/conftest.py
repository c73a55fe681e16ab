"""Tiny media of every kind, made on the spot: what is in them is known to the sample."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from av.audio.resampler import AudioResampler

# Container: the codecs of its picture and of its sound.
CODECS = {
    "mp4": ("libx264", "aac"),
    "mov": ("libx264", "aac"),
    "m4v": ("libx264", "aac"),
    "mkv": ("libx264", "flac"),
    "webm": ("libvpx", "libopus"),
    "avi": ("mpeg4", "libmp3lame"),
    "mpg": ("mpeg2video", "mp2"),
    "wav": (None, "pcm_s16le"),
    "flac": (None, "flac"),
    "mp3": (None, "libmp3lame"),
    "m4a": (None, "aac"),
    "ogg": (None, "flac"),
    "opus": (None, "libopus"),
    "aac": (None, "aac"),
}
FORMATS = {"mpg": "vob", "m4a": "mp4", "m4v": "mp4", "aac": "adts", "mkv": "matroska"}
# Of x264 the quickest setting that still makes B-frames, whose order is what goes wrong.
FASTER = {
    "libx264": {"preset": "veryfast"},
    "libvpx": {"deadline": "realtime", "cpu-used": "8"},
}
LAYOUTS = {1: "mono", 2: "stereo", 3: "2.1", 4: "4.0", 5: "5.0", 6: "5.1", 7: "6.1", 8: "7.1"}
TICK = Fraction(1, 1000)


@pytest.fixture
def clicks() -> Callable[..., np.ndarray]:
    """A function that makes silence with bursts of a high tone at the seconds given."""

    def make(seconds: float, *at: float, rate_hz: int = 48_000) -> np.ndarray:
        sound = np.zeros(round(seconds * rate_hz), np.float32)
        burst = 0.8 * np.sin(np.arange(rate_hz // 100) * 2 * np.pi * 3000 / rate_hz)
        for begin in at:
            sound[round(begin * rate_hz) :][: len(burst)] = burst
        return sound

    return make


@pytest.fixture
def greys() -> Callable[[int], list[np.ndarray]]:
    """A function that makes plain pictures, each lighter than the one before."""

    def make(count: int) -> list[np.ndarray]:
        levels = np.linspace(20, 235, count).round().astype(np.uint8)
        return [np.full((48, 64, 3), level, np.uint8) for level in levels]

    return make


@pytest.fixture
def write_media() -> Callable[..., Path]:
    """A function that writes a media file; see `media_file`."""
    return media_file


def media_file(
    path: Path,
    *,
    pictures: Sequence[np.ndarray] = (),
    times: Sequence[float] | None = None,
    fps: int = 25,
    sound: np.ndarray | None = None,
    rate_hz: int = 48_000,
    sound_start: float = 0.0,
    matrix: Sequence[float] | None = None,
    pixel: tuple[int, int] | None = None,
    cover: bytes | None = None,
    options: dict[str, str] | None = None,
) -> Path:
    """Write pictures and sound into the container that the name asks for.

    Args:
        path: its suffix chooses container and codecs.
        pictures: RGB, all of one even size.
        times: when each picture is shown, in seconds; else at `fps`.
        fps: pictures a second.
        sound: (channel, sample) in [-1, 1].
        rate_hz: of `sound`.
        sound_start: seconds at which the sound begins.
        matrix: display matrix of the video, nine numbers.
        pixel: width and height of a stored pixel.
        cover: PNG of an attached cover picture.
        options: of the container.
    """
    suffix = path.suffix[1:]
    picture_codec, sound_codec = CODECS[suffix]
    with av.open(str(path), "w", format=FORMATS.get(suffix), options=options or {}) as out:
        video = audio = art = None
        if len(pictures):
            video = out.add_stream(picture_codec, rate=fps)
            video.height, video.width = pictures[0].shape[:2]
            video.pix_fmt = "yuv420p"
            video.bit_rate = 2_000_000
            video.options = FASTER.get(picture_codec, {})
            video.codec_context.thread_count = 1
            if suffix == "avi":
                # AVI has no presentation times, so that B-frames would shift all by one.
                video.codec_context.max_b_frames = 0
            if pixel is not None:
                video.codec_context.sample_aspect_ratio = Fraction(*pixel)
            if times is not None:
                video.codec_context.time_base = TICK
            if matrix is not None:
                video.set_display_matrix(matrix)
        if sound is not None:
            audio = out.add_stream(sound_codec, rate=rate_hz, layout=LAYOUTS[len(sound)])
        if cover is not None:
            art = out.add_stream("png", rate=1)
            art.width = art.height = 8
            art.pix_fmt = "rgb24"
            art.disposition = av.stream.Disposition.attached_pic
        packets = [*_pictures(video, pictures, times), *_sound(audio, sound, rate_hz, sound_start)]
        if art is not None:
            packets.insert(0, _cover(art, cover))
        out.mux(sorted(packets, key=lambda p: float((p.dts or 0) * p.time_base)))
    return path


def _pictures(video, pictures, times):
    for number, picture in enumerate(pictures):
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
        if times is not None:
            frame.pts, frame.time_base = round(times[number] / TICK), TICK
        yield from video.encode(frame)
    if video is not None:
        yield from video.encode(None)


def _sound(audio, sound, rate_hz, start):
    if audio is None:
        return
    fit = AudioResampler(audio.format.name, audio.layout.name, rate_hz, audio.frame_size or 1024)
    frame = av.AudioFrame.from_ndarray(
        np.ascontiguousarray(sound, np.float32), format="fltp", layout=audio.layout.name
    )
    frame.sample_rate, frame.time_base = rate_hz, Fraction(1, rate_hz)
    frame.pts = round(start * rate_hz)
    for part in [*fit.resample(frame), *fit.resample(None)]:
        yield from audio.encode(part)
    yield from audio.encode(None)


def _cover(art, png):
    packet = av.Packet(png)
    packet.stream, packet.time_base, packet.pts, packet.dts = art, Fraction(1, 1), 0, 0
    return packet
