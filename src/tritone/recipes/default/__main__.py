"""`python -m tritone.recipes.default DATA`: train what is missing, calibrate, pack."""

import argparse
import json
import logging
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer

from tritone.features.preprocess import Preprocessor
from tritone.models.branches import Branch
from tritone.recipes.default.assemble import assemble
from tritone.recipes.default.card import write_card
from tritone.recipes.default.corpora import prepare
from tritone.recipes.default.encoder import minilm_folder, pruned
from tritone.recipes.default.folds import voice_folds
from tritone.recipes.default.phrases import phrases
from tritone.recipes.default.train import (
    Cached,
    Plan,
    face_rows,
    new_face,
    new_text,
    new_voice,
    read_cache,
    read_texts,
    text_rows,
    train,
    voice_rows,
)

LOG = logging.getLogger(__name__)
BRANCHES = ("text", "voice", "face")


def main() -> None:
    """Run every step whose result is not in the working folder yet."""
    parser = argparse.ArgumentParser(prog="python -m tritone.recipes.default", description=__doc__)
    parser.add_argument("data", type=Path, help="folder that holds the corpora")
    parser.add_argument("--work", type=Path, default=Path("runs/default"))
    parser.add_argument("--out", type=Path, default=Path("runs/default/model"))
    parser.add_argument("--only", choices=BRANCHES, help="train this branch and stop")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    asked = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(asked.threads)
    tokenizer, config, weights = pruned(minilm_folder())
    preprocessor = Preprocessor(Tokenizer.from_str(json.dumps(tokenizer)))
    prepare(asked.data, asked.work, preprocessor)
    plan = Plan()
    corpora = cached_corpora(asked.work, preprocessor, plan)
    branches: dict[str, Branch] = {
        "text": new_text(config, weights),
        "voice": new_voice(plan.seed, preprocessor.voice.mels),
        "face": new_face(plan.seed),
    }
    for name in [asked.only] if asked.only else BRANCHES:
        branches[name] = trained(name, branches[name], corpora[name], plan, asked.work)
    if asked.only is None:
        calibration = assemble(asked.out, branches, corpora, preprocessor, config)
        voices = corpora["voice"]
        folds = voice_folds(voices.rows, voices.groups, plan, preprocessor.voice.mels, asked.work)
        write_card(asked.out, asked.data, calibration, folds)


def cached_corpora(work: Path, preprocessor: Preprocessor, plan: Plan) -> dict[str, Cached]:
    """For each branch: how to make batches of its rows, and what is known of each row."""
    records = read_texts(work) + phrases(seed=plan.seed)
    voices, faces = read_cache(work, "voice"), read_cache(work, "faces")
    text_groups = [f"{r['corpus']} {r['group'] or k}" for k, r in enumerate(records)]
    return {
        "text": Cached(
            text_rows(records, preprocessor, plan.dropped),
            np.array([record["split"] for record in records]),
            np.array([record["corpus"] for record in records]),
            np.array(text_groups),
        ),
        "voice": Cached(
            voice_rows(voices),
            voices["split"],
            np.full(len(voices["split"]), "ravdess"),
            voices["actor"],
        ),
        "face": Cached(
            face_rows(faces),
            faces["split"],
            np.full(len(faces["split"]), "fer2013"),
            np.arange(len(faces["split"])),
        ),
    }


def trained(name: str, branch: Branch, cached: Cached, plan: Plan, work: Path) -> Branch:
    """The branch with the weights of `work`, which are trained first where they are missing."""
    file = work / f"{name}.safetensors"
    if not file.exists():
        LOG.info("training the %s branch", name)
        settings = {"text": plan.text, "voice": plan.voice, "face": plan.face}[name]
        size = {"text": plan.text_batch, "voice": plan.voice_batch, "face": plan.face_batch}[name]
        done = train(
            branch,
            cached.rows,
            np.flatnonzero(cached.splits == "train"),
            settings,
            size=size,
            seed=plan.seed,
            checkpoint=work / f"{name}.ckpt",
        )
        kept = {key: value.contiguous() for key, value in done.state_dict().items()}
        fresh = work / f"{name}.new"
        save_file(kept, fresh)
        fresh.replace(file)
    branch.load_state_dict(load_file(file))
    return branch.eval()


if __name__ == "__main__":
    main()
