"""Spectrum: framing, mel and MFCC against the formulas written out slowly."""

import math

import numpy as np
import pytest

from tritone.core.errors import DataError
from tritone.features import spectrum

RATE = 16_000


def sound(samples: int = 1200, seed: int = 3) -> np.ndarray:
    return np.random.default_rng(seed).uniform(-0.5, 0.5, samples).astype(np.float32)


def slow_power(samples: np.ndarray, window: int, hop: int, fft: int) -> list[list[float]]:
    angles = -2j * np.pi * np.outer(np.arange(fft // 2 + 1), np.arange(window)) / fft
    rows = []
    start = 0
    while start + window <= len(samples):
        hann = [0.5 - 0.5 * math.cos(2 * math.pi * n / window) for n in range(window)]
        tapered = [float(samples[start + n]) * hann[n] for n in range(window)]
        rows.append([abs(value) ** 2 for value in np.exp(angles) @ tapered])
        start += hop
    return rows


def slow_log_mel(samples: np.ndarray, mels: int, low: float, high: float) -> list[list[float]]:
    def mel(hertz: float) -> float:
        return 2595 * math.log10(1 + hertz / 700)

    step = (mel(high) - mel(low)) / (mels + 1)
    edges = [700 * (10 ** ((mel(low) + step * i) / 2595) - 1) for i in range(mels + 2)]
    rows = []
    for power in slow_power(samples, 400, 160, 512):
        row = []
        for left, centre, right in zip(edges, edges[1:], edges[2:], strict=False):
            total = 0.0
            for k, value in enumerate(power):
                hertz = k * RATE / 512
                if left < hertz <= centre:
                    total += value * (hertz - left) / (centre - left)
                elif centre < hertz < right:
                    total += value * (right - hertz) / (right - centre)
            row.append(math.log(max(total, 1e-10)))
        rows.append(row)
    return rows


def slow_mfcc(log_mel: list[list[float]], coefficients: int) -> list[list[float]]:
    rows = []
    for bands in log_mel:
        count = len(bands)
        row = []
        for k in range(coefficients):
            total = sum(
                b * math.cos(math.pi * k * (2 * m + 1) / (2 * count)) for m, b in enumerate(bands)
            )
            row.append(total * math.sqrt((1 if k == 0 else 2) / count))
        rows.append(row)
    return rows


@pytest.mark.parametrize("samples", [0, 1, 399, 400, 559, 560, 1200])
def test_there_is_one_span_for_each_frame_and_none_ends_after_the_sound(samples: int) -> None:
    bands = spectrum.log_mel(sound(samples), RATE)
    spans = spectrum.frame_spans(len(bands))
    assert bands.shape == (max(0, samples - 400) // 160 + 1, 64)
    assert spans.shape == (len(bands), 2)
    assert spans[-1, 1] <= max(samples / RATE, 0.025) + 1e-9


def test_a_shift_by_whole_hops_shifts_the_frames() -> None:
    samples = sound(2400)
    whole = spectrum.log_mel(samples, RATE)
    late = spectrum.log_mel(samples[3 * 160 :], RATE)
    np.testing.assert_array_equal(late, whole[3:])


def test_a_gain_adds_the_same_to_every_band() -> None:
    samples = sound()
    louder = spectrum.log_mel(2 * samples, RATE) - spectrum.log_mel(samples, RATE)
    np.testing.assert_allclose(louder, math.log(4), atol=1e-5)


def test_silence_is_finite_everywhere() -> None:
    silence = np.zeros(800, np.float32)
    assert np.isfinite(spectrum.log_mel(silence, RATE)).all()
    assert np.isfinite(spectrum.log_spectrogram(silence, RATE)).all()
    assert np.isfinite(spectrum.mfcc(silence, RATE)).all()


def test_chunks_leave_no_seam(monkeypatch: pytest.MonkeyPatch) -> None:
    samples = sound(4000)
    whole = spectrum.log_mel(samples, RATE)
    monkeypatch.setattr(spectrum, "CHUNK", 3)
    np.testing.assert_allclose(spectrum.log_mel(samples, RATE), whole, atol=1e-5)


def test_power_equals_the_fourier_sum_written_out() -> None:
    samples = sound()
    np.testing.assert_allclose(
        spectrum.power_spectrogram(samples, RATE), slow_power(samples, 400, 160, 512), rtol=1e-3
    )


def test_log_spectrogram_is_the_natural_logarithm_of_the_power() -> None:
    samples = sound()
    power = np.array(slow_power(samples, 400, 160, 512))
    got = spectrum.log_spectrogram(samples, RATE)
    np.testing.assert_allclose(got, np.log(power), atol=1e-3)


def test_log_mel_equals_the_formula_written_out() -> None:
    samples = sound()
    np.testing.assert_allclose(
        spectrum.log_mel(samples, RATE), slow_log_mel(samples, 64, 60.0, 7600.0), atol=1e-4
    )


def test_mfcc_equals_the_formula_written_out() -> None:
    samples = sound()
    expected = slow_mfcc(slow_log_mel(samples, 40, 60, 7600), 20)
    np.testing.assert_allclose(spectrum.mfcc(samples, RATE), expected, atol=1e-3)


def test_a_tone_peaks_in_its_own_bin() -> None:
    tone = np.sin(2 * np.pi * 1000 * np.arange(1600) / RATE).astype(np.float32)
    assert (spectrum.power_spectrogram(tone, RATE).argmax(axis=1) == 1000 * 512 // RATE).all()


def test_other_rates_choose_a_transform_that_holds_the_window() -> None:
    assert spectrum.power_spectrogram(sound(4410), 44_100).shape == (8, 2048 // 2 + 1)
    assert spectrum.log_mel(sound(800), 8_000, mels=20, high_hz=4000.0).shape == (8, 20)


def test_known_spans() -> None:
    np.testing.assert_allclose(
        spectrum.frame_spans(2, window=0.025, hop=0.01, start=3.0), [[3, 3.025], [3.01, 3.035]]
    )


def test_the_shared_filters_cannot_be_changed() -> None:
    filters = spectrum.mel_filters(RATE, 512, mels=64, low_hz=60.0, high_hz=7600.0)
    assert filters.shape == (64, 257)
    with pytest.raises(ValueError, match="read-only"):
        filters[0, 0] = 1


def test_bands_above_half_the_rate_are_refused() -> None:
    with pytest.raises(DataError) as error:
        spectrum.log_mel(sound(), 8_000)
    assert str(error.value) == (
        "Mel bands from 60 to 7600 Hz do not fit a sound of 8000 Hz. "
        "Keep 0 <= low_hz < high_hz <= 4000, or resample the sound first."
    )


def test_more_bands_than_the_bins_can_tell_apart_are_refused() -> None:
    with pytest.raises(DataError, match=r"^Mel band 1 of 200 holds no bin of a 512-point"):
        spectrum.log_mel(sound(), RATE, mels=200)


def test_a_window_larger_than_the_transform_is_refused() -> None:
    with pytest.raises(DataError) as error:
        spectrum.power_spectrogram(sound(), 44_100, fft=512)
    assert str(error.value) == (
        "A window of 0.025 s at 44100 Hz has 1102 samples, more than fft=512. "
        "Use a shorter window or fft >= 1125."
    )


def test_a_hop_of_no_samples_is_refused() -> None:
    with pytest.raises(DataError, match=r"^Frames of 400 samples every 0: both must be"):
        spectrum.power_spectrogram(sound(), RATE, hop=0.0)


def test_more_coefficients_than_bands_are_refused() -> None:
    with pytest.raises(DataError) as error:
        spectrum.mfcc(sound(), RATE, coefficients=50)
    assert str(error.value) == "50 coefficients of 40 mel bands: take 1 to 40."
