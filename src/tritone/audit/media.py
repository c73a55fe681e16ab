"""Media that clips name: are they there, can they be read, how long and how loud are they.

Whether files are there is asked of all; decoded are a sample of each split, chosen by a fixed
seed, and the largest files, among which cuts that failed are found.
"""

import hashlib
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from tritone.audit.findings import Finding, found
from tritone.audit.leaks import duplicates
from tritone.core.clip import Clip, Source
from tritone.core.errors import MediaError
from tritone.features.detectors import HaarDetector
from tritone.features.material import frames_of, sound_of
from tritone.media.files import kind_of

SOUNDS, FACES, FILMS = 300, 300, 40  # of each split that are decoded
LARGEST = 20  # files that are probed for their length beside the sample
LONG_SECONDS, LONG_TIMES = 60.0, 8.0
SILENCE_DB = -80.0
FLOOR = 1e-6  # -120 dB
SEED = 0
FACE_SIDE = 320  # pixels; the cascade looks at no more
HASH_BYTES = 1 << 30  # larger files are told apart by their size alone
Tell = Callable[[str, float], None]


@dataclass
class Heard:
    """What was noted of clips that were decoded, by clip id."""

    seconds: dict[str, float] = field(default_factory=dict)
    loudness: dict[str, float] = field(default_factory=dict)
    silent: list[str] = field(default_factory=list)
    mute: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def add(self, clip: Clip) -> None:
        """Decode a clip's sound and note it."""
        try:
            samples = sound_of(clip)
        except MediaError as fault:
            self.failed.append(clip.id)
            self.faults.append(str(fault))
            return
        if samples is None:
            self.mute.append(clip.id)
            return
        level = float(np.sqrt(np.mean(samples**2))) if len(samples) else 0.0
        self.seconds[clip.id] = len(samples) / 16_000
        self.loudness[clip.id] = 20 * float(np.log10(max(level, FLOOR)))
        if self.loudness[clip.id] < SILENCE_DB:
            self.silent.append(clip.id)


def sampled(clips: Sequence[Clip], each: int) -> list[Clip]:
    """At most so many clips of each split, chosen by a fixed seed, in order."""
    parts: dict[str | None, list[int]] = defaultdict(list)
    for place, clip in enumerate(clips):
        parts[clip.split].append(place)
    generator = np.random.default_rng(SEED)
    kept: list[int] = []
    for places in parts.values():
        chosen = generator.permutation(len(places))[:each]
        kept += [places[place] for place in chosen]
    return [clips[place] for place in sorted(kept)]


def check_files(clips: Sequence[Clip]) -> tuple[list[Finding], list[Clip]]:
    """Findings of files that are not there, and the clips whose files are."""
    members: dict[Path, set[str] | None] = {}
    gone = [clip for clip in clips if any(not is_there(s, members) for s in clip.media.values())]
    lost = {clip.id for clip in gone}
    here = [clip for clip in clips if clip.media and clip.id not in lost]
    if not gone:
        return [], here
    first = next(s for s in gone[0].media.values() if not is_there(s, members))
    what = f"{len(gone):,} clips name files that are not there. The first: {first}"
    return [found("missing_media", [clip.id for clip in gone], what)], here


def is_there(source: Source, members: dict[Path, set[str] | None]) -> bool:
    """Whether a file exists, or an archive has the member; lists of archives are kept."""
    if source.path not in members:
        members[source.path] = names_in(source)
    held = members[source.path]
    return held is not None and (source.member is None or source.member in held)


def names_in(source: Source) -> set[str] | None:
    """Members of an archive, nothing of another file; None where it is not there."""
    if not source.path.is_file():
        return None
    if source.member is None:
        return set()
    try:
        with zipfile.ZipFile(source.path) as archive:
            return set(archive.namelist())
    except (OSError, zipfile.BadZipFile):
        return None


