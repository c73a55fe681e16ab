"""Still pictures as upright RGB, whatever their format, depth and size."""

import io
import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from jaxtyping import UInt8
from PIL import Image

from tritone.core.errors import MediaError
from tritone.media.files import describe, read_head
from tritone.media.upright import EXIF_TURNS, UPRIGHT, Turn, turned

# Pillow refuses more by itself; 178,956,970 pixels are 512 MB of RGB.
MAX_PIXELS = 178_956_970
MAX_SIDE = 4096
FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "GIF")
ORIENTATION = 0x0112
# What Pillow raises on files that were cut off or tampered with.
DAMAGE = (OSError, ValueError, SyntaxError, EOFError, struct.error, IndexError, KeyError)


def read_image(
    source: Path | str | bytes, *, max_side: int = MAX_SIDE
) -> UInt8[np.ndarray, "height width 3"]:
    """A picture as upright RGB; transparent parts over white, the first of several frames.

    Args:
        source: a file, or its bytes.
        max_side: a picture with a longer side is made smaller, to this many pixels.

    Raises:
        MediaError: the file is missing, unreadable, empty, no picture, cut off, or has more
            than `MAX_PIXELS` pixels.
    """
    with _opened(source) as image:
        turn = _turn_of(image)
        image.draft(None, (max_side, max_side))
        small = _shrunk(image, max_side)
        return turned(np.asarray(_opaque(small)), turn)


def image_size(source: Path | str | bytes) -> tuple[int, int]:
    """Width and height of the upright picture in pixels, from the header alone.

    Raises:
        MediaError: as `read_image`, but a file cut off after its header passes.
    """
    with _opened(source) as image:
        width, height = image.size
        return (height, width) if _turn_of(image).transpose else (width, height)


@contextmanager
def _opened(source: Path | str | bytes) -> Iterator[Image.Image]:
    """An image opened under limits; every fault of the file becomes a MediaError."""
    name = "this picture" if isinstance(source, bytes) else f"'{source}'"
    head = source[:4096] if isinstance(source, bytes) else read_head(source)
    file = io.BytesIO(source) if isinstance(source, bytes) else source
    # Pillow warns of bombs from half of its limit on, and of odd EXIF; both are handled here.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with Image.open(file, formats=FORMATS) as image:
                _check_size(name, image.width * image.height)
                yield image
        except MediaError:
            raise
        except Image.DecompressionBombError:
            raise MediaError(_too_large(name)) from None
        except Image.UnidentifiedImageError:
            raise MediaError(
                f"{name} is no picture that can be read: it holds {describe(head)}. "
                "Pictures: jpg, png, webp, bmp."
            ) from None
        except DAMAGE as error:
            raise MediaError(f"{name} is damaged or was cut off: {error}.") from None


def _check_size(name: str, pixels: int) -> None:
    if pixels > MAX_PIXELS:
        raise MediaError(_too_large(name))


def _too_large(name: str) -> str:
    return f"{name} has more than {MAX_PIXELS:,} pixels, the limit. Make it smaller first."


def _turn_of(image: Image.Image) -> Turn:
    try:
        return EXIF_TURNS.get(image.getexif().get(ORIENTATION, 1), UPRIGHT)
    except (*DAMAGE, TypeError):
        return UPRIGHT  # EXIF that cannot be parsed tells nothing; the pixels may be whole.


def _shrunk(image: Image.Image, max_side: int) -> Image.Image:
    """The image within `max_side`; done before conversions, which copy every pixel."""
    if image.mode in ("I", "I;16", "I;16B", "I;16L"):
        # Pillow clips 16-bit greys at 255 where it converts them.
        image = Image.fromarray((np.asarray(image) >> 8).clip(0, 255).astype(np.uint8))
    elif image.mode in ("P", "PA", "1"):
        image = image.convert("RGBA" if "transparency" in image.info else "RGB")
    longest = max(image.size)
    if longest <= max_side:
        return image
    width, height = (max(1, round(side * max_side / longest)) for side in image.size)
    return image.resize((width, height), Image.Resampling.BOX, reducing_gap=1.0)


def _opaque(image: Image.Image) -> Image.Image:
    """RGB; what is transparent shows white."""
    if image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info:
        image = image.convert("RGBA")
        white = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(white, image)
    return image.convert("RGB")
