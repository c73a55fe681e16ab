"""Make the sample clip that ships with the package: a drawn face, a synthetic voice, subtitles.

Run:    python scripts/make_sample.py
Writes: src/tritone/sample/sample.mp4 and sample.srt; the same bytes each time with the same
        versions of numpy, OpenCV and PyAV.

Nothing in it was recorded: the sentences are ours, the face and the voice are formulas. In the
fourth sentence the words are kind and the face is not, so that the channels disagree.
"""

import argparse
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from sample_face import HEIGHT, WIDTH, Expression, blend, draw
from sample_voice import RATE_HZ, Tone, speak

FOLDER = Path(__file__).resolve().parent.parent / "src" / "tritone" / "sample"
FRAMES_PER_SECOND = 20
MOUTH_RATE_HZ = 200
LEAD, PAUSE, TAIL = 0.4, 0.45, 0.6
BLINKS = (1.1, 3.5, 6.3, 8.9, 11.4)

NEUTRAL = Expression()
JOY = Expression(smile=1.0, teeth=1.0, squint=1.0, inner_brow=0.15, outer_brow=0.3)
SADNESS = Expression(smile=-1.0, inner_brow=1.0, outer_brow=-0.8, droop=1.0)
ANGER = Expression(smile=-0.6, press=1.0, inner_brow=-1.0, outer_brow=0.4, wide=0.6)


@dataclass(frozen=True)
class Sentence:
    """What is said, how it sounds and how it looks."""

    text: str
    phones: str
    tone: Tone
    face: Expression


SCRIPT = (
    Sentence(
        "I walked through the garden this morning.",
        "AY1 | W AO1 K T | TH R UW | DH AH | G AA1 R D IH N | DH IH S | M AO1 R N IH NG",
        Tone(pitch_hz=195, swing=0.09, pace=1.0),
        NEUTRAL,
    ),
    Sentence(
        "The roses are open, and they look wonderful!",
        "DH AH | R OW1 Z IH Z | AA R | OW1 P EH N | AH N D | DH EY | L UH K | W AH1 N D ER F UH L",
        Tone(pitch_hz=265, swing=0.24, fall=0.05, pace=1.12, level=1.25),
        JOY,
    ),
    Sentence(
        "But the storm broke our old apple tree.",
        "B AH T | DH AH | S T AO1 R M | B R OW1 K | AW R | OW L D | AE1 P AH L | T R IY1",
        Tone(pitch_hz=165, swing=0.04, fall=0.22, pace=0.78, level=0.6, breath=0.25),
        SADNESS,
    ),
    Sentence(
        "Well, that is just great.",
        "W EH1 L | DH AE1 T | IH Z | CH AH1 S T | G R EY1 T",
        Tone(pitch_hz=185, swing=0.12, fall=0.30, pace=0.9, level=1.2, breath=0.1),
        ANGER,
    ),
    Sentence(
        "Still, I am so happy that you came!",
        "S T IH1 L | AY | AE M | S OW1 | HH AE1 P IY | DH AE T | Y UW1 | K EY1 M",
        Tone(pitch_hz=270, swing=0.24, fall=0.05, pace=1.08, level=1.25),
        JOY,
    ),
)


