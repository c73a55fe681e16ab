"""Prosody: pitch, intensity and rates of synthetic sounds."""

import numpy as np
import pytest

from tritone.core.clip import Word
from tritone.core.errors import DataError
from tritone.features import prosody, spectrum

RATE = 16_000


def sine(hertz: float, seconds: float = 0.4) -> np.ndarray:
    return np.sin(2 * np.pi * hertz * np.arange(round(seconds * RATE)) / RATE).astype(np.float32)


def sawtooth(hertz: float, seconds: float = 0.4) -> np.ndarray:
    return (2 * (hertz * np.arange(round(seconds * RATE)) / RATE % 1) - 1).astype(np.float32)


def slow_yin_difference(frame: np.ndarray, width: int, lag: int) -> float:
    return sum((float(frame[j]) - float(frame[j + lag])) ** 2 for j in range(width))


@pytest.mark.parametrize("samples", [0, 1, 399, 400, 561, 3210])
def test_prosody_and_log_mel_share_their_frames(samples: int) -> None:
    sound = np.ones(samples, np.float32)
    frames = len(spectrum.log_mel(sound, RATE))
    assert prosody.pitch(sound, RATE).shape == (frames,)
    assert prosody.intensity(sound, RATE).shape == (frames,)


def test_gain_does_not_change_the_pitch() -> None:
    sound = sawtooth(150) + np.random.default_rng(1).normal(0, 0.05, 6400).astype(np.float32)
    np.testing.assert_allclose(
        prosody.pitch(np.float32(0.01) * sound, RATE), prosody.pitch(sound, RATE), rtol=1e-3
    )


def test_gain_shifts_the_intensity_by_its_decibels() -> None:
    quiet = prosody.intensity(np.float32(0.1) * sawtooth(150), RATE)
    np.testing.assert_allclose(prosody.intensity(sawtooth(150), RATE) - quiet, 20, atol=1e-3)


def test_a_shift_by_whole_hops_shifts_the_pitch() -> None:
    sound = np.concatenate([sawtooth(120), sawtooth(260)])
    late = prosody.pitch(sound[5 * 160 :], RATE)
    # The first frames look at sound that the shift has taken away.
    np.testing.assert_allclose(late[3:], prosody.pitch(sound, RATE)[8:], rtol=1e-4)


@pytest.mark.parametrize("wave", [sine, sawtooth])
@pytest.mark.parametrize("hertz", [80.0, 200.0, 430.0])
def test_the_pitch_of_a_steady_tone_is_right_within_one_percent(wave, hertz: float) -> None:
    found = prosody.pitch(wave(hertz), RATE)[2:-2]
    np.testing.assert_allclose(found, hertz, rtol=0.01)


def test_the_pitch_is_found_at_the_time_when_it_sounds() -> None:
    found = prosody.pitch(np.concatenate([sawtooth(120), sawtooth(260)]), RATE)
    middles = spectrum.frame_spans(len(found)).mean(axis=1)
    np.testing.assert_allclose(found[(middles > 0.02) & (middles < 0.38)], 120, rtol=0.01)
    np.testing.assert_allclose(found[(middles > 0.42) & (middles < 0.77)], 260, rtol=0.01)


def test_a_voice_in_the_middle_is_found_in_the_middle_frames() -> None:
    silence = np.zeros(4000, np.float32)
    found = prosody.pitch(np.concatenate([silence, sawtooth(80), silence]), RATE)
    voiced = np.flatnonzero(np.isfinite(found))
    assert abs(voiced[0] + voiced[-1] - (len(found) - 1)) <= 1


def test_noise_and_silence_have_no_pitch() -> None:
    noise = np.random.default_rng(0).normal(0, 0.1, 8000).astype(np.float32)
    assert np.isnan(prosody.pitch(noise, RATE)).all()
    assert np.isnan(prosody.pitch(np.zeros(8000, np.float32), RATE)).all()


def test_the_fast_difference_has_its_dip_where_the_slow_sum_has() -> None:
    rng = np.random.default_rng(2)
    frame = sawtooth(170, 0.04)[:534] + rng.normal(0, 0.05, 534).astype(np.float32)
    slow = [slow_yin_difference(frame, 534 - 268, lag) for lag in range(269)]
    relative = [1.0] + [slow[k] * k / sum(slow[1 : k + 1]) for k in range(1, 269)]
    dip = next(
        k
        for k in range(32, 268)
        if relative[k] < 0.2 and relative[k] <= relative[k + 1] and relative[k] < relative[k - 1]
    )
    found = prosody._yin(frame[None].astype(np.float64), 32, 268, 0.2)
    assert found[0] == pytest.approx(dip, abs=1.0)
    assert found[0] == pytest.approx(RATE / 170, rel=0.02)


def test_known_intensities() -> None:
    assert prosody.intensity(np.ones(400, np.float32), RATE)[0] == 0
    assert prosody.intensity(np.full(400, 0.1, np.float32), RATE)[0] == pytest.approx(-20)
    assert prosody.intensity(np.zeros(400, np.float32), RATE)[0] == pytest.approx(-120)


def test_speech_rate_counts_words_by_their_midpoints() -> None:
    words = [Word("a", 0.0, 0.4), Word("b", 0.9, 1.3), Word("c", 1.8, 2.4)]
    assert prosody.speech_rate(words, 0.0, 1.0) == 1
    assert prosody.speech_rate(words, 1.0, 3.0) == 1
    assert prosody.speech_rate([], 0.0, 1.0) == 0


def test_speech_rate_of_no_time_is_refused() -> None:
    with pytest.raises(DataError) as error:
        prosody.speech_rate([], 2.0, 2.0)
    assert str(error.value) == "The span 2.000-2.000 s has no length: end must follow start."


def test_four_voiced_beats_a_second_are_four_syllables_a_second() -> None:
    beats = np.clip(np.sin(2 * np.pi * 4 * np.arange(2 * RATE) / RATE), 0.01, None)
    spoken = (beats * sawtooth(140, 2.0)).astype(np.float32)
    assert prosody.syllable_rate(spoken, RATE) == pytest.approx(4.0)
    whispered = beats * np.random.default_rng(3).normal(0, 0.1, 2 * RATE)
    assert prosody.syllable_rate(whispered.astype(np.float32), RATE) == 0


@pytest.mark.parametrize("samples", [0, 10, 8000])
def test_silence_has_no_syllables(samples: int) -> None:
    assert prosody.syllable_rate(np.zeros(samples, np.float32), RATE) == 0


def test_a_pitch_that_the_rate_cannot_hold_is_refused() -> None:
    with pytest.raises(DataError) as error:
        prosody.pitch(sine(200), RATE, high_hz=5000.0)
    assert str(error.value) == (
        "Pitch from 60 to 5000 Hz cannot be found in a sound of 16000 Hz. "
        "Keep 0 < low_hz < high_hz <= 4000."
    )
