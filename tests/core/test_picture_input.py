"""Pictures come to an encoder as its own image processor brings them."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import CLIPImageProcessorPil, ConvNextImageProcessorPil, ViTImageProcessorPil

from tritone.core.errors import ModelError
from tritone.core.picture_input import PREPROCESSOR, PictureInput, read_picture_input

MEAN, DEVIATION = [0.5, 0.4, 0.3], [0.2, 0.3, 0.25]
PROCESSORS = {
    "vit": ViTImageProcessorPil(size={"height": 24, "width": 24}),
    "clip": CLIPImageProcessorPil(
        size={"shortest_edge": 24}, crop_size={"height": 20, "width": 20}, image_mean=MEAN
    ),
    "resnet": ConvNextImageProcessorPil(
        size={"shortest_edge": 28}, crop_pct=0.875, image_mean=MEAN, image_std=DEVIATION
    ),
    "large": ConvNextImageProcessorPil(size={"shortest_edge": 384}, crop_pct=0.875),
    "plain": ViTImageProcessorPil(do_resize=False, do_normalize=False),
}
ONE_LEVEL = 1 / 255 / 0.2


def pictures(height: int, width: int) -> torch.Tensor:
    """Smooth pictures, in which a wrong size or place shows."""
    rows, columns = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j]
    one = np.stack([rows, columns, (rows + columns) / 2], axis=2)
    return torch.from_numpy(np.stack([one, one**2]) * 255).to(torch.uint8)


@pytest.mark.parametrize("size", [(40, 40), (40, 61), (61, 40), (16, 18)])
@pytest.mark.parametrize("name", PROCESSORS)
def test_a_picture_is_brought_as_its_processor_does(name: str, size, tmp_path: Path) -> None:
    PROCESSORS[name].save_pretrained(tmp_path)
    given = pictures(*size)
    expected = PROCESSORS[name](list(given.numpy()), return_tensors="pt")["pixel_values"]
    ours = read_picture_input(tmp_path / PREPROCESSOR)(given)
    assert ours.shape == expected.shape
    assert (ours - expected).abs().max() < 1.5 * ONE_LEVEL


@pytest.mark.parametrize("name", PROCESSORS)
def test_what_is_kept_is_what_was_read(name: str, tmp_path: Path) -> None:
    PROCESSORS[name].save_pretrained(tmp_path)
    bring = read_picture_input(tmp_path / PREPROCESSOR)
    bring.keep(tmp_path / "kept")
    assert read_picture_input(tmp_path / "kept" / PREPROCESSOR) == bring


def test_a_grey_picture_has_all_colours_alike() -> None:
    grey = pictures(8, 8)[..., 0]
    bring = PictureInput(resized=(4, 4))
    torch.testing.assert_close(bring(grey), bring(grey.unsqueeze(3).expand(-1, -1, -1, 3)))


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("[1]", "holds a list, not the settings of pictures."),
        ("{", "does not say how pictures are brought to the encoder: "),
        ("{}", "does not say how pictures are brought to the encoder: KeyError('size')."),
        (json.dumps({"size": 10**9, "image_mean": MEAN, "image_std": MEAN}), "does not say how"),
        (json.dumps({"size": 8, "image_mean": [0.5], "image_std": [0.5]}), "does not say how"),
        (json.dumps({"size": 8, "image_mean": MEAN, "image_std": [0, 1, 1]}), "does not say how"),
    ],
)
def test_settings_that_no_picture_can_have_are_refused(
    said: str, reason: str, tmp_path: Path
) -> None:
    file = tmp_path / PREPROCESSOR
    file.write_text(said, encoding="utf-8")
    with pytest.raises(ModelError) as caught:
        read_picture_input(file)
    assert str(caught.value).startswith(f"{file} {reason}")
