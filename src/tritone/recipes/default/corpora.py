"""The corpora of the default model, read once and cached as plain arrays."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from tritone.core.clip import Clip
from tritone.datasets.spec import read_corpus
from tritone.features.clips import faces_of
from tritone.features.preprocess import Preprocessor
from tritone.media.audio import read_audio

TEXTS = {
    "emotions": "emotions_text",
    "meld": "meld_text",
    "mosi": "mosi_features/mosi_features.npz",
}
VOICES, FACES = "ravdess_speech", "fer2013_faces"


def prepare(data: Path, work: Path, preprocessor: Preprocessor) -> None:
    """Write text.json, voice.npz and faces.npz into `work`; what is there already stays.

    Args:
        data: folder that holds the corpora under the names above.
        work: where the caches go.
        preprocessor: the front ends that the model will have.
    """
    work.mkdir(parents=True, exist_ok=True)
    makers = {"text.json": write_texts, "voice.npz": write_voices, "faces.npz": write_faces}
    for name, write in makers.items():
        if not (work / name).exists():
            fresh = work / f"new-{name}"
            write(data, fresh, preprocessor)
            fresh.replace(work / name)


def both(data: Path, name: str, place: str) -> list[Clip]:
    """The clips of a corpus's train and val splits, in the order they are read."""
    spec = f"{name}:{data / place}"
    return [clip for split in ("train", "val") for clip in read_corpus(spec, split).clips]


def write_texts(data: Path, file: Path, preprocessor: Preprocessor) -> None:
    """Sentences with what each corpus says of them."""
    records = [
        {
            "corpus": corpus,
            "split": clip.split,
            "text": clip.text,
            "emotion": clip.labels.get("emotion"),
            "sentiment": clip.labels.get("sentiment") if corpus == "meld" else None,
            "score": scaled(clip.labels.get("valence")) if corpus == "mosi" else None,
            "group": clip.group,
        }
        for corpus, place in TEXTS.items()
        for clip in both(data, corpus, place)
    ]
    file.write_text(json.dumps(records), encoding="utf-8")


def scaled(valence: str | float | None) -> float | None:
    """A valence in [-1, 1] on MOSI's scale of -3 to 3."""
    return None if valence is None else 3 * float(valence)


def write_voices(data: Path, file: Path, preprocessor: Preprocessor) -> None:
    """Log-mel rows of each recording, one after the other, in half precision."""
    clips = both(data, "ravdess", VOICES)
    rate = preprocessor.voice.rate_hz
    rows = [
        preprocessor.mel(read_audio(clip.media["audio"].path, rate_hz=rate))[0].astype(np.float16)
        for clip in clips
    ]
    save(
        file,
        clips,
        rows=np.concatenate(rows),
        lengths=np.array([len(part) for part in rows]),
        actor=np.array([int((clip.group or "0").removeprefix("actor_")) for clip in clips]),
    )


def write_faces(data: Path, file: Path, preprocessor: Preprocessor) -> None:
    """The grey face of each picture."""
    clips = both(data, "faces", FACES)
    side = preprocessor.face.side
    save(
        file,
        clips,
        pictures=np.concatenate([faces_of(clip.media["vision"], side, 0.0) for clip in clips]),
    )


def save(file: Path, clips: Sequence[Clip], **arrays: np.ndarray) -> None:
    """Arrays with each clip's emotion and split beside them."""
    labels = {
        "emotion": np.array([str(clip.labels["emotion"]) for clip in clips]),
        "split": np.array([clip.split or "" for clip in clips]),
    }
    with file.open("wb") as handle:
        np.savez(handle, allow_pickle=False, **arrays, **labels)
