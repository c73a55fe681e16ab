"""From a Clip of a corpus to the default model's Sample, whatever the clip names."""

import zipfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from jaxtyping import Float, UInt8

from tritone.core.batch import Sample
from tritone.core.clip import Clip, Source
from tritone.core.errors import MediaError
from tritone.features.detectors import HaarDetector
from tritone.features.faces import crop_face, largest
from tritone.features.preprocess import Preprocessor
from tritone.media.audio import read_audio
from tritone.media.image import read_image

CROPPED = 128  # a picture of at most this many pixels a side is a face already cut out
HEAVIEST = 64 * 2**20  # bytes that one member of a zip file may unpack to


@dataclass(frozen=True)
class Read:
    """What was read of a clip, before anything is made of it; what it lacks is None.

    Args:
        text: what is said or written.
        samples: its sound, at the preprocessor's rate.
        faces: grey crops.
        start: seconds on the media's clock at which the sound begins.
    """

    text: str | None = None
    samples: Float[np.ndarray, " sample"] | None = None
    faces: UInt8[np.ndarray, "face side side"] | None = None
    start: float = 0.0

    def sample(self, preprocessor: Preprocessor, id: str) -> Sample:
        """The rows that are made of it; what it lacks is a missing track."""
        return preprocessor.sample(
            id, text=self.text, samples=self.samples, start=self.start, faces=self.faces
        )


def sample_of_clip(preprocessor: Preprocessor, clip: Clip) -> Sample:
    """The clip's words, sound and picture as one Sample; what it lacks is a missing track.

    Raises:
        MediaError: a file that the clip names is missing or cannot be read.
    """
    return read_clip(preprocessor, clip).sample(preprocessor, clip.id)


def read_clip(preprocessor: Preprocessor, clip: Clip) -> Read:
    """The clip's words, sound and picture.

    A small picture is taken for a face already cut out; in a larger one the largest face is
    found, and a picture without a face gives no vision.

    Raises:
        MediaError: a file that the clip names is missing or cannot be read.
    """
    samples, faces = None, None
    if "audio" in clip.media:
        samples = read_audio(
            clip.media["audio"].path,
            rate_hz=preprocessor.voice.rate_hz,
            start=clip.start,
            end=clip.end,
        )
    if "vision" in clip.media:
        faces = faces_of(clip.media["vision"], preprocessor.face.side, preprocessor.face.margin)
    return Read(clip.text, samples, faces, clip.start or 0.0)


def faces_of(source: Source, side: int, margin: float) -> UInt8[np.ndarray, "face side side"]:
    """The grey crop of a picture's face; none where none is found."""
    image = read_image(contents(source))
    height, width = image.shape[:2]
    box = (0, 0, width, height)
    if max(height, width) > CROPPED:
        face = largest(HaarDetector().find(image))
        if face is None:
            return np.zeros((0, side, side), np.uint8)
        box = face.box
        return crop_face(image, box, size=side, margin=margin, grey=True)[None]
    return crop_face(image, box, size=side, grey=True)[None]


def contents(source: Source) -> bytes | Path:
    """What a source holds: the path of a file, or the bytes of a member of a zip file.

    Raises:
        MediaError: the member is absent, or unpacks to more than a picture may.
    """
    if source.member is None:
        return source.path
    try:
        archive = opened(source.path)
        if archive.getinfo(source.member).file_size > HEAVIEST:
            raise MediaError(f"{source} unpacks to more than {HEAVIEST // 2**20} MiB.")
        return archive.read(source.member)
    except (KeyError, OSError, zipfile.BadZipFile) as fault:
        raise MediaError(f"{source} cannot be read: {fault}.") from None


@lru_cache(maxsize=2)
def opened(path: Path) -> zipfile.ZipFile:
    """A zip file kept open: its list of members is long, and read once."""
    return zipfile.ZipFile(path)
