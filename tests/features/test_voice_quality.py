"""Voice quality of synthetic vowels whose jitter, shimmer, noise and tilt are known."""

import numpy as np
import pytest
from scipy.signal import lfilter, resample_poly

from tritone.features.extractor import Material
from tritone.features.pulses import Pulses, find_pulses
from tritone.features.voice_quality import VoiceQuality, harmonics, perturbation

RATE = 16_000
FINER = 16  # pulses are placed at 256 kHz, so that their own rounding is no jitter


def vowel(
    hertz: float = 110.0, *, jitter: float = 0.0, shimmer: float = 0.0, seconds: float = 0.6
) -> np.ndarray:
    """Pulses through three formants; every other one is early or late, strong or weak.

    The formants are broad, so that a pulse has died away when the next one comes.
    """
    turn = np.where(np.arange(int(hertz * seconds)) % 2, 0.5, -0.5)
    closings = np.rint(np.cumsum((1 + turn * jitter) / hertz) * RATE * FINER).astype(int)
    pulses = np.zeros(closings[-1] + RATE)
    pulses[closings] = 1 + turn * shimmer
    sound = resample_poly(pulses * FINER, 1, FINER)
    for formant, band in ((700, 300), (1220, 300), (2600, 400)):
        radius = np.exp(-np.pi * band / RATE)
        poles = [1, -2 * radius * np.cos(2 * np.pi * formant / RATE), radius**2]
        sound = np.asarray(lfilter([sum(poles)], poles, sound))
    return (0.3 * sound / np.abs(sound).max()).astype(np.float32)


def chord(hertz: float, *, hnr_db: float, tilt_db: float) -> np.ndarray:
    """Six harmonics in white noise; the second is `tilt_db` below the first."""
    time = np.arange(RATE) / RATE
    levels = [1.0, *(10 ** (-tilt_db / 20) * 0.7 ** np.arange(5))]
    tone = sum(a * np.cos(2 * np.pi * (k + 1) * hertz * time + k) for k, a in enumerate(levels))
    noise = np.random.default_rng(0).normal(0, 1, RATE)
    noise *= np.sqrt((tone**2).mean() / (noise**2).mean() / 10 ** (hnr_db / 10))
    return (0.05 * (tone + noise)).astype(np.float32)


def of_voice(sound: np.ndarray) -> np.ndarray:
    """The median row of the frames with a voice: voice, jitter, shimmer, HNR, H1-H2."""
    rows = VoiceQuality().measure(sound)
    voiced = rows[rows[:, 0] == 1]
    assert len(voiced) > 0.8 * len(rows)
    return np.median(voiced, axis=0)


@pytest.mark.parametrize("jitter", [0.0, 0.01, 0.02])
def test_the_jitter_of_a_vowel_is_the_one_it_was_made_with(jitter: float) -> None:
    assert of_voice(vowel(jitter=jitter))[1] == pytest.approx(jitter, rel=0.1, abs=0.001)


@pytest.mark.parametrize("shimmer", [0.0, 0.03, 0.1])
def test_the_shimmer_of_a_vowel_is_the_one_it_was_made_with(shimmer: float) -> None:
    assert of_voice(vowel(90.0, shimmer=shimmer))[2] == pytest.approx(shimmer, rel=0.1, abs=0.002)


@pytest.mark.parametrize("hertz", [95.0, 210.3, 340.0])
@pytest.mark.parametrize("hnr_db", [10.0, 20.0, 28.0])
def test_the_noise_of_a_vowel_is_the_one_it_was_made_with(hertz: float, hnr_db: float) -> None:
    found = of_voice(chord(hertz, hnr_db=hnr_db, tilt_db=3.0))
    assert found[3] == pytest.approx(hnr_db, abs=1.0)


