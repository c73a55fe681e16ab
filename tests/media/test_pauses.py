"""Speech is found by its own loudness against its own noise, whatever the microphone."""

import itertools
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tritone.core.errors import MediaError, MissingExtra
from tritone.media.pauses import FLOOR_DB, envelope, speech_spans, vad_spans

RATE_HZ = 8000


def _talk(*stretches: tuple[float, float], seconds: float, noise: float = 0.001) -> np.ndarray:
    """Bursts of a voice-like sound, with syllables, in noise."""
    random = np.random.default_rng(0)
    time = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    sound = noise * random.normal(size=len(time))
    syllables = 0.6 + 0.4 * np.sin(2 * np.pi * 4 * time)
    for start, end in stretches:
        inside = (time >= start) & (time < end)
        sound[inside] += 0.2 * (syllables * np.sin(2 * np.pi * 150 * time))[inside]
    return sound


def _near(found, expected, slack: float = 0.08) -> bool:
    return len(found) == len(expected) and bool(
        np.allclose(np.array(found), np.array(expected), atol=slack)
    )


@pytest.mark.parametrize("rate_hz", [8000, 11025, 22050, 44100])
def test_the_envelope_is_the_root_mean_square_of_each_hop(rate_hz):
    samples = np.random.default_rng(0).normal(size=rate_hz // 2 + 7)
    edges = [round(place * rate_hz * 0.01) for place in range(52)]
    slow = [
        10 * np.log10(np.mean(samples[start:end] ** 2))
        for start, end in itertools.pairwise(edges)
        if start < len(samples)
    ]
    np.testing.assert_allclose(envelope([samples], rate_hz), slow)


@settings(max_examples=20, deadline=None)
@given(cuts=st.lists(st.integers(0, 1500), max_size=6))
def test_how_the_sound_is_cut_into_chunks_changes_nothing(cuts):
    samples = np.random.default_rng(1).normal(size=1500)
    whole = envelope([samples], 11025)
    np.testing.assert_allclose(envelope(np.split(samples, sorted(cuts)), 11025), whole)


def test_full_scale_is_0_db_and_silence_is_the_floor():
    assert envelope([np.ones(800)], RATE_HZ) == pytest.approx(np.zeros(10))
    assert envelope([np.full(800, np.nan)], RATE_HZ) == pytest.approx(np.full(10, FLOOR_DB))
    assert len(envelope([], RATE_HZ)) == 0
    assert envelope([np.zeros(0), np.ones(1)], RATE_HZ) == pytest.approx([0.0])


def test_a_rate_too_low_to_measure_is_refused():
    with pytest.raises(MediaError, match="50 samples a second are too few"):
        envelope([np.ones(50)], 50)


def test_speech_is_found_between_its_pauses():
    stretches = [(0.5, 1.5), (2.0, 3.0), (4.0, 4.5)]
    assert _near(speech_spans(envelope([_talk(*stretches, seconds=6)], RATE_HZ)), stretches)


def test_a_short_gap_is_no_pause_and_a_click_no_speech():
    sound = _talk((0.5, 1.5), (1.7, 2.5), (4.0, 4.05), seconds=6)
    assert _near(speech_spans(envelope([sound], RATE_HZ)), [(0.5, 2.5)])


@pytest.mark.parametrize("noise", [0.0, 0.001, 0.01])
@pytest.mark.parametrize("gain", [0.1, 10.0])
def test_a_quieter_microphone_hears_the_same_speech(noise, gain):
    sound = _talk((0.5, 1.5), (2.0, 3.0), seconds=4, noise=noise)
    spans = speech_spans(envelope([sound], RATE_HZ))
    assert _near(spans, [(0.5, 1.5), (2.0, 3.0)])
    assert speech_spans(envelope([gain * sound], RATE_HZ)) == spans


def test_a_recording_that_was_muted_between_words_has_no_floor_to_measure_from():
    sound = _talk((0.5, 1.5), (4.0, 5.0), seconds=6, noise=0.0)
    hum = slice(int(2.5 * RATE_HZ), int(3.0 * RATE_HZ))
    sound[hum] = 0.0003 * np.random.default_rng(0).normal(size=RATE_HZ // 2)
    assert _near(speech_spans(envelope([sound], RATE_HZ)), [(0.5, 1.5), (4.0, 5.0)])


def test_silence_and_steady_noise_and_rounding_hold_no_speech():
    random = np.random.default_rng(0)
    assert speech_spans(envelope([], RATE_HZ)) == []
    assert speech_spans(envelope([np.zeros(3 * RATE_HZ)], RATE_HZ)) == []
    assert speech_spans(envelope([0.1 * random.normal(size=3 * RATE_HZ)], RATE_HZ)) == []
    rounding = random.integers(-1, 2, size=3 * RATE_HZ) / 32768
    rounding[: 2 * RATE_HZ] = 0
    assert speech_spans(envelope([rounding], RATE_HZ)) == []


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(-120, 0), max_size=300))
def test_spans_are_in_order_and_inside_whatever_the_loudness(values):
    spans = speech_spans(np.array(values, dtype=np.float64))
    edges = [edge for span in spans for edge in span]
    assert edges == sorted(edges)
    assert all(0 <= edge <= len(values) * 0.01 + 1e-9 for edge in edges)
    assert all(end - start >= 0.2 for start, end in spans)


@pytest.mark.slow
def test_the_voice_detector_runs_over_chunks_at_any_rate():
    pytest.importorskip("silero_vad")
    import torch

    threads = torch.get_num_threads()
    assert vad_spans([np.zeros(RATE_HZ)] * 3, RATE_HZ) == []
    assert vad_spans([], 44100) == []
    sound = _talk((0.5, 1.5), (2.5, 3.5), seconds=4)
    whole = vad_spans([sound], RATE_HZ, threshold=0.01)
    assert vad_spans(np.array_split(sound, 9), RATE_HZ, threshold=0.01) == whole
    edges = [edge for span in whole for edge in span]
    assert edges == sorted(edges)
    assert all(0 <= edge <= 4.1 for edge in edges)
    assert torch.get_num_threads() == threads


def test_without_the_extra_the_message_names_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "silero_vad", None)
    with pytest.raises(MissingExtra, match=r"pip install 'tritone\[vad\]'"):
        vad_spans([], RATE_HZ)
