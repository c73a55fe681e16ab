"""How pictures are brought to a pretrained encoder: size, crop and colours, as its folder says."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jaxtyping import Float, Shaped
from torch import Tensor
from torch.nn import functional

from tritone.core.errors import ModelError
from tritone.core.files import whole_file

PREPROCESSOR = "preprocessor_config.json"
LONGEST_FILE = 1 << 20  # bytes
LARGEST_SIDE = 4096  # pixels
WARPED_FROM = 384  # pixels from which ConvNext's processor no longer crops
MODES = {0: "nearest-exact", 2: "bilinear", 3: "bicubic"}  # Pillow's numbers of filters
LEVELS = 255


@dataclass(frozen=True)
class PictureInput:
    """What an encoder's image processor does, on tensors.

    Source: the image processors of transformers, by the settings that they save.
    Differs: Pillow rounds to whole levels after resizing, this does not; Lanczos and box
        filters are bicubic here.

    Args:
        resized: height and width, or one number for the shorter side; None leaves the size.
        cropped: height and width of the middle that is kept; None keeps all.
        mean: of each colour, in [0, 1].
        deviation: of each colour, above 0.
        mode: how pixels are interpolated.
    """

    resized: tuple[int, ...] | None = (224, 224)
    cropped: tuple[int, ...] | None = None
    mean: tuple[float, ...] = (0.5, 0.5, 0.5)
    deviation: tuple[float, ...] = (0.5, 0.5, 0.5)
    mode: str = "bilinear"

    def __call__(
        self,
        pictures: Shaped[Tensor, "picture height width 3"] | Shaped[Tensor, "picture height width"],
    ) -> Float[Tensor, "picture 3 tall wide"]:
        """Pictures as the encoder takes them; grey ones have all colours alike."""
        coloured = pictures if pictures.ndim == 4 else pictures.unsqueeze(3).expand(-1, -1, -1, 3)
        values = coloured.movedim(3, 1).float()
        if self.resized is not None:
            values = self.brought_to(values, self.resized)
        if self.cropped is not None:
            values = middle(values, self.cropped)
        mean, deviation = (
            values.new_tensor(numbers).reshape(-1, 1, 1) for numbers in (self.mean, self.deviation)
        )
        return (values / LEVELS - mean) / deviation

    def keep(self, folder: Path) -> None:
        """Write it as an image processor saves itself."""
        numbers = {mode: number for number, mode in MODES.items()}
        said = {
            "do_resize": self.resized is not None,
            "size": named_sides(self.resized),
            "do_center_crop": self.cropped is not None,
            "crop_size": named_sides(self.cropped),
            "image_mean": self.mean,
            "image_std": self.deviation,
            "resample": numbers[self.mode],
        }
        folder.mkdir(parents=True, exist_ok=True)
        with whole_file(folder / PREPROCESSOR) as file:
            file.write(json.dumps(said, indent=1).encode())

    def brought_to(
        self, values: Float[Tensor, "picture 3 height width"], size: tuple[int, ...]
    ) -> Float[Tensor, "picture 3 tall wide"]:
        """Resized, within the levels that a picture has."""
        height, width = values.shape[2:]
        if len(size) == 1:
            shorter = min(height, width)
            size = (int(size[0] * height / shorter), int(size[0] * width / shorter))
        if (height, width) == size:
            return values
        options = {"align_corners": False, "antialias": True} if self.mode != MODES[0] else {}
        changed = functional.interpolate(values, size, mode=self.mode, **options)
        return changed.clamp(0, LEVELS)


def middle(
    values: Float[Tensor, "picture 3 height width"], size: tuple[int, ...]
) -> Float[Tensor, "picture 3 tall wide"]:
    """The middle of pictures, black around those that are smaller."""
    tall, wide = size
    height, width = values.shape[2:]
    above, left = max(0, tall - height), max(0, wide - width)
    grown = functional.pad(values, (left // 2, left - left // 2, above // 2, above - above // 2))
    top, first = (grown.shape[2] - tall) // 2, (grown.shape[3] - wide) // 2
    return grown[:, :, top : top + tall, first : first + wide]


def read_picture_input(path: Path) -> PictureInput:
    """What a folder's preprocessor_config.json says.

    Raises:
        ModelError: it cannot be read, or says what no picture can be.
    """
    try:
        if path.stat().st_size > LONGEST_FILE:
            raise ModelError(f"{path} has {path.stat().st_size} bytes; such a file has few.")
        said = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(said, dict):
            raise ModelError(f"{path} holds a {type(said).__name__}, not the settings of pictures.")
        return as_said(said)
    except (OSError, ValueError, KeyError, TypeError, IndexError, RecursionError) as error:
        if isinstance(error, ModelError):
            raise
        raise ModelError(
            f"{path} does not say how pictures are brought to the encoder: {error!r}. Save the "
            f"image processor of the model anew."
        ) from None


def as_said(said: Mapping[str, Any]) -> PictureInput:
    """The settings of an image processor, by the names that transformers gives them."""
    resized = sides(said["size"]) if said.get("do_resize", True) else None
    cropped = sides(said["crop_size"]) if said.get("do_center_crop", False) else None
    share = said.get("crop_pct")
    if share is not None and resized is not None and len(resized) == 1:
        # ConvNext's processor, which ResNet's folders name: larger first, then the middle.
        side = resized[0]
        resized, cropped = (
            ((side, side), None)
            if side >= WARPED_FROM
            else (
                (int(side / float(share)),),
                (side, side),
            )
        )
    if cropped is not None and len(cropped) == 1:
        cropped = (cropped[0], cropped[0])
    plain = not said.get("do_normalize", True)
    mean = (0.0,) * 3 if plain else tuple(float(one) for one in said["image_mean"])
    deviation = (1.0,) * 3 if plain else tuple(float(one) for one in said["image_std"])
    if len(mean) != 3 or len(deviation) != 3 or min(deviation) <= 0:
        raise ValueError(f"mean {mean} and deviation {deviation} of three colours")
    return PictureInput(
        resized, cropped, mean, deviation, MODES.get(int(said.get("resample", 3)), MODES[3])
    )


def sides(size: Any) -> tuple[int, ...]:
    """Height and width, or the shorter side alone."""
    if isinstance(size, Mapping) and "shortest_edge" in size:
        found = (int(size["shortest_edge"]),)
    elif isinstance(size, Mapping):
        found = (int(size["height"]), int(size["width"]))
    else:
        found = (int(size), int(size))
    if not all(1 <= side <= LARGEST_SIDE for side in found):
        raise ValueError(f"sides of {found} pixels")
    return found


def named_sides(size: tuple[int, ...] | None) -> dict[str, int]:
    """A size as image processors save it."""
    if size is None:
        return {}
    return dict(
        zip(("height", "width") if len(size) > 1 else ("shortest_edge",), size, strict=True)
    )
