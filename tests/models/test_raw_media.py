"""Every model in the catalogue, once trained, reads raw media by its own extractors."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from tritone.analyze.analyzer import Analyzer
from tritone.analyze.mind import trained_mind
from tritone.catalogue import MODELS, find
from tritone.core.batch import Sample
from tritone.core.clip import Clip
from tritone.core.collate import missing_track
from tritone.core.store import Store
from tritone.core.store_writer import StoreWriter
from tritone.core.task import Regression
from tritone.features.extractor import build, settings_of
from tritone.learn.normalise import Normaliser
from tritone.learn.recipe import Recipe
from tritone.learn.record import keep

RATE_HZ = 16_000
READS = {
    "text": ("hashed_words", {"dim": 5}),
    "audio": ("pitch", {}),
    "vision": ("face_geometry", {}),
}
# They read what only the default model's own extractors give.
OWN = ("tritone", "tritone_tuned")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A store of one empty clip, which says how rows like its own are made."""
    made = {channel: build(name, settings) for channel, (name, settings) in READS.items()}
    described = {c: {"name": READS[c][0], **settings_of(one)} for c, one in made.items()}
    rows = {channel: one.rows for channel, one in made.items()}
    folder = tmp_path_factory.mktemp("raw") / "store"
    provenance = {"extractors": described, "align": "none", "fps": 5.0}
    tasks = {"score": Regression()}
    with StoreWriter(folder, rows, tasks=tasks, provenance=provenance) as writer:
        tracks = {channel: missing_track(one.shape) for channel, one in rows.items()}
        writer.append(Sample("a", tracks), Clip("a", labels={"score": 1.0}, split="train"))
    return Store(folder)


def vowel() -> np.ndarray:
    """A second of a buzz with harmonics, which has a pitch."""
    time = np.arange(RATE_HZ) / RATE_HZ
    return sum(0.2 * np.sin(2 * np.pi * 150 * k * time) / k for k in range(1, 8)).astype(np.float32)


def face() -> np.ndarray:
    """A small picture, which counts as a face already cut out."""
    return np.random.default_rng(0).integers(0, 256, (48, 40, 3)).astype(np.uint8)


@pytest.mark.parametrize("name", [name for name in MODELS if name not in OWN])
def test_a_trained_model_reads_words_sound_and_a_face(
    name: str, store: Store, arguments: Callable[[str], dict[str, Any]], tmp_path: Path
) -> None:
    dims = {channel: rows.size for channel, rows in store.layout.modalities.items()}
    torch.manual_seed(0)
    model = find("model", name)(dims, store.task, **arguments(name)).eval()
    keep(tmp_path, Recipe(name, arguments=arguments(name)), store, model, Normaliser({}))
    mind = trained_mind(tmp_path, "cpu")
    result = Analyzer(mind).analyze(audio=(vowel(), RATE_HZ), image=face(), text="I love this film")
    assert result.errors == ()
    (segment,) = result.clips[0].segments
    assert [name for name, one in segment.modalities.items() if one.present] == list(dims)
    added = [one.contribution for one in segment.modalities.values()]
    assert sum(added) == pytest.approx(segment.valence - mind.about["prior"], abs=1e-4)
    assert -1 <= segment.valence <= 1
