"""What a result says of the trained model that was asked: which, of what data, and how good.

The figures are those of its training's summary.json: on val, beside what a constant guess has.
"""

import math
from collections.abc import Mapping
from typing import Any

from tritone.analyze.meaning import Meaning, Verdict
from tritone.core.task import Regression
from tritone.learn.chosen import Chosen
from tritone.learn.trained import Trained

# The figures that are shown, and the floor that each stands beside.
FIGURES = {"accuracy": "majority", "f1_macro": "majority"}
SCORES = {"mae": "median", "acc2_nonzero": "majority"}
FLOORS = {"majority": "always the most frequent", "median": "always the median"}


def about(chosen: Chosen, trained: Trained, meaning: Meaning, prior: Verdict) -> dict[str, Any]:
    """What the JSON says of a trained model; what is not known is None or left out.

    Args:
        chosen: the seed that was chosen, with its summaries.
        trained: the model itself.
        meaning: what its answers mean.
        prior: what it says having heard nothing.
    """
    extractors = part(trained.provenance, "extractors")
    named = {name: part(extractors, name).get("name") for name in trained.model.dims}
    data = part(chosen.summary, "data")
    return {
        "name": trained.name,
        "version": str(part(chosen.summary, "versions").get("tritone", "")),
        "folder": str(chosen.folder),
        "seed": chosen.seed or None,
        "seeds": chosen.seeds,
        "target": trained.target,
        "task": trained.task.to_json(),
        "reads": named,
        "data": words(data.get("spec")),
        "corpus": words(trained.provenance.get("corpus")),
        "marks": marks(data.get("marks")),
        "clips": {k: n for k, n in part(data, "clips").items() if isinstance(n, int)},
        "selected_on": words(part(chosen.summary, "selected_on").get("by")),
        "val": figures(chosen, regression=isinstance(trained.task, Regression)),
        "temperature": trained.temperature,
        "prior": prior.valence,
        "sentences": list(meaning.sentences),
    }


def figures(chosen: Chosen, *, regression: bool) -> dict[str, dict[str, Any]]:
    """Each shown figure on val: this seed's, the mean over seeds, and the floor."""
    own = part(part(chosen.summary, "metrics"), "val")
    seeds, floors = part(chosen.whole, "val"), part(chosen.whole, "floors")
    return {
        name: {
            "value": finite(own.get(name)),
            "mean_of_seeds": finite(part(seeds, name).get("mean")),
            "floor": finite(part(floors, floor).get(name)),
            "floor_is": floor,
        }
        for name, floor in (SCORES if regression else FIGURES).items()
        if finite(own.get(name)) is not None
    }


def part(whole: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """A part of what a JSON file says; empty where it is absent or something else."""
    found = whole.get(name)
    return found if isinstance(found, Mapping) else {}


def finite(value: object) -> float | None:
    """A number of a file that may say anything; None where it is none."""
    return float(value) if isinstance(value, int | float) and math.isfinite(value) else None


def words(value: object) -> str | None:
    """The words of a file that may say anything; None where they are none."""
    return value if isinstance(value, str) and value else None


def marks(value: object) -> list[str]:
    """The stable words of warning that a training's data carry."""
    return [str(mark) for mark in value] if isinstance(value, list) else []


def sentences(model: Mapping[str, Any]) -> list[str]:
    """What a reader must know of the model; nothing of the default one, which has a card."""
    if "target" not in model:
        return []
    told = [which(model), *how_good(model), how_sure(model), *map(str, model["sentences"])]
    prior = model["prior"]
    return told if prior is None else [*told, f"Having heard nothing it says {prior + 0.0:+.2f}."]


def which(model: Mapping[str, Any]) -> str:
    """Which model it is, and what it was trained on."""
    seed = f" ({model['seed']}" if model["seed"] else ""
    if seed:
        by = model["selected_on"] or "loss"
        seed += f", the best of {model['seeds']} on val by {by})" if model["seeds"] > 1 else ")"
    clips = part(model, "clips").get("train")
    many = f", {clips:,} clips" if isinstance(clips, int) else ""
    data = model["data"] or model["corpus"] or "data that it does not name"
    reads = ", ".join(f"{name} by {one}" for name, one in model["reads"].items())
    marks = f" Marked {', '.join(model['marks'])}." if model["marks"] else ""
    return (
        f"{model['name']}{seed}, trained for {model['target']} on {data}{many}. "
        f"It reads {reads}.{marks}"
    )


def how_good(model: Mapping[str, Any]) -> list[str]:
    """Its figures on val, beside the floor."""
    told = []
    for name, one in model["val"].items():
        mean = one["mean_of_seeds"]
        over = (
            f" (mean of {model['seeds']} seeds {mean:.3f})" if model["seeds"] > 1 and mean else ""
        )
        floor = one["floor"]
        beside = f", {FLOORS[one['floor_is']]} {floor:.3f}" if floor is not None else ""
        told.append(f"{name} {one['value']:.3f}{over}{beside}")
    if not told:
        return ["Its figures on val are not known."]
    clips = part(model, "clips").get("val")
    many = f" ({clips:,} clips, which also chose it)" if isinstance(clips, int) else ""
    said = [f"On val{many}: {'; '.join(told)}."]
    return [*said, "That is no better than a constant guess."] if is_guess(model) else said


def is_guess(model: Mapping[str, Any]) -> bool:
    """Whether no figure on val is better than its floor."""
    pairs = [(name, one["value"], one["floor"]) for name, one in model["val"].items()]
    known = [(name, value, floor) for name, value, floor in pairs if floor is not None]
    better = [value < floor if name == "mae" else value > floor for name, value, floor in known]
    return bool(known) and not any(better)


def is_sure(model: Mapping[str, Any]) -> bool:
    """Whether a model's confidence can be taken at its word: the default one's, or mended."""
    return "target" not in model or model["temperature"] is not None


def how_sure(model: Mapping[str, Any]) -> str:
    """Whether its confidence means anything."""
    if model["task"].get("task") == "regression":
        return "It gives no confidence."
    if model["temperature"] is None:
        return "Its confidence is not calibrated."
    return f"Its confidence is calibrated on val (temperature {model['temperature']:.2f})."
