"""TESS: 200 words spoken by two actresses in seven emotions; the sound alone.

OAF_back_angry.wav  YAF_dog_ps.wav     speaker, word, emotion; anywhere below the folder
"""

from collections.abc import Iterator
from pathlib import Path

from tritone.core.clip import Clip, Source
from tritone.core.errors import DataError
from tritone.datasets.corpus import Corpus, Sheet, Skips, classes_of, only, splits_of
from tritone.datasets.files import folder_of
from tritone.datasets.named_files import tess_name
from tritone.datasets.splitting import hash_split

SUFFIXES = (".wav", ".flac")
EMOTIONS = ("anger", "disgust", "fear", "joy", "neutral", "sadness", "surprise")
TESTED = "YAF"
OLDER = (8, 1, 0)  # shares of the older speaker's words: train, val, and never test

SHEET = Sheet(
    needs="wav files named by speaker, word and emotion, such as OAF_back_angry.wav",
    ask="https://doi.org/10.5683/SP2/E8H2MF",
    licence="CC BY-NC-ND 4.0",
    counts="2,800 clips: 2 speakers x 200 words x 7 emotions",
    splits="ours, for the corpus has none: the older speaker (OAF) is train and val, apart by a "
    "hash of the word, 8:1; the younger (YAF) is test. Tables of 99 % are of random splits, "
    "where both speakers and all words are on both sides",
    floors="chance: UAR .143 (7 emotions of 400 clips each)",
    source="Pichora-Fuller and Dupuis 2020 (TESS). https://doi.org/10.5683/SP2/E8H2MF",
)


def read(path: Path, split: str = "all") -> Corpus:
    """The clips of one split, grouped by speaker.

    Every word is spoken in every emotion and carries nothing, so the clips have no text; the
    label "statement" says the sentence. The split is ours: see `SHEET`.

    Source: Pichora-Fuller and Dupuis 2020, "Toronto Emotional Speech Set (TESS)", Borealis.
    https://doi.org/10.5683/SP2/E8H2MF

    Raises:
        DataError: the folder holds no such file, or lacks the split.
    """
    folder, skips = folder_of(path, "tess"), Skips()
    clips = list(read_clips(folder, skips))
    if not clips and not skips.notes:
        raise DataError(
            f"{folder} holds no wav file named by speaker, word and emotion, such as "
            "OAF_back_angry.wav."
        )
    corpus = Corpus(
        name="tess",
        clips=tuple(clips),
        classes=classes_of(clips, {"emotion": EMOTIONS}),
        splits=splits_of(clips),
        default_target="emotion",
        modalities=("audio",),
        sheet=SHEET,
        notes=(*skips.notes, "The split is ours: OAF is train and val, YAF is test."),
    )
    return only(corpus, split)


def read_clips(folder: Path, skips: Skips) -> Iterator[Clip]:
    seen = set()
    for file in sorted(folder.rglob("*")):
        if file.suffix.lower() not in SUFFIXES or file.name.startswith("._"):
            continue
        named, place = tess_name(file.stem), file.relative_to(folder).as_posix()
        if named is None:
            skips.add("not named by speaker, word and emotion", place)
        elif file.stem in seen:
            # The copy on Kaggle holds every file twice.
            skips.add("another file has the same name", place)
        else:
            seen.add(file.stem)
            said = named.labels["statement"]
            yield Clip(
                file.stem,
                media={"audio": Source(file)},
                speaker=named.speaker,
                group=named.speaker,
                labels={"emotion": str(named.emotion), **named.labels},
                split="test" if named.speaker == TESTED else hash_split(said, OLDER),
            )
