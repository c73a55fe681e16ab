"""Still pictures: upright, opaque RGB, whatever the file holds."""

import io

import numpy as np
import pytest
from PIL import Image

from tritone.core.errors import MediaError
from tritone.media.decode import probe
from tritone.media.image import MAX_PIXELS, image_size, read_image
from tritone.media.upright import EXIF_TURNS, turned

PICTURE = np.zeros((16, 24, 3), np.uint8)
PICTURE[:8, :12], PICTURE[:8, 12:], PICTURE[8:, :12] = (200, 20, 20), (20, 200, 20), (20, 20, 200)


def png_of(width, height):
    """A PNG whose header claims a size, without the pixels."""
    file = io.BytesIO()
    Image.new("L", (1, 1)).save(file, "PNG")
    data = bytearray(file.getvalue())
    data[16:24] = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    import zlib

    data[29:33] = zlib.crc32(data[12:29]).to_bytes(4, "big")
    return bytes(data)


@pytest.mark.parametrize("suffix", ["png", "jpg", "jpeg", "webp", "bmp"])
def test_every_format_gives_the_same_picture(suffix, tmp_path):
    path = tmp_path / f"a.{suffix}"
    Image.fromarray(PICTURE).save(path, quality=95)
    image = read_image(path)
    assert image.shape == PICTURE.shape
    assert np.abs(image.astype(int) - PICTURE).mean() < 8
    np.testing.assert_array_equal(read_image(path.read_bytes()), image)
    info = probe(path)
    assert (info.kind, info.width, info.height, info.duration) == ("image", 24, 16, None)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_is_upright_as_pillow_turns_it(orientation, tmp_path):
    from PIL import ImageOps

    path = tmp_path / "a.png"
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.fromarray(PICTURE).save(path, exif=exif)
    with Image.open(path) as image:
        expected = np.asarray(ImageOps.exif_transpose(image))
    np.testing.assert_array_equal(read_image(path), expected)
    np.testing.assert_array_equal(turned(PICTURE, EXIF_TURNS[orientation]), expected)
    assert image_size(path) == (expected.shape[1], expected.shape[0])


@pytest.mark.parametrize("mode", ["L", "RGB", "P", "CMYK"])
def test_every_way_to_store_grey_gives_grey(mode, tmp_path):
    path = tmp_path / ("a.jpg" if mode == "CMYK" else "a.png")
    Image.new("L", (5, 4), 128).convert(mode).save(path)
    assert np.abs(read_image(path).astype(int) - 128).max() <= 2


def test_sixteen_bits_are_scaled_to_eight(tmp_path):
    path = tmp_path / "a.png"
    values = np.linspace(0, 65_535, 256).astype(np.uint16).reshape(16, 16)
    Image.fromarray(values).save(path)
    assert read_image(path)[..., 0].ravel().tolist() == list(range(256))


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_what_is_transparent_shows_white(mode, tmp_path):
    path = tmp_path / "a.png"
    image = Image.new("RGBA", (4, 4), (0, 0, 0, 0))
    image.paste((0, 0, 0, 255), (0, 0, 2, 4))
    image.convert(mode).save(path)
    assert read_image(path)[0, :, 0].tolist() == [0, 0, 255, 255]


@pytest.mark.parametrize("suffix", ["webp", "png", "gif"])
def test_an_animation_gives_its_first_picture(suffix, tmp_path):
    path = tmp_path / f"a.{suffix}"
    first, second = Image.new("RGB", (6, 4), "white"), Image.new("RGB", (6, 4), "black")
    first.save(path, save_all=True, append_images=[second], lossless=True)
    assert read_image(path).min() == 255


def test_a_picture_of_one_pixel_is_a_picture(tmp_path):
    path = tmp_path / "a.png"
    Image.new("RGB", (1, 1), (1, 2, 3)).save(path)
    assert read_image(path).tolist() == [[[1, 2, 3]]]


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "L"])
def test_a_longer_side_is_made_smaller_and_keeps_its_shape(mode, tmp_path):
    path = tmp_path / "a.png"
    Image.new(mode, (400, 100)).save(path)
    assert read_image(path, max_side=100).shape == (25, 100, 3)
    assert read_image(path, max_side=400).shape == (100, 400, 3)


def test_one_row_of_many_pixels_stays_one_row(tmp_path):
    path = tmp_path / "a.png"
    Image.new("RGB", (5000, 1)).save(path)
    assert read_image(path, max_side=50).shape == (1, 50, 3)


@pytest.mark.slow
@pytest.mark.parametrize("suffix", ["jpg", "png"])
def test_a_hundred_megapixels_are_read(suffix, tmp_path):
    path = tmp_path / f"a.{suffix}"
    Image.new("L", (10_000, 10_000), 99).save(path)
    image = read_image(path)
    assert image.shape == (4096, 4096, 3)
    assert image[0, 0, 0] == 99


@pytest.mark.parametrize("side", [14_000, 40_000])
def test_a_decompression_bomb_is_refused_before_it_is_opened(side, tmp_path):
    path = tmp_path / "a.png"
    path.write_bytes(png_of(side, side))
    with pytest.raises(MediaError) as caught:
        read_image(path)
    assert str(caught.value) == (
        f"'{path}' has more than {MAX_PIXELS:,} pixels, the limit. Make it smaller first."
    )


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp", "bmp"])
def test_a_picture_that_was_cut_off_says_so(suffix, tmp_path):
    path = tmp_path / f"a.{suffix}"
    noise = np.random.default_rng(0).integers(0, 255, (64, 64, 3)).astype(np.uint8)
    Image.fromarray(noise).save(path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(MediaError, match=r"a\..* is (damaged or was cut off|no picture)"):
        read_image(path)


def test_no_byte_that_is_changed_breaks_more_than_the_picture(tmp_path):
    rng = np.random.default_rng(0)
    noise = rng.integers(0, 255, (16, 16, 3)).astype(np.uint8)
    exif = Image.Exif()
    exif[0x0112] = 6
    for suffix in ("PNG", "JPEG", "WEBP", "BMP", "GIF"):
        file = io.BytesIO()
        Image.fromarray(noise).save(file, suffix, **({} if suffix in "BMP GIF" else {"exif": exif}))
        for _ in range(60):
            data = bytearray(file.getvalue())
            for place in rng.integers(0, min(len(data), 200), 3):
                data[place] = rng.integers(256)
            try:
                image = read_image(bytes(data))
            except MediaError:
                continue
            assert image.ndim == 3


def test_text_named_as_a_picture_is_told_from_one(tmp_path):
    path = tmp_path / "a.jpg"
    path.write_text("hello there")
    with pytest.raises(MediaError) as caught:
        read_image(path)
    assert str(caught.value) == (
        f"'{path}' is no picture that can be read: it holds text. Pictures: jpg, png, webp, bmp."
    )
