"""RAVDESS: two sentences spoken by 24 actors in eight emotions; the sound alone.

The file name says all: MM-VC-EE-II-SS-RR-AA (modality, channel, emotion, intensity, statement,
repetition, actor), in wav or flac, anywhere below the folder.
"""

import re
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from tritone.core.clip import Clip, Source
from tritone.core.errors import DataError
from tritone.core.labels import CLASSES, RAVDESS_CODES
from tritone.datasets.corpus import Corpus, Sheet, Skips, classes_of, only, split_name, splits_of
from tritone.datasets.files import folder_of, read_table

CODE = re.compile(r"(0[1-3])-(0[12])-(0[1-8])-(0[12])-(0[12])-(0[12])-(\d\d)")
SUFFIXES = (".wav", ".flac")
SONG = "02"
LAST_OF_TRAIN, LAST_OF_VAL = 16, 20  # actors 17-20 choose, 21-24 test

SHEET = Sheet(
    needs="wav or flac files named by the corpus's code, such as 03-01-05-01-01-01-12.wav",
    ask="https://doi.org/10.5281/zenodo.1188976",
    licence="CC BY-NC-SA 4.0",
    counts="1,440 spoken and 1,012 sung clips as sound; 7,356 files with the films",
    splits="ours, by actor: 1-16 train, 17-20 val, 21-24 test",
    floors="chance: UAR .125 (speech, 8 emotions)",
    source="Livingstone and Russo 2018, PLOS ONE (RAVDESS). "
    "https://doi.org/10.1371/journal.pone.0196391",
)


def read(path: Path, split: str = "all") -> Corpus:
    """The spoken clips of one split, grouped by actor; songs are left out and counted.

    `metadata.csv` (columns path and split) decides the splits where it is there; else actors
    1-16 are train, 17-20 val, 21-24 test. The sentences are fixed and carry nothing, so the
    clips have no text.

    Source: Livingstone and Russo 2018, "The Ryerson Audio-Visual Database of Emotional Speech
    and Song", PLOS ONE 13. https://doi.org/10.1371/journal.pone.0196391

    Raises:
        DataError: the folder holds no such file, or lacks the split.
    """
    folder, skips = folder_of(path, "ravdess"), Skips()
    clips = read_clips(folder, written_splits(folder, skips), skips)
    if not clips and not skips.notes:
        raise DataError(
            f"{folder} holds no wav or flac file named by RAVDESS's code, such as "
            "03-01-05-01-01-01-12.wav."
        )
    corpus = Corpus(
        name="ravdess",
        clips=tuple(clips),
        classes=classes_of(clips, {"emotion": CLASSES["ravdess"]}),
        splits=splits_of(clips),
        default_target="emotion",
        modalities=("audio",),
        sheet=SHEET,
        notes=skips.notes,
    )
    return only(corpus, split)


def read_clips(folder: Path, splits: Mapping[str, str], skips: Skips) -> list[Clip]:
    clips: dict[str, Clip] = {}
    for file in sorted(folder.rglob("*")):
        if file.suffix.lower() not in SUFFIXES or file.name.startswith("._"):
            continue
        place = file.relative_to(folder).as_posix()
        code = CODE.fullmatch(file.stem)
        if code is None:
            skips.add("not named by RAVDESS's code", place)
        elif code[2] == SONG:
            skips.add("song, not speech", place)
        elif file.stem in clips:
            # One well-known copy of the corpus holds every file twice.
            skips.add("another file has the same name", place)
        else:
            actor = int(code[7])
            clips[file.stem] = Clip(
                file.stem,
                media={"audio": Source(file)},
                speaker=f"actor_{actor:02}",
                group=f"actor_{actor:02}",
                labels={"emotion": RAVDESS_CODES[code[3]]},
                split=splits.get(file.stem, split_of_actor(actor)),
            )
    return list(clips.values())


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
