"""Peak anonymous memory of an analysis: a film of an hour needs no more than one of a minute.

Run:
    python benchmarks/memory.py [--minutes 1 60] [--fps 5]

The films are the sample clip, made small (320 pixels wide, 10 frames a second) and repeated
without encoding it again. Each is analysed in a process of its own; RssAnon, which leaves out
the pages of mapped files, is read every 50 ms. Leaves with 1 if a limit is broken.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from importlib.resources import files
from pathlib import Path

import av
import numpy as np

PEAK_LIMIT, GROWTH_LIMIT = 1500, 200  # MB
EVERY = 0.05
WIDTH, FPS = 320, 10
RATE_HZ, CHUNK = 16_000, 1600


def main() -> int:
    """Print the peak for each length, and say whether the limits hold."""
    parser = argparse.ArgumentParser(description="Peak memory of an analysis.")
    parser.add_argument("--minutes", type=float, nargs="+", default=[1.0, 60.0])
    parser.add_argument("--fps", type=float, default=5.0)
    parser.add_argument("--model", default="default")
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child is not None:
        return child(given.child, given.fps, given.model)
    peaks = []
    print(f"{'minutes':>8} {'segments':>9} {'seconds':>8} {'at rest MB':>11} {'peak MB':>8}")
    with tempfile.TemporaryDirectory() as folder:
        small = shrunk(Path(folder) / "small.mkv")
        for minutes in given.minutes:
            film = repeated(small, Path(folder) / f"{minutes:g}.mkv", 60 * minutes)
            told = analysed(film, given.fps, given.model)
            peaks.append(told["peak"])
            print(
                f"{minutes:8g} {told['segments']:9d} {told['seconds']:8.1f} "
                f"{told['rest']:11.0f} {told['peak']:8.0f}",
                flush=True,
            )
    growth = peaks[-1] - peaks[0]
    print(f"growth {growth:.0f} MB (limit {GROWTH_LIMIT}), peak limit {PEAK_LIMIT}")
    return 0 if growth <= GROWTH_LIMIT and max(peaks) < PEAK_LIMIT else 1


def analysed(film: Path, fps: float, model: str) -> dict:
    """What a fresh process says of itself after analysing the film."""
    command = [sys.executable, __file__, "--child", str(film), "--fps", str(fps), "--model", model]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout)


def child(film: Path, fps: float, model: str) -> int:
    """Analyse one film, and print the peak as JSON."""
    from tritone.analyze.analyzer import load

    analyzer = load(model, device="cpu")
    rest, begin = anonymous(), time.perf_counter()
    with watched() as peak:
        result = analyzer.analyze(film, fps=fps)
    told = {
        "rest": rest,
        "peak": max(peak),
        "seconds": time.perf_counter() - begin,
        "segments": sum(len(clip.segments) for clip in result.clips),
    }
    print(json.dumps(told))
    return 1 if result.errors else 0


@contextmanager
def watched() -> Iterator[list[float]]:
    """Anonymous memory in MB, read again and again while the block runs."""
    seen = [anonymous()]
    stop = threading.Event()

    def watch() -> None:
        while not stop.wait(EVERY):
            seen.append(anonymous())

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield seen
    finally:
        stop.set()
        thread.join()


def anonymous() -> float:
    """RssAnon of this process in MB."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1]) / 1024
    raise OSError("/proc/self/status has no RssAnon: this benchmark needs Linux.")


def shrunk(target: Path) -> Path:
    """The sample clip, small."""
    from tritone.media.audio import read_audio
    from tritone.media.video import frames

    source = Path(str(files("tritone") / "sample/sample.mp4"))
    with av.open(str(target), "w", format="matroska") as out:
        pictures, sound = (
            out.add_stream("mpeg4", rate=FPS),
            out.add_stream("pcm_s16le", rate=RATE_HZ, layout="mono"),
        )
        shown = list(frames(source, fps=FPS, max_side=WIDTH))
        pictures.height, pictures.width = shown[0].image.shape[:2]
        pictures.pix_fmt = "yuv420p"
        for place, one in enumerate(shown):
            frame = av.VideoFrame.from_ndarray(one.image, format="rgb24")
            frame.pts, frame.time_base = place, Fraction(1, FPS)
            out.mux(pictures.encode(frame))
        samples = read_audio(source, rate_hz=RATE_HZ)[: int(len(shown) / FPS * RATE_HZ)]
        whole = (samples * 32767).astype(np.int16)
        for begin in range(0, len(whole), CHUNK):
            frame = av.AudioFrame.from_ndarray(whole[None, begin : begin + CHUNK], "s16", "mono")
            frame.sample_rate, frame.pts, frame.time_base = RATE_HZ, begin, Fraction(1, RATE_HZ)
            out.mux(sound.encode(frame))
        out.mux(pictures.encode(None))
        out.mux(sound.encode(None))
    return target


def repeated(source: Path, target: Path, seconds: float) -> Path:
    """The film over and over, its packets copied, until it is so long."""
    with av.open(str(target), "w", format="matroska") as out:
        begin, streams = 0.0, {}
        while begin < seconds:
            with av.open(str(source)) as film:
                for stream in film.streams:
                    if stream.index not in streams:
                        streams[stream.index] = out.add_stream_from_template(stream)
                length = (film.duration or 0) / av.time_base
                for packet in film.demux():
                    if packet.dts is None or packet.pts is None or packet.time_base is None:
                        continue
                    shift = round(begin / packet.time_base)
                    if begin + float(packet.pts * packet.time_base) >= seconds:
                        continue
                    packet.pts, packet.dts = packet.pts + shift, packet.dts + shift
                    packet.stream = streams[packet.stream.index]
                    out.mux(packet)
            begin += length
    return target


if __name__ == "__main__":
    sys.exit(main())
