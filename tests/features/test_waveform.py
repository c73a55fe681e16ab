"""Waveform: cutting, filtering, levelling and trimming."""

from itertools import pairwise

import numpy as np
import pytest

from tritone.core.errors import DataError
from tritone.features import waveform

RATE = 16_000


def tone(hertz: float, seconds: float = 0.5) -> np.ndarray:
    return np.sin(2 * np.pi * hertz * np.arange(round(seconds * RATE)) / RATE).astype(np.float32)


def noise(samples: int = 3000) -> np.ndarray:
    return np.random.default_rng(5).normal(0, 0.1, samples).astype(np.float32)


@pytest.mark.parametrize("gain", [1e-3, 0.25, 7.0])
def test_gain_does_not_change_the_normalised_sound(gain: float) -> None:
    sound = noise()
    gained = np.float32(gain) * sound
    for normalise in (waveform.normalise_amplitude, waveform.normalise_peak):
        np.testing.assert_allclose(normalise(gained), normalise(sound), rtol=1e-5)


@pytest.mark.parametrize("gain", [1e-3, 0.25, 7.0])
def test_gain_does_not_change_what_is_trimmed(gain: float) -> None:
    sound = np.concatenate([1e-4 * noise(5000), noise(8000), 1e-4 * noise(3000)])
    assert (
        waveform.trim_silence(np.float32(gain) * sound, RATE)[1:]
        == (waveform.trim_silence(sound, RATE)[1:])
    )


def test_trimming_twice_trims_no_more() -> None:
    quiet = np.zeros(4001, np.float32)
    once, start, end = waveform.trim_silence(np.concatenate([quiet, noise(), quiet]), RATE)
    again, *_ = waveform.trim_silence(once, RATE)
    np.testing.assert_array_equal(again, once)
    assert round((end - start) * RATE) == len(once)


def test_trimming_keeps_every_loud_sample_and_says_where_it_was() -> None:
    loud = np.full(1607, 0.5, np.float32)
    sound = np.concatenate([np.zeros(4001, np.float32), loud, np.zeros(2000, np.float32)])
    kept, start, end = waveform.trim_silence(sound, RATE)
    np.testing.assert_array_equal(kept, sound[round(start * RATE) : round(end * RATE)])
    assert kept.sum() == loud.sum()
    assert 4001 / RATE - 0.025 <= start <= 4001 / RATE
    assert 5608 / RATE <= end <= 5608 / RATE + 0.025


@pytest.mark.parametrize(("level_db", "kept"), [(-38.0, True), (-42.0, False)])
def test_the_threshold_is_in_decibels_below_the_loudest(level_db: float, kept: bool) -> None:
    murmur = np.full(4000, 10 ** (level_db / 20), np.float32)
    sound = np.concatenate([murmur, np.ones(4000, np.float32)])
    _, start, _ = waveform.trim_silence(sound, RATE, threshold_db=-40.0)
    assert (start == 0.0) is kept


@pytest.mark.parametrize("samples", [1, 7, 399, 400, 401, 561])
def test_short_loud_sounds_are_kept_whole(samples: int) -> None:
    sound = np.full(samples, 0.3, np.float32)
    kept, start, end = waveform.trim_silence(sound, RATE)
    np.testing.assert_array_equal(kept, sound)
    assert (start, end) == (0.0, samples / RATE)


@pytest.mark.parametrize("samples", [0, 1, 900])
def test_silence_stays_silence(samples: int) -> None:
    silence = np.zeros(samples, np.float32)
    for change in (
        waveform.normalise_amplitude,
        waveform.normalise_peak,
        lambda sound: waveform.band_pass(sound, RATE),
    ):
        np.testing.assert_array_equal(change(silence), silence)
    kept, start, end = waveform.trim_silence(silence, RATE)
    assert (len(kept), start, end) == (0, 0.0, 0.0)


@pytest.mark.parametrize("samples", [1, 2, 30, 200, 3000])
def test_filtering_keeps_length_and_type_and_is_finite(samples: int) -> None:
    filtered = waveform.band_pass(noise(samples), RATE)
    assert filtered.shape == (samples,)
    assert filtered.dtype == np.float32
    assert np.isfinite(filtered).all()


def test_filtering_is_linear() -> None:
    np.testing.assert_allclose(
        waveform.band_pass(noise() + 3 * tone(500)[:3000], RATE),
        waveform.band_pass(noise(), RATE) + 3 * waveform.band_pass(tone(500)[:3000], RATE),
        atol=1e-5,
    )


def test_a_tone_within_the_band_neither_fades_nor_moves() -> None:
    middle = slice(1600, -1600)  # the ends of a tone are clicks, which are not in the band
    filtered = waveform.band_pass(tone(1000), RATE)
    np.testing.assert_allclose(filtered[middle], tone(1000)[middle], atol=0.001)


@pytest.mark.parametrize("hertz", [0.5, 20.0, 7950.0])
def test_a_tone_outside_the_band_goes(hertz: float) -> None:
    middle = slice(RATE // 2, -RATE // 2)
    assert np.abs(waveform.band_pass(tone(hertz, 2.0), RATE)[middle]).max() < 0.01


def test_normalised_levels_are_the_ones_asked_for() -> None:
    levelled = waveform.normalise_amplitude(noise(), level_db=-20.0)
    assert np.sqrt(np.mean(levelled**2)) == pytest.approx(0.1, rel=1e-5)
    assert np.abs(waveform.normalise_peak(noise(), level_db=0.0)).max() == pytest.approx(1.0)


def test_neighbouring_cuts_share_no_sample_and_lose_none() -> None:
    sound = noise(RATE)
    edges = [0.0, 0.12345, 0.5, 0.77777, 1.0]
    parts = [waveform.cut(sound, RATE, a, b) for a, b in pairwise(edges)]
    np.testing.assert_array_equal(np.concatenate(parts), sound)


def test_a_cut_past_the_end_gives_what_there_is() -> None:
    assert len(waveform.cut(noise(RATE), RATE, 0.75, 2.0)) == RATE // 4
    assert len(waveform.cut(noise(RATE), RATE, -1.0, 0.25)) == RATE // 4


def test_a_cut_outside_the_sound_is_refused() -> None:
    with pytest.raises(DataError) as error:
        waveform.cut(noise(RATE), RATE, 12.0, 15.5)
    assert str(error.value) == (
        "There is no sound at 12.000-15.500 s: it lasts from 0 to 1.000 s. "
        "Mend the time codes or leave this span out."
    )


def test_a_reversed_cut_is_refused() -> None:
    with pytest.raises(DataError) as error:
        waveform.cut(noise(RATE), RATE, 0.5, 0.25)
    assert str(error.value) == "The span 0.500-0.250 s has no length: end must follow start."


def test_a_band_that_the_rate_cannot_hold_is_refused() -> None:
    with pytest.raises(DataError) as error:
        waveform.band_pass(noise(), 8000)
    assert str(error.value) == (
        "A band from 80 to 7600 Hz does not fit a sound of 8000 Hz. "
        "Keep 0 < low_hz < high_hz < 4000, or resample the sound first."
    )
