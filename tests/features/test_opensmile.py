"""openSMILE's tables as tracks; the package itself is not needed, a stand-in gives its form."""

import sys

import numpy as np
import pytest
import torch

from tritone.core.errors import MissingExtra
from tritone.features.extractor import Material, build
from tritone.features.opensmile import WIDTHS, OpenSmile, smile


def noise(samples: int) -> np.ndarray:
    return np.random.default_rng(0).normal(0, 0.1, samples).clip(-1, 1).astype(np.float32)


@pytest.mark.usefixtures("opensmile")
@pytest.mark.parametrize(("feature_set", "level"), WIDTHS)
def test_rows_stand_at_their_times_on_the_clock_of_the_media(feature_set: str, level: str) -> None:
    extractor = build("opensmile", {"feature_set": feature_set, "level": level})
    track = extractor.track(Material("a", sound=noise(16_000), start=5.0))
    assert track.values.shape[1] == extractor.rows.shape[0] == WIDTHS[feature_set, level]
    assert track.spans[0, 0] == 5.0 and track.spans[-1, 1] == 6.0
    assert len(track.mask) == (95 if level == "LowLevelDescriptors" else 1)


@pytest.mark.usefixtures("opensmile")
def test_a_sound_too_short_for_it_has_no_row() -> None:
    track = OpenSmile().track(Material("a", sound=noise(300)))
    assert tuple(track.values.shape) == (0, 25) and track.values.dtype == torch.float32


def test_the_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opensmile", None)
    smile.cache_clear()
    with pytest.raises(MissingExtra) as error:
        OpenSmile().track(Material("a", sound=noise(16_000)))
    assert str(error.value) == (
        "Extracting openSMILE's features needs the package 'opensmile', which is not installed. "
        "Install it with: pip install 'tritone[opensmile]'"
    )


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        (
            {"feature_set": "IS99"},
            "opensmile cannot be set so: feature_set is 'IS99'; take eGeMAPSv02, GeMAPSv01b, "
            "ComParE_2016, emobase",
        ),
        (
            {"level": "frames"},
            "opensmile cannot be set so: level is 'frames'; take LowLevelDescriptors or "
            "Functionals",
        ),
    ],
)
def test_a_set_that_is_not_there_is_named(settings: dict, says: str) -> None:
    with pytest.raises(ValueError) as error:
        build("opensmile", settings)
    assert str(error.value) == says