@pytest.mark.parametrize("hertz", [95.0, 210.3, 340.0])
@pytest.mark.parametrize("tilt_db", [-5.0, 0.0, 12.0])
def test_the_tilt_of_a_vowel_is_the_one_it_was_made_with(hertz: float, tilt_db: float) -> None:
    found = of_voice(chord(hertz, hnr_db=25.0, tilt_db=tilt_db))
    assert found[4] == pytest.approx(tilt_db, abs=0.3)


@pytest.mark.parametrize("change", [lambda x: 0.01 * x, lambda x: -x], ids=["gain", "polarity"])
def test_microphones_do_not_change_the_voice(change) -> None:
    sound = vowel(120.0, jitter=0.01, shimmer=0.05)
    np.testing.assert_allclose(
        of_voice(change(sound).astype(np.float32)), of_voice(sound), rtol=0.02, atol=0.002
    )


def test_noise_and_silence_have_no_quality() -> None:
    noise = np.random.default_rng(0).normal(0, 0.1, 8000).astype(np.float32)
    for sound in (noise, np.zeros(8000, np.float32), np.ones(8000, np.float32)):
        assert (VoiceQuality().measure(sound) == 0).all()


def test_every_period_of_a_vowel_is_found_at_its_length() -> None:
    sound = vowel(110.0, jitter=0.02)
    middles = np.arange(0.01, 0.55, 0.01)
    pulses = find_pulses(sound, RATE, np.full(len(middles), 110.0), middles)
    inside = pulses.periods[3:-12]
    assert len(pulses.times) == pytest.approx(0.6 * 110, abs=6)
    np.testing.assert_allclose(np.sort(np.abs(inside * 110 - 1)), 0.01, atol=0.001)


def test_the_pulses_stand_where_they_stand_upside_down_too() -> None:
    middles = np.arange(0.01, 0.55, 0.01)
    tones = np.full(len(middles), 110.0)
    one, other = (find_pulses(x, RATE, tones, middles) for x in (vowel(), -vowel()))
    np.testing.assert_array_equal(one.times, other.times)


def test_a_pause_parts_the_pulses() -> None:
    silence = np.zeros(4800, np.float32)
    sound = np.concatenate([vowel(120.0, seconds=0.3)[:4800], silence, vowel(120.0)[:4800]])
    middles = np.arange(0.005, 0.9, 0.01)
    tones = np.where((middles > 0.29) & (middles < 0.61), np.nan, 120.0)
    pulses = find_pulses(sound, RATE, tones, middles)
    assert np.nanmax(pulses.periods) < 1.3 / 120
    assert np.isnan(pulses.periods).sum() == 2


def test_perturbation_by_hand() -> None:
    times = np.array([0.00, 0.010, 0.021, 0.031, 0.042])
    pulses = Pulses(times, np.append(np.diff(times), np.nan), np.array([1.0, 1.1, 1.0, 1.1, 9.0]))
    jitter, shimmer = perturbation(pulses, np.array([0.02]))[0]
    assert jitter == pytest.approx(0.001 / 0.0105)
    assert shimmer == pytest.approx(0.1 / 1.05)
    assert np.isnan(perturbation(pulses, np.array([5.0]))).all()


def test_a_long_sound_is_measured_as_its_parts_are() -> None:
    sound = vowel(300.0, jitter=0.01, seconds=6.5)
    tones = np.full(630, 300.0)
    whole = harmonics(sound, RATE, tones)
    part = harmonics(sound[160 * 600 :], RATE, tones[600:])
    np.testing.assert_allclose(whole[605:625], part[5:25])


def test_a_quiet_end_does_not_change_what_came_before() -> None:
    sound = vowel(120.0, jitter=0.01)[:9600]
    longer = np.concatenate([sound, np.zeros(9600, np.float32)])
    here, there = VoiceQuality().measure(sound), VoiceQuality().measure(longer)
    np.testing.assert_allclose(there[5:45], here[5:45], rtol=0.05, atol=0.005)


def test_it_stands_beside_the_pitch() -> None:
    material = Material("a", sound=vowel())
    assert len(VoiceQuality().track(material).mask) == len(
        VoiceQuality(low_hz=100.0).track(material).mask
    )
