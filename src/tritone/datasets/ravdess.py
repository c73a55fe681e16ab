"""RAVDESS: two sentences spoken and sung by 24 actors in eight emotions; sound and film.

The file name says all: MM-VC-EE-II-SS-RR-AA (modality, channel, emotion, intensity, statement,
repetition, actor), in wav, flac or mp4, anywhere below the folder.

    01  film with sound    vision, and audio where no sound file is there
    02  film without sound vision, where 01 is not there
    03  sound              audio
"""

from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from tritone.core.clip import Clip, Source
from tritone.core.errors import DataError
from tritone.core.labels import CLASSES
from tritone.datasets.corpus import Corpus, Sheet, Skips, classes_of, only, split_name, splits_of
from tritone.datasets.files import folder_of, read_table
from tritone.datasets.named_files import Named, ravdess_name
from tritone.datasets.scored import channels_of

SOUNDS, FILM = (".wav", ".flac"), ".mp4"
SILENT, SOUND_ALONE = "02", "03"  # the first two digits
SUNG = ("anger", "calm", "fear", "joy", "neutral", "sadness")
LAST_OF_TRAIN, LAST_OF_VAL = 16, 20  # actors 17-20 choose, 21-24 test

SHEET = Sheet(
    needs="wav, flac or mp4 files named by the corpus's code, such as "
    "03-01-05-01-01-01-12.wav; a folder that holds songs alone is read as songs",
    ask="https://doi.org/10.5281/zenodo.1188976",
    licence="CC BY-NC-SA 4.0",
    counts="1,440 spoken and 1,012 sung clips as sound (actor 18 does not sing); "
    "7,356 files with the films",
    splits="ours, by actor: 1-16 train, 17-20 val, 21-24 test; both sentences are in every split",
    floors="chance: UAR .125 (speech, 8 emotions), .167 (song, 6)",
    source="Livingstone and Russo 2018, PLOS ONE (RAVDESS). "
    "https://doi.org/10.1371/journal.pone.0196391",
)


def read(path: Path, split: str = "all", *, songs: bool | None = None) -> Corpus:
    """The clips of one split, grouped by actor: speech, or songs where the folder has no speech.

    Film and sound of one recording are one clip, whose id is the name of the sound file where
    there is one. `metadata.csv` (columns path and split) decides the splits where it is there;
    else actors 1-16 are train, 17-20 val, 21-24 test. The sentences are fixed and carry
    nothing, so the clips have no text; the label "statement" says which it is. Labels "channel"
    (speech or song) and "intensity" (normal or strong) are there too.

    Source: Livingstone and Russo 2018, "The Ryerson Audio-Visual Database of Emotional Speech
    and Song", PLOS ONE 13. https://doi.org/10.1371/journal.pone.0196391

    Args:
        path: the folder.
        split: train, val, test or all.
        songs: True takes them beside the speech (S002 has both; a composite of two folders
            does too), False leaves them out; by default they are taken where there is nothing
            else.

    Raises:
        DataError: the folder holds no such file, or lacks the split.
    """
    folder, skips = folder_of(path, "ravdess"), Skips()
    files = list(named_files(folder, skips))
    speaks = any(named.labels["channel"] == "speech" for _, named in files)
    if songs is None:
        songs = not speaks
    clips = read_clips(folder, files, songs, skips)
    if not clips and not skips.notes:
        raise DataError(
            f"{folder} holds no wav, flac or mp4 file named by RAVDESS's code, such as "
            "03-01-05-01-01-01-12.wav."
        )
    corpus = Corpus(
        name="ravdess",
        clips=tuple(clips),
        classes=classes_of(clips, {"emotion": CLASSES["ravdess"] if speaks else SUNG}),
        splits=splits_of(clips),
        default_target="emotion",
        modalities=channels_of(clips),
        sheet=SHEET,
        notes=skips.notes,
    )
    return only(corpus, split)


def named_files(folder: Path, skips: Skips) -> Iterator[tuple[Path, Named]]:
    """Every recording below the folder that is named by the code."""
    for file in sorted(folder.rglob("*")):
        suffix = file.suffix.lower()
        if suffix not in (*SOUNDS, FILM) or file.name.startswith("._"):
            continue
        named, place = ravdess_name(file.stem), file.relative_to(folder).as_posix()
        if named is None:
            skips.add("not named by RAVDESS's code", place)
        elif suffix == FILM and file.stem.startswith(SOUND_ALONE):
            skips.add("a film that is named as sound alone", place)
        else:
            yield file, named


def read_clips(
    folder: Path, files: list[tuple[Path, Named]], songs: bool, skips: Skips
) -> list[Clip]:
    """Film and sound of one recording as one clip, in the order of the files."""
    splits = written_splits(folder, skips)
    takes: dict[str, dict[str, Path]] = {}
    named_as: dict[str, Named] = {}
    for file, named in files:
        place = file.relative_to(folder).as_posix()
        if named.labels["channel"] == "song" and not songs:
            skips.add("song, not speech", place)
            continue
        role = "sound" if file.suffix.lower() in SOUNDS else file.stem[:2]
        # The code without its first two digits names the recording.
        take = takes.setdefault(file.stem[3:], {})
        if role in take:
            # One well-known copy of the corpus holds every file twice.
            skips.add("another file has the same name or code", place)
        else:
            take[role] = file
            named_as[file.stem[3:]] = named
    return [clip_of(take, named_as[code], splits) for code, take in takes.items()]


def clip_of(take: Mapping[str, Path], named: Named, splits: Mapping[str, str]) -> Clip:
    """One recording from its files, by role: "sound", "01" or "02"."""
    sound = take.get("sound") or take.get("01")
    film = take.get("01") or take.get(SILENT)
    media = {"audio": sound, "vision": film}
    stems = [take[role].stem for role in ("sound", "01", SILENT) if role in take]
    written = next((splits[stem] for stem in stems if stem in splits), None)
    return Clip(
        stems[0],
        media={channel: Source(file) for channel, file in media.items() if file is not None},
        speaker=named.speaker,
        group=named.speaker,
        labels={"emotion": str(named.emotion), **named.labels},
        split=written or split_of_actor(int(named.speaker[-2:])),
    )


def written_splits(folder: Path, skips: Skips) -> dict[str, str]:
    """File name to split, from metadata.csv where it has such columns."""
    table = folder / "metadata.csv"
    if not table.is_file():
        return {}
    splits = {}
    for line, row in read_table(table, ("path",)):
        if not row.get("split"):
            continue
        try:
            splits[PurePosixPath(row["path"].strip()).stem] = split_name(row["split"])
        except DataError:
            skips.add("a row of metadata.csv without a known split", f"line {line}")
    return splits


def split_of_actor(actor: int) -> str:
    if actor <= LAST_OF_TRAIN:
        return "train"
    return "val" if actor <= LAST_OF_VAL else "test"
