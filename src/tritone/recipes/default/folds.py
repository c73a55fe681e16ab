"""How the voice branch fares on actors it has not heard, over all actors in turn.

Four actors move the figure by .08, so one validation split says little of it.
"""

from pathlib import Path

import numpy as np
from safetensors.torch import load_file, save_file

from tritone import metrics
from tritone.recipes.default.calibrate import judged
from tritone.recipes.default.train import Plan, Rows, new_voice, train

ACTORS = 4  # in a fold: two women and two men


def voice_folds(
    rows: Rows, actors: np.ndarray, plan: Plan, mels: int, work: Path
) -> dict[str, float]:
    """Unweighted recall on each fold of four actors, trained on all the others.

    The weights of a fold stay in `work`, so that a run that was cut off goes on.

    Args:
        rows: the recordings of train and val.
        actors: the actor of each row, from 1.
        plan: how a voice branch is fitted.
        mels: bands of the rows.
        work: where the folds' weights go.
    """
    recalls = {}
    for first in range(1, int(actors.max()) + 1, ACTORS):
        held = (actors >= first) & (actors < first + ACTORS)
        name = f"{first}-{first + ACTORS - 1}"
        file = work / f"voice-without-{name}.safetensors"
        branch = new_voice(plan.seed, mels)
        if not file.exists():
            branch = train(
                branch,
                rows,
                np.flatnonzero(~held),
                plan.voice,
                size=plan.voice_batch,
                seed=plan.seed,
                checkpoint=file.with_suffix(".ckpt"),
            )
            fresh = file.with_suffix(".new")
            save_file({k: v.contiguous() for k, v in branch.state_dict().items()}, fresh)
            fresh.replace(file)
        branch.load_state_dict(load_file(file))
        said = judged(branch.eval(), rows, np.flatnonzero(held))["emotion"]
        logits = said.logits.masked_fill(~said.classes, -1e4)
        recalls[name] = metrics.uar(logits.argmax(dim=1).numpy(), said.target.argmax(dim=1).numpy())
    return recalls
