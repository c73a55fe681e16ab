"""Faces through a net of one's own: the rows are its own vectors, and the run is written down."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from torch.nn import functional

from tritone.core.errors import ModelError
from tritone.features.extractor import Material, build, settings_of
from tritone.features.pictures import FaceCrops
from tritone.features.vgg_face import VggFaceRows
from tritone.layers.vgg import VggNet
from tritone.media.video import Frame


def faces(*seeds: int) -> Material:
    """A film of small pictures, each a face already cut out."""

    def frames() -> Iterator[Frame]:
        for place, seed in enumerate(seeds):
            image = np.random.default_rng(seed).integers(0, 256, (20, 20, 3)).astype(np.uint8)
            yield Frame(3 + place / 5, image)

    return Material("a", frames=frames, start=3.0, end=3 + len(seeds) / 5)


def best_of(run: Path) -> Path:
    """The folder of the model that does best on val."""
    losses = {
        seed: json.loads((seed / "summary.json").read_text())["metrics"]["val"]["loss"]
        for seed in sorted(run.glob("seed-*"))
    }
    assert len(losses) == 2
    return min(losses, key=lambda seed: losses[seed]) / "model"


def test_rows_are_the_vectors_of_the_net_that_was_trained(tiny_run: Path) -> None:
    net = VggNet(1, 4, channels=(2, 3)).eval()
    weights = load_file(best_of(tiny_run) / "model.safetensors")
    net.load_state_dict(
        {name[4:]: value for name, value in weights.items() if name.startswith("net.")}
    )
    crops = FaceCrops(side=8, grey=True).track(faces(0, 1, 2))
    plain = functional.layer_norm(crops.values.float(), [8, 8])[:, None]
    large = functional.interpolate(plain, (16, 16), mode="bilinear", antialias=True)
    with torch.no_grad():
        expected = net(large).relu()
    track = VggFaceRows(str(tiny_run)).track(faces(0, 1, 2))
    torch.testing.assert_close(track.values, expected)
    assert torch.equal(track.spans, crops.spans)


def test_many_faces_are_seen_as_few_are(tiny_run: Path) -> None:
    extractor = VggFaceRows(str(tiny_run))
    many = extractor.track(faces(*range(70))).values
    torch.testing.assert_close(many[68:70], extractor.track(faces(68, 69)).values)


def test_a_run_is_written_down_as_the_model_that_was_chosen(tiny_run: Path) -> None:
    chosen = str(best_of(tiny_run))
    assert settings_of(build("vgg_face", {"run": str(tiny_run)})) == {"version": 1, "run": chosen}
    assert VggFaceRows(chosen) == VggFaceRows(str(tiny_run))


def test_no_run_says_how_to_train_one() -> None:
    with pytest.raises(ModelError) as caught:
        VggFaceRows().rows  # noqa: B018
    assert str(caught.value) == (
        "vgg_face reads with a net of your own, and none is named. Train one with `tritone train "
        "vgg_face --data faces:DIR`, and set vision.run=RUN."
    )


def test_a_folder_without_a_training_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=f"^{tmp_path} holds no trained model: "):
        VggFaceRows(str(tmp_path))


@pytest.mark.parametrize(
    ("file", "before", "after", "says"),
    [
        (
            "provenance.json",
            '"face_crop"',
            '"face_geometry"',
            "was trained on face_geometry rows, not on pictures cut out here. Train vgg_face on a "
            "store of face_crop or picture.",
        ),
        (
            "provenance.json",
            '"extractors"',
            '"sources"',
            "was trained on published rows, not on pictures cut out here. Train vgg_face on a "
            "store of face_crop or picture.",
        ),
        (
            "config.json",
            '"vgg_face"',
            '"cnn3d"',
            "do not fit together: ",
        ),
    ],
)
def test_a_training_of_something_else_is_refused(
    tiny_run: Path, tmp_path: Path, file: str, before: str, after: str, says: str
) -> None:
    folder = tmp_path / "model"
    shutil.copytree(best_of(tiny_run), folder)
    text = (folder / file).read_text()
    assert before in text
    (folder / file).write_text(text.replace(before, after))
    with pytest.raises(ModelError) as caught:
        VggFaceRows(str(folder)).rows  # noqa: B018
    assert says in str(caught.value)