def listen(clips: Sequence[Clip], tell: Tell | None = None) -> Heard:
    """Decode the sound of a sample, and of the clips with the largest files."""
    with_sound = [clip for clip in clips if is_file(clip, "audio")]
    chosen = {clip.id: clip for clip in sampled(with_sound, SOUNDS)}
    whole = [clip for clip in with_sound if clip.end is None]
    whole.sort(key=lambda clip: -clip.media["audio"].path.stat().st_size)
    chosen |= {clip.id: clip for clip in whole[:LARGEST]}
    heard = Heard()
    for place, clip in enumerate(chosen.values()):
        if tell is not None:
            tell(clip.id, place / len(chosen))
        heard.add(clip)
    for clip in clips:
        if clip.start is not None and clip.end is not None:
            heard.seconds.setdefault(clip.id, clip.end - clip.start)
    return heard


def is_file(clip: Clip, channel: str) -> bool:
    """Whether a clip's channel lies in a file of its own, not in an archive."""
    return channel in clip.media and clip.media[channel].member is None


def check_sound(heard: Heard) -> list[Finding]:
    """Findings of sounds: unreadable, none, silent, far too long."""
    findings = []
    if heard.failed:
        what = f"{len(heard.failed):,} of the files tried fail. The first: {heard.faults[0]}"
        findings.append(found("unreadable_media", heard.failed, what, channel="audio"))
    if heard.mute:
        what = f"{len(heard.mute):,} of the films tried have no sound track."
        findings.append(found("video_without_sound", heard.mute, what, channel="audio"))
    if heard.silent:
        what = f"{len(heard.silent):,} of {len(heard.loudness):,} sounds tried are silence."
        findings.append(found("silent_sound", heard.silent, what, channel="audio"))
    if heard.seconds:
        usual = float(np.median(list(heard.seconds.values())))
        bound = max(LONG_SECONDS, LONG_TIMES * usual)
        long = sorted((s, name) for name, s in heard.seconds.items() if s > bound)[::-1]
        if long:
            what = (
                f"{len(long):,} clips last more than {bound:.0f} s, the longest "
                f"{long[0][0]:.0f} s; the median is {usual:.1f} s."
            )
            findings.append(found("long_clips", [name for _, name in long], what))
    return findings


def same_files(clips: Iterable[Clip]) -> list[Finding]:
    """Clips whose sounds or films are the same files, byte for byte; first told by their size.

    Stills are compared by what they show (`pictures`), a film once, as its sound.
    """
    findings = []
    for channel in ("audio", "vision"):
        sizes: dict[int, list[Clip]] = defaultdict(list)
        for clip in clips:
            if is_file(clip, channel) and clip.start is None and not is_told(clip, channel):
                sizes[clip.media[channel].path.stat().st_size].append(clip)
        groups: dict[str, list[Clip]] = defaultdict(list)
        for size, held in sizes.items():
            paths = {clip.media[channel].path for clip in held}
            if len(paths) > 1 and 0 < size <= HASH_BYTES:
                for clip in held:
                    groups[digest(clip.media[channel].path)].append(clip)
        findings += duplicates(groups.values(), channel, "files")
    return findings


def is_told(clip: Clip, channel: str) -> bool:
    """Whether a clip's vision is a still, or the film that its sound lies in too."""
    return channel == "vision" and (
        not is_film(clip) or clip.media["vision"] == clip.media.get("audio")
    )


def digest(path: Path) -> str:
    """Of a file's bytes; of its name where it cannot be read, which is found elsewhere."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "blake2b").hexdigest()
    except OSError:
        return str(path)


def faces_in(clips: Sequence[Clip], tell: Tell | None = None) -> dict[str, float]:
    """1 where a face is found in a clip's picture, or in the first of its film, else 0."""
    pictures = [clip for clip in clips if "vision" in clip.media]
    films = {clip.id for clip in pictures if is_film(clip)}
    chosen = sampled([clip for clip in pictures if clip.id not in films], FACES)
    chosen += sampled([clip for clip in pictures if clip.id in films], FILMS)
    detector, present = HaarDetector(longest_side=FACE_SIDE), {}
    for place, clip in enumerate(chosen):
        if tell is not None:
            tell(clip.id, place / len(chosen))
        try:
            frame = next(frames_of(clip, 1.0)(), None)
        except MediaError:
            continue  # Told of where all pictures are read, or where films are probed.
        if frame is not None:
            present[clip.id] = float(bool(detector.find(frame.image)))
    return present


def is_film(clip: Clip) -> bool:
    """Whether a clip's vision is a film's file, by its name."""
    source = clip.media["vision"]
    return source.member is None and kind_of(source.path) != "image"
