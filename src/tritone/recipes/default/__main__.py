"""`python -m tritone.recipes.default DATA`: train what is missing, calibrate, pack."""

import argparse
import json
import logging
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor

from tritone.features.preprocess import Preprocessor
from tritone.learn.settings import Fit
from tritone.models.branches import Branch
from tritone.recipes.default.assemble import assemble
from tritone.recipes.default.card import write_card
from tritone.recipes.default.corpora import prepare
from tritone.recipes.default.encoder import minilm_folder, pruned
from tritone.recipes.default.phrases import phrases
from tritone.recipes.default.train import (
    Cached,
    Plan,
    face_rows,
    new_face,
    new_text,
    read_cache,
    read_texts,
    text_rows,
    train,
    voice_rows,
)
from tritone.recipes.default.voice import statistics_rows, train_voice, voice_folds, write

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
    plan, columns = Plan(), preprocessor.voice.columns
    corpora = cached_corpora(asked.work, preprocessor, plan)
    branches: dict[str, Branch] = {}
    for name in [asked.only] if asked.only else BRANCHES:
        LOG.info("the %s branch", name)
        cached = corpora[name]
        chosen = np.flatnonzero(cached.splits == "train")
        if name == "text":
            branches[name] = train_text(asked.work, preprocessor, cached, plan, config, weights)
        elif name == "voice":
            branches[name] = train_voice(cached.rows, chosen, plan, columns, asked.work, name)
        else:
            fit = (plan.face, plan.face_batch, plan.seed)
            branches[name] = trained(name, new_face(plan.seed), cached, chosen, asked.work, *fit)
    if asked.only is None:
        calibration = assemble(asked.out, branches, corpora, preprocessor, config)
        folds = voice_folds(corpora["voice"], plan, columns, asked.work)
        write_card(asked.out, asked.data, calibration, folds)


def train_text(
    work: Path,
    preprocessor: Preprocessor,
    cached: Cached,
    plan: Plan,
    config: dict[str, Any],
    weights: dict[str, Tensor],
) -> Branch:
    """The text branch: the mean of the weights of each of the plan's trainings."""
    records, rows = text_records(work, plan), np.flatnonzero(cached.splits == "train")
    spoken = rows[cached.corpora[rows] == "mosi"]
    states = []
    for place, one in enumerate(plan.texts):
        own = replace(cached, rows=text_rows(records, preprocessor, one.dropped))
        chosen = np.concatenate([rows, *[spoken] * (one.spoken - 1)])
        start, fit = new_text(config, weights), (one.fit, plan.text_batch, one.seed)
        branch = trained(f"text-{place}", start, own, chosen, work, *fit)
        states.append(branch.state_dict())
    mean = {key: torch.stack([state[key] for state in states]).mean(dim=0) for key in states[0]}
    branch = new_text(config, weights)
    branch.load_state_dict(mean)
    return branch.eval()


def text_records(work: Path, plan: Plan) -> list[dict]:
    """The cached texts, and the grammar's sentences after them."""
    return read_texts(work) + phrases(seed=plan.seed)


def cached_corpora(work: Path, preprocessor: Preprocessor, plan: Plan) -> dict[str, Cached]:
    """For each branch: how to make batches of its rows, and what is known of each row."""
    records = text_records(work, plan)
    voices, faces = read_cache(work, "voice"), read_cache(work, "faces")
    text_groups = [f"{r['corpus']} {r['group'] or k}" for k, r in enumerate(records)]
    return {
        "text": Cached(
            text_rows(records, preprocessor, 0.0),
            np.array([record["split"] for record in records]),
            np.array([record["corpus"] for record in records]),
            np.array(text_groups),
        ),
        "voice": Cached(
            statistics_rows(voice_rows(voices)),
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


def trained(
    name: str,
    branch: Branch,
    cached: Cached,
    chosen: np.ndarray,
    work: Path,
    settings: Fit,
    size: int,
    seed: int,
) -> Branch:
    """The branch with the weights of `work`, which are trained first where they are missing."""
    file = work / f"{name}.safetensors"
    if not file.exists():
        checkpoint = work / f"{name}.ckpt"
        done = train(
            branch, cached.rows, chosen, settings, size=size, seed=seed, checkpoint=checkpoint
        )
        write(done, file)
    branch.load_state_dict(load_file(file))
    return branch.eval()


if __name__ == "__main__":
    main()
