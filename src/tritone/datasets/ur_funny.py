"""UR-FUNNY: punchlines of TED talks, with what led up to them: followed by laughter or not.

    language_sdk.json       id to punchline_sentence, context_sentences
    humor_label_sdk.json    id to 0 or 1
    data_folds.json         {"train": [id], "dev": [id], "test": [id]}

[general knowledge] The corpus is released as pickles of these names and keys. A pickle can run
code when it is opened and is not opened here; `CONVERT` is the command that makes the JSON.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tritone.core.clip import Clip
from tritone.core.errors import DataError
from tritone.datasets.corpus import OTHER_SPLITS, Corpus, Sheet, Skips, only, splits_of
from tritone.datasets.files import folder_of
from tritone.datasets.records import lines_of, read_object, text_of

FILES = ("language_sdk", "humor_label_sdk", "data_folds")
CONVERT = (
    "python -c \"import json, pickle; [json.dump(pickle.load(open(f + '.pkl', 'rb')), "
    f"open(f + '.json', 'w'), default=list) for f in {FILES}]\""
)

SHEET = Sheet(
    needs="language_sdk.json, humor_label_sdk.json, data_folds.json, made from the released "
    "pickles of these names",
    ask="https://github.com/ROC-HCI/UR-FUNNY",
    licence="as the authors say; TED's talks: CC BY-NC-ND 4.0",
    counts="16,514 punchlines, half of them followed by laughter (version 1)",
    splits="the authors', apart by speaker",
    floors="majority: accuracy .5",
    source="Hasan et al. 2019, EMNLP (UR-FUNNY). https://arxiv.org/abs/1904.06618",
)


def read(path: Path, split: str = "all") -> Corpus:
    """The punchlines of one split; the target is "humor": no or yes.

    The label "context" holds the sentences before the punchline, one a line.

    Source: Hasan et al. 2019, "UR-FUNNY: A Multimodal Language Dataset for Understanding Humor",
    EMNLP. https://arxiv.org/abs/1904.06618

    Raises:
        DataError: a file is absent or still a pickle, or the split is lacking.
    """
    folder, skips = folder_of(path, "ur_funny"), Skips()
    language, labels, folds = (read_object(json_of(folder, name)) for name in FILES)
    clips = list(read_clips(language, labels, fold_splits(folds, skips), skips))
    corpus = Corpus(
        name="ur_funny",
        clips=tuple(clips),
        classes={"humor": ("no", "yes")},
        splits=splits_of(clips),
        default_target="humor",
        modalities=("text",),
        sheet=SHEET,
        notes=skips.notes,
    )
    return only(corpus, split)


def json_of(folder: Path, name: str) -> Path:
    """The JSON file of that name.

    Raises:
        DataError: it is not there.
    """
    file = folder / f"{name}.json"
    if file.is_file():
        return file
    if (folder / f"{name}.pkl").is_file():
        raise DataError(
            f"{folder / name}.pkl is a pickle, which can run code when it is opened, and is not "
            f"opened. If you trust it, make JSON of it in its folder: {CONVERT}"
        )
    raise DataError(f"{folder} holds no {file.name}. UR-FUNNY needs: {', '.join(FILES)} (.json).")


def fold_splits(folds: dict[str, Any], skips: Skips) -> dict[str, str]:
    """Id to split; an id in two folds has the first of them, and is counted."""
    splits: dict[str, str] = {}
    for fold, names in folds.items():
        split = OTHER_SPLITS.get(fold, fold)
        if split not in ("train", "val", "test") or not isinstance(names, list):
            skips.add("no known fold", f"fold {fold!r}")
            continue
        for name in map(str, names):
            if splits.setdefault(name, split) != split:
                skips.add("in two folds, kept in the first", f"id {name}")
    return splits


def read_clips(
    language: dict[str, Any], labels: dict[str, Any], splits: dict[str, str], skips: Skips
) -> Iterator[Clip]:
    for name, record in language.items():
        place, humor = f"id {name}", labels.get(name)
        if not isinstance(record, dict) or not text_of(record, "punchline_sentence"):
            skips.add("no punchline_sentence", place)
        elif not isinstance(humor, int | float) or humor not in (0, 1):
            skips.add("no humor of 0 or 1", place)
        elif name not in splits:
            skips.add("in no fold", place)
        else:
            context = lines_of(record, "context_sentences")
            yield Clip(
                name,
                text=text_of(record, "punchline_sentence"),
                labels={"humor": "yes" if humor else "no"}
                | ({"context": "\n".join(context)} if context else {}),
                split=splits[name],
            )