def main() -> None:
    """Write the clip and its subtitles."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--to", type=Path, default=FOLDER, help="folder to write to")
    folder = parser.parse_args().to
    folder.mkdir(parents=True, exist_ok=True)
    sound, mouth, spans = perform()
    partial = folder / "sample.partial.mp4"
    encode(partial, sound, film(mouth, spans))
    partial.replace(folder / "sample.mp4")
    (folder / "sample.srt").write_text(subtitles(spans), encoding="utf-8")
    print(f"{folder / 'sample.mp4'}: {(folder / 'sample.mp4').stat().st_size / 1e3:.0f} kB")


def perform() -> tuple[np.ndarray, np.ndarray, list[tuple[float, float]]]:
    """The sound, the mouth's opening 200 times a second, each sentence's start and end."""
    sounds, mouths, spans = [silence(LEAD)], [np.zeros(round(LEAD * MOUTH_RATE_HZ))], []
    clock = LEAD
    for index, sentence in enumerate(SCRIPT):
        pause = TAIL if index == len(SCRIPT) - 1 else PAUSE
        sound, mouth = speak(sentence.phones, sentence.tone, seed=index)
        spans.append((clock, clock + len(sound) / RATE_HZ))
        clock = spans[-1][1] + pause
        sounds += [sound, silence(pause)]
        mouths += [mouth, np.zeros(round(pause * MOUTH_RATE_HZ))]
    whole = np.concatenate(sounds)
    room = np.random.default_rng(99).standard_normal(len(whole)) * 0.0006
    return 0.7 * whole / np.abs(whole).max() + room, np.concatenate(mouths), spans


def silence(seconds: float) -> np.ndarray:
    """Zeros, a whole number of mouth frames long."""
    return np.zeros(round(seconds * MOUTH_RATE_HZ) * RATE_HZ // MOUTH_RATE_HZ)


def film(mouth: np.ndarray, spans: list[tuple[float, float]]) -> Iterator[np.ndarray]:
    """The frames, one by one."""
    seconds = len(mouth) / MOUTH_RATE_HZ
    for index in range(round(seconds * FRAMES_PER_SECOND)):
        time = index / FRAMES_PER_SECOND
        opening = mouth[min(int(time * MOUTH_RATE_HZ), len(mouth) - 1)]
        face = expression_at(time, spans)
        gloom = max(-face.smile, 0.0)
        blink = max(np.exp(-(((time - at) / 0.07) ** 2)) for at in BLINKS)
        face = replace(face, jaw=0.75 * opening, press=face.press * (1 - opening), blink=blink)
        yield draw(
            face,
            roll=0.035 * np.sin(2 * np.pi * time / 4.1) + 0.03 * gloom,
            sway=0.05 * np.sin(2 * np.pi * time / 5.3),
            nod=0.02 * np.sin(2 * np.pi * time / 2.3) + 0.03 * gloom,
        )


def expression_at(time: float, spans: list[tuple[float, float]]) -> Expression:
    """The face of the sentence that is being said; it changes over the pause before."""
    face = NEUTRAL
    for sentence, (start, _) in zip(SCRIPT, spans, strict=True):
        share = np.clip((time - start + PAUSE * 0.9) / (PAUSE * 0.9), 0, 1)
        face = blend(face, sentence.face, float(share * share * (3 - 2 * share)))
    return face


def encode(path: Path, sound: np.ndarray, frames: Iterable[np.ndarray]) -> None:
    """An MP4 of H.264 and AAC, encoded on one thread so that the bytes repeat."""
    with av.open(str(path), "w", options={"movflags": "+faststart", "fflags": "+bitexact"}) as out:
        options = {"crf": "27", "preset": "slow", "x264-params": "threads=1"}
        video = out.add_stream("libx264", rate=FRAMES_PER_SECOND, options=options)
        video.width, video.height, video.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        audio = out.add_stream("aac", rate=RATE_HZ, layout="mono")
        audio.bit_rate = 48_000
        for index, image in enumerate(frames):
            frame = av.VideoFrame.from_ndarray(image, format="rgb24")
            frame.pts, frame.time_base = index, Fraction(1, FRAMES_PER_SECOND)
            out.mux(video.encode(frame))
        out.mux(video.encode())
        block = audio.codec_context.frame_size or 1024
        for start in range(0, len(sound), block):
            samples = sound[None, start : start + block].astype(np.float32)
            frame = av.AudioFrame.from_ndarray(samples, format="fltp", layout="mono")
            frame.sample_rate, frame.pts, frame.time_base = RATE_HZ, start, Fraction(1, RATE_HZ)
            out.mux(audio.encode(frame))
        out.mux(audio.encode())


def subtitles(spans: list[tuple[float, float]]) -> str:
    """The sentences as SRT."""
    cues = []
    for number, (sentence, (start, end)) in enumerate(zip(SCRIPT, spans, strict=True), start=1):
        cues.append(f"{number}\n{_stamp(start)} --> {_stamp(end)}\n{sentence.text}\n")
    return "\n".join(cues)


def _stamp(seconds: float) -> str:
    whole = round(seconds * 1000)
    minutes, rest = divmod(whole, 60_000)
    return f"00:{minutes:02d}:{rest // 1000:02d},{rest % 1000:03d}"


if __name__ == "__main__":
    main()
