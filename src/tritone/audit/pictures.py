"""Pictures of a corpus: copies across splits, and what of them could give the label away."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
from jaxtyping import UInt8

from tritone.audit.findings import Finding, found
from tritone.audit.leaks import duplicates, near_duplicates
from tritone.audit.near import near_pictures, signs_of
from tritone.core.clip import Clip, Source
from tritone.core.errors import MediaError
from tritone.features.clips import contents
from tritone.media.files import kind_of
from tritone.media.image import image_size, read_image

SIDE = 64  # pixels to which pictures are shrunk; all that is compared is smaller
THUMB = 16
BLANK = 3  # grey levels; compression alone makes so many
SAME = 0.95  # correlation of two thumbnails, above which they show the same
Tell = Callable[[str, float], None]


@dataclass(frozen=True)
class Seen:
    """What is noted of one picture; the fields are those of `Pictures`."""

    print: str
    signs: int
    thumb: np.ndarray
    pixels: float
    shape: float
    brightness: float
    is_blank: bool


@dataclass
class Pictures:
    """What one pass over all pictures noted; lists have an entry for each that could be read.

    Args:
        clips: the clips, in order.
        prints: size and content of each, at most `SIDE` pixels.
        signs: see `near.signs_of`.
        thumbs: grey copies of `THUMB` pixels a side, flat.
        pixels: width times height.
        shape: width over height.
        brightness: mean grey level, 0 to 1.
        blank: clips whose picture shows one colour; they are told of, and not compared.
        failed: clips whose picture cannot be read.
        faults: why, for the first of them.
    """

    clips: list[Clip] = field(default_factory=list)
    prints: list[str] = field(default_factory=list)
    signs: list[int] = field(default_factory=list)
    thumbs: list[np.ndarray] = field(default_factory=list)
    pixels: list[float] = field(default_factory=list)
    shape: list[float] = field(default_factory=list)
    brightness: list[float] = field(default_factory=list)
    blank: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def add(self, clip: Clip, seen: Seen | str) -> None:
        """Note what was seen of a clip's picture, or why nothing was."""
        if isinstance(seen, str):
            self.failed.append(clip.id)
            self.faults.append(seen)
        elif seen.is_blank:
            self.blank.append(clip.id)
        else:
            self.clips.append(clip)
            self.prints.append(seen.print)
            self.signs.append(seen.signs)
            self.thumbs.append(seen.thumb)
            self.pixels.append(seen.pixels)
            self.shape.append(seen.shape)
            self.brightness.append(seen.brightness)

    @property
    def attributes(self) -> dict[str, dict[str, float]]:
        """What could give the label away, by attribute and clip."""
        ids = [clip.id for clip in self.clips]
        columns = {"pixels": self.pixels, "shape": self.shape, "brightness": self.brightness}
        return {
            name: dict(zip(ids, values, strict=True)) for name, values in columns.items() if ids
        }


def is_picture(source: Source) -> bool:
    """Whether a source is a still picture, by its name."""
    return kind_of(source.member or source.path) == "image"


def look_at(clips: Sequence[Clip], tell: Tell | None = None) -> Pictures:
    """Read every still picture of the clips once.

    Args:
        clips: those without a picture are passed over.
        tell: called with the clip at hand and the share that is done.
    """
    shown = [clip for clip in clips if "vision" in clip.media and is_picture(clip.media["vision"])]
    pictures, known = Pictures(), {}
    for place, clip in enumerate(shown):
        if tell is not None:
            tell(clip.id, place / len(shown))
        source = clip.media["vision"]
        # An image with ten captions is ten clips.
        if source not in known:
            known[source] = see(source)
        pictures.add(clip, known[source])
    return pictures


def see(source: Source) -> Seen | str:
    """Read a picture and note it; the reason, where it cannot be read."""
    try:
        held = contents(source)
        width, height = image_size(held)
        image = read_image(held, max_side=SIDE)
    except MediaError as fault:
        return str(fault)
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    return Seen(
        fingerprint(image, width, height),
        signs_of(shrunk(grey, 9, 8)),
        shrunk(grey, THUMB, THUMB).reshape(-1),
        float(width * height),
        width / height,
        float(grey.mean()) / 255,
        bool(grey.max() - grey.min() <= BLANK),
    )


def check_pictures(pictures: Pictures) -> list[Finding]:
    """Pictures that are the same, or show the same, and those that cannot be read."""
    findings = []
    if pictures.failed:
        count, first = len(pictures.failed), pictures.faults[0]
        what = f"Pictures that cannot be read: {count:,}. The first: {first}"
        findings.append(found("unreadable_media", pictures.failed, what, channel="vision"))
    if pictures.blank:
        what = f"Pictures of one colour and nothing else: {len(pictures.blank):,}."
        findings.append(found("blank_pictures", pictures.blank, what, channel="vision"))
    if not pictures.clips:
        return findings
    findings += duplicates(same(pictures).values(), "vision", "pictures")
    firsts = first_places(pictures)
    pairs = near_pictures(
        np.array([pictures.signs[place] for place in firsts], np.uint64),
        np.stack([pictures.thumbs[place] for place in firsts]),
        SAME,
    )
    named = [(pictures.clips[firsts[a]], pictures.clips[firsts[b]], near) for a, b, near in pairs]
    return findings + near_duplicates(named, "vision", "Pairs of pictures that look the same")


def same(pictures: Pictures) -> dict[str, list[Clip]]:
    """Clips by the content of their picture."""
    groups: dict[str, list[Clip]] = defaultdict(list)
    for clip, key in zip(pictures.clips, pictures.prints, strict=True):
        groups[key].append(clip)
    return groups


def first_places(pictures: Pictures) -> list[int]:
    """The place of the first picture of each content, in order."""
    places: dict[str, int] = {}
    for place, key in enumerate(pictures.prints):
        places.setdefault(key, place)
    return list(places.values())


def fingerprint(image: UInt8[np.ndarray, "height width 3"], width: int, height: int) -> str:
    """Of a picture's size and of what it shows."""
    digest = hashlib.blake2b(f"{width}x{height}".encode(), digest_size=16)
    digest.update(np.ascontiguousarray(image).tobytes())
    return digest.hexdigest()


def shrunk(grey: np.ndarray, width: int, height: int) -> np.ndarray:
    """A grey picture at another size, every pixel averaged."""
    return np.asarray(cv2.resize(grey, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
