"""Stores of pictures and of samples, trained on and evaluated as any other store."""

from pathlib import Path

import pytest
import torch

from tritone.core.batch import Sample, Track
from tritone.core.clip import Clip
from tritone.core.errors import ModelError, RecipeError
from tritone.core.parts import Rows
from tritone.core.store import Store
from tritone.core.store_writer import StoreWriter
from tritone.core.task import Classes
from tritone.learn.build import dims_of
from tritone.learn.feed import Feed, padded_bytes
from tritone.learn.recipe import Recipe
from tritone.learn.run import train_once
from tritone.learn.settings import Fit
from tritone.learn.trained import load_trained

NAMES = ("dark left", "dark right")
PICTURES = {"grey": (12, 12), "colour": (12, 12, 3)}


def write_store(folder: Path, **more: Rows) -> Store:
    """Clips of one or two noisy pictures, bright on one side; the class says which."""
    rng = torch.Generator().manual_seed(0)
    layout = {"text": Rows((3,)), **more}
    tasks = {"side": Classes(NAMES)}
    with StoreWriter(folder, layout, tasks=tasks, provenance={"extractors": {}}) as writer:
        for row in range(32):
            split, truth = ("train", "train", "val", "test")[row % 4], (row // 4) % 2
            tracks = {}
            for name, rows in layout.items():
                time = 1 + row % 2
                values = torch.randint(0, 40, (time, *rows.shape), generator=rng)
                if name == "vision" and rows.dtype == "uint8":
                    half = slice(6, 12) if truth == 0 else slice(0, 6)
                    values[:, :, half] += 150
                values = values.to(getattr(torch, rows.dtype))
                spans = torch.arange(2 * time).reshape(time, 2) / 2
                tracks[name] = Track(values, torch.ones(time, dtype=torch.bool), spans)
            clip = Clip(f"c{row}", labels={"side": NAMES[truth]}, split=split)
            writer.append(Sample(clip.id, tracks), clip)
    return Store(folder)


@pytest.fixture(scope="module", params=PICTURES)
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Store:
    folder = tmp_path_factory.mktemp("pictures") / "s"
    return write_store(folder, vision=Rows(PICTURES[request.param], "uint8"))


@pytest.mark.parametrize(
    ("model", "options"),
    [
        ("ote", {"side": 12, "width": 8, "feed_forward": 8, "dropout": 0.0}),
        ("vgg_face", {"channels": [4, 8], "side": 12, "width": 8, "dropout": 0.0}),
        ("cnn3d", {"channels": [4, 8], "dropout": 0.0}),
        ("cnn_lstm", {"channels": [4, 8], "width": 8, "dropout": 0.0}),
    ],
)
def test_a_model_that_looks_at_pictures_learns_from_a_store_of_them(
    store: Store, tmp_path: Path, model: str, options: dict
) -> None:
    fit = Fit(epochs=8, batch=4, lr=1e-2)
    recipe = Recipe(model, arguments=options, fit=fit, modalities=("text", "vision"))
    run = train_once(recipe, store, tmp_path / "r", 0)
    assert run.summary["metrics"]["train"]["accuracy"] >= 0.75
    said, true = load_trained(tmp_path / "r" / "model").predict(store, store.rows("test"))
    assert len(said) == len(true) == 8


def test_a_picture_is_as_wide_as_it_has_numbers(store: Store) -> None:
    size = store.layout.modalities["vision"].size
    assert dims_of(store, ()) == {"text": 3, "vision": size}


@pytest.mark.parametrize("model", ["lmf", "concat_mlp", "tfn", "svm"])
def test_a_model_of_vectors_says_what_to_do_about_pictures(
    store: Store, tmp_path: Path, model: str
) -> None:
    size = "x".join(str(side) for side in store.layout.modalities["vision"].shape)
    with pytest.raises(ModelError) as caught:
        train_once(Recipe(model), store, tmp_path / "r", 0)
    assert str(caught.value).endswith(
        f" reads vision as vectors; the rows here are pictures of {size}. Extract vectors of them "
        f"(face_cnn, vgg_face, hub_image), or train a model that looks at pictures: ote, cnn3d, "
        f"cnn_lstm, vgg_face, or leave vision out: modalities=text."
    )


def test_pictures_are_held_as_bytes(store: Store) -> None:
    feed = Feed(store, store.rows("train"), 4)
    assert feed.whole is not None
    assert feed.whole["vision"].values.dtype == torch.uint8
    pixels = feed.whole["vision"].values.numel()
    assert padded_bytes(store, store.rows("train")) < 2 * pixels + 16 * 2 * (9 + 9 + 12)


def test_augmentation_leaves_pictures_bytes(store: Store, tmp_path: Path) -> None:
    fit = Fit(epochs=1, batch=4)
    recipe = Recipe("ote", arguments={"side": 12}, fit=fit, augment=("flip", "crop"))
    assert train_once(recipe, store, tmp_path / "r", 0).summary["epochs"] == 1


def test_samples_reach_adieu_net(tmp_path: Path) -> None:
    store = write_store(tmp_path / "s", audio=Rows((32,)))
    options = {"filters": 4, "together": 2, "short": 5, "long": 9, "width": 4}
    recipe = Recipe("adieu_net", arguments=options, fit=Fit(epochs=2), modalities=("audio",))
    assert train_once(recipe, store, tmp_path / "r", 0).summary["epochs"] == 2


@pytest.mark.parametrize("model", ["ote", "vgg_face", "cnn3d", "cnn_lstm"])
def test_a_model_that_looks_at_pictures_refuses_vectors(tmp_path: Path, model: str) -> None:
    store = write_store(tmp_path / "s", vision=Rows((16,)))
    with pytest.raises(RecipeError) as caught:
        train_once(Recipe(model), store, tmp_path / "r", 0)
    reads = "face_crop" if model != "ote" else "picture"
    assert str(caught.value) == (
        f"{model} looks at pictures (face_crop, picture), and vision in {store.folder} is a vector "
        f"of 16 numbers. Name the corpus itself with --data, and {reads} reads it, or train a "
        f"model that reads vectors: concat_mlp, early_concat."
    )


NAMED = {"name": "mfcc+pitch", "version": 2}
MADE = [
    ({"extractors": {"audio": NAMED}}, "read by mfcc+pitch"),
    ({"layout": "mmsa"}, "a published vector of 16 numbers"),
]


@pytest.mark.parametrize(("made", "what"), MADE, ids=["extracted", "published"])
@pytest.mark.parametrize(
    ("model", "needs"),
    [
        ("aat", ("reads spectrograms (log_spectrogram, log_mel, mfcc)", "log_spectrogram")),
        ("ser_lstm", ("reads spectrograms (log_spectrogram, log_mel, mfcc)", "log_mel")),
        (
            "dual_audio_attention",
            ("reads spectrograms (log_spectrogram, log_mel, mfcc)", "log_mel"),
        ),
        ("adieu_net", ("hears samples (waveform)", "waveform")),
    ],
)
def test_a_model_of_sounds_refuses_vectors(
    tmp_path: Path, model: str, needs: tuple[str, str], made: dict, what: str
) -> None:
    store = write_store(tmp_path / "s", audio=Rows((16,)))
    store.provenance = made
    with pytest.raises(RecipeError) as caught:
        train_once(Recipe(model), store, tmp_path / "r", 0)
    assert str(caught.value) == (
        f"{model} {needs[0]}, and audio in {store.folder} is {what}. Name the corpus itself with "
        f"--data, and {needs[1]} reads it, or train a model that reads vectors: concat_mlp, "
        f"early_concat."
    )


@pytest.mark.parametrize("made", ["log_mel", "mfcc+log_mel", None])
def test_a_model_of_spectrograms_reads_any_kind_of_them(tmp_path: Path, made: str | None) -> None:
    """And rows of which nobody says what they are."""
    store = write_store(tmp_path / "s", audio=Rows((16,)))
    store.provenance = {"extractors": {"audio": {"name": made}}} if made else {}
    small = {"channels": [2], "width": 3}
    recipe = Recipe("ser_lstm", arguments=small, fit=Fit(epochs=1), modalities=("audio",))
    assert train_once(recipe, store, tmp_path / "r", 0).summary["epochs"] == 1


def test_a_model_of_two_channels_is_not_asked_for_the_one_it_is_built_without(
    tmp_path: Path,
) -> None:
    store = write_store(tmp_path / "s", audio=Rows((16,)))
    store.provenance = {"layout": "mmsa"}
    recipe = Recipe("aat", arguments={"net": "small"}, fit=Fit(epochs=1), modalities=("text",))
    assert train_once(recipe, store, tmp_path / "r", 0).summary["epochs"] == 1
