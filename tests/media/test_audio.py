"""Sound on the clock: mono, at one rate, without holes, however it is cut."""

import os
import subprocess
import sys
from itertools import pairwise

import numpy as np
import pytest
import soundfile

from tritone.core.errors import MediaError
from tritone.media.audio import audio_chunks, cut_audio, read_audio, resample
from tritone.media.decode import probe

RATE = 16_000
# What an encoder's run-up may shift where the container cannot tell it.
RUN_UP = {"avi": 0.06, "aac": 0.06, "mpg": 0.06}


def heard(samples, rate_hz=RATE):
    """Seconds at which bursts of sound begin."""
    loud = np.flatnonzero(np.abs(samples) > 0.2) / rate_hz
    return [t for t, before in zip(loud, [-1.0, *loud[:-1]], strict=True) if t - before > 0.1]


@pytest.fixture
def noise(tmp_path):
    """1.3 s of stereo noise at 44.1 kHz, of which no second is like another."""
    values = np.random.default_rng(0).uniform(-0.9, 0.9, (57_330, 2))
    path = tmp_path / "noise.wav"
    soundfile.write(path, values, 44_100)
    return path


@pytest.mark.parametrize("seconds", [0.01, 0.25, 0.7, 10.0])
def test_the_length_of_a_chunk_changes_nothing(seconds, noise):
    chunks = list(audio_chunks(noise, seconds=seconds))
    np.testing.assert_array_equal(np.concatenate([c.samples for c in chunks]), read_audio(noise))
    assert [c.start for c in chunks] == pytest.approx([k * seconds for k in range(len(chunks))])
    assert all(len(c.samples) == seconds * RATE for c in chunks[:-1])


def test_spans_that_touch_make_the_whole(noise):
    ends = [0.0, 0.1, 0.10003, 0.5, 0.71, 1.0, 1.3]
    spans = list(pairwise(ends))
    cuts = dict(cut_audio(noise, spans))
    whole = np.concatenate([cuts[i] for i in range(len(spans))])
    np.testing.assert_array_equal(whole, read_audio(noise))


def test_a_cut_is_what_reading_the_span_gives_also_where_spans_overlap(noise):
    spans = [(0.0, 1.3), (0.2, 0.4), (0.3, 1.2), (0.3, 0.3), (0.9, 5.0), (4.0, 5.0), (0.1, 0.0)]
    cuts = dict(cut_audio(noise, spans))
    assert sorted(cuts) == list(range(len(spans)))
    for index, (start, end) in enumerate(spans):
        np.testing.assert_array_equal(cuts[index], read_audio(noise, start=start, end=end))
    assert [len(cuts[i]) for i in (3, 5, 6)] == [0, 0, 0]


def test_cutting_forgets_what_no_span_needs(noise, monkeypatch):
    from tritone.media import audio

    seen = []
    complete = audio._Cuts.complete

    def watched(self):
        yield from complete(self)
        seen.append(sum(map(len, self.held)))

    monkeypatch.setattr(audio._Cuts, "complete", watched)
    monkeypatch.setattr(audio, "_resampled", lambda *_: iter([np.ones(RATE, np.float32)] * 60))
    assert len(list(cut_audio(noise, [(float(k), k + 2.5) for k in range(55)]))) == 55
    assert max(seen) <= 4 * RATE


@pytest.mark.parametrize(
    "suffix",
    ["wav", "flac", "mp3", "m4a", "ogg", "opus", "aac", "mp4", "mov", "mkv", "webm", "avi", "mpg"],
)
def test_sound_of_every_container_is_heard_at_its_time(
    suffix, tmp_path, write_media, clicks, greys
):
    is_film = suffix in ("mp4", "mov", "mkv", "webm", "avi", "mpg")
    sound = np.stack([clicks(2, 0.5, 1.25)] * 2)
    path = write_media(tmp_path / f"a.{suffix}", sound=sound, pictures=greys(50) if is_film else ())
    samples = read_audio(path)
    assert samples.dtype == np.float32
    # Codecs hear a burst up to 10 ms before it comes.
    assert heard(samples) == pytest.approx([0.5, 1.25], abs=RUN_UP.get(suffix, 0.012))
    assert len(samples) / RATE == pytest.approx(2.0, abs=0.06)
    info = probe(path)
    assert (info.has_audio, info.has_video, info.channels) == (True, is_film, 2)
    assert info.kind == ("video" if is_film else "audio")
    assert info.duration == pytest.approx(2.0, abs=0.06)


@pytest.mark.parametrize("channels", range(1, 9))
def test_channels_are_averaged_and_do_not_clip(channels, tmp_path):
    path = tmp_path / "a.wav"
    levels = np.linspace(-0.25, 1.0, channels) if channels > 1 else np.array([1.0])
    soundfile.write(path, np.tile(levels, (RATE, 1)), RATE, subtype="FLOAT")
    samples = read_audio(path)
    np.testing.assert_allclose(samples, levels.mean(), atol=1e-6)
    assert probe(path).channels == channels


@pytest.mark.parametrize("rate_hz", [8000, 11_025, 16_000, 22_050, 44_100, 48_000, 96_000, 192_000])
def test_any_rate_keeps_the_pitch_and_the_length(rate_hz, tmp_path):
    path = tmp_path / "a.wav"
    seconds = np.arange(rate_hz) / rate_hz
    soundfile.write(path, 0.5 * np.sin(2 * np.pi * 440 * seconds), rate_hz)
    expected = 0.5 * np.sin(2 * np.pi * 440 * np.arange(RATE) / RATE)
    samples = read_audio(path)
    assert len(samples) == RATE
    np.testing.assert_allclose(samples[800:-800], expected[800:-800], atol=2e-3)


@pytest.mark.parametrize("subtype", ["PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE"])
def test_any_depth_gives_the_same_loudness(subtype, tmp_path):
    path = tmp_path / "a.wav"
    values = np.linspace(-1.0, 0.99, RATE)
    soundfile.write(path, values, RATE, subtype=subtype)
    np.testing.assert_allclose(read_audio(path), values, atol=0.01 if "U8" in subtype else 1e-4)


def test_numbers_that_are_none_or_too_loud_stay_within_bounds(tmp_path):
    path = tmp_path / "a.wav"
    soundfile.write(path, np.array([np.nan, np.inf, -np.inf, 7.0, -7.0]), RATE, subtype="FLOAT")
    assert read_audio(path).tolist() == [0.0, 1.0, -1.0, 1.0, -1.0]


@pytest.mark.parametrize("suffix", ["mkv", "mp4"])
def test_sound_that_starts_late_is_led_by_silence(suffix, tmp_path, write_media, clicks, greys):
    path = write_media(
        tmp_path / f"a.{suffix}", pictures=greys(50), sound=clicks(1, 0.1)[None], sound_start=0.75
    )
    samples = read_audio(path)
    assert heard(samples) == pytest.approx([0.85], abs=0.012)
    assert not samples[: round(0.7 * RATE)].any()


def test_a_hole_in_the_sound_is_silent_and_moves_nothing(tmp_path, write_media, clicks):
    whole = write_media(tmp_path / "a.mkv", sound=clicks(4, 0.5, 1.5, 3.5)[None])
    holed = tmp_path / "holed.mkv"
    without_packets(whole, holed, 1.0, 2.9)
    samples = read_audio(holed)
    assert heard(samples) == pytest.approx([0.5, 3.5], abs=0.012)
    assert not samples[round(1.2 * RATE) : round(2.8 * RATE)].any()


def test_stamps_that_start_anew_are_joined(tmp_path, write_media, clicks):
    part = write_media(tmp_path / "a.mpg", sound=clicks(3, 0.5)[None])
    joined = tmp_path / "joined.mpg"
    joined.write_bytes(part.read_bytes() * 2)
    warnings: list[str] = []
    assert heard(read_audio(joined, warnings=warnings)) == pytest.approx([0.5, 3.5], abs=0.1)
    assert any("the times of its sound jump 1 times; joined anew." in told for told in warnings)


@pytest.mark.parametrize("suffix", ["flac", "wav", "mp3", "mkv"])
def test_a_file_that_was_cut_off_gives_what_is_there_and_says_so(suffix, tmp_path, write_media):
    noise = np.random.default_rng(0).uniform(-0.5, 0.5, (1, 48_000 * 5))
    path = write_media(tmp_path / f"a.{suffix}", sound=noise)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    warnings: list[str] = []
    samples = read_audio(path, warnings=warnings)
    assert len(samples) / RATE == pytest.approx(2.5, abs=0.15)
    assert any("the file may have been cut off." in told for told in warnings)


def test_a_part_is_the_same_part_of_the_whole(noise):
    whole = read_audio(noise)
    np.testing.assert_array_equal(read_audio(noise, start=0.25, end=0.75), whole[4000:12_000])
    assert len(read_audio(noise, start=9.0)) == 0


def test_more_than_may_be_held_is_refused(noise):
    with pytest.raises(MediaError) as caught:
        read_audio(noise, max_seconds=0.5)
    assert str(caught.value) == (
        f"'{noise}' holds more than the 0.5 s of sound that are read at once. "
        "Give a start and an end, or read it with audio_chunks."
    )
    assert len(read_audio(noise, start=1.0, end=1.2, max_seconds=0.5)) == 3200


def test_a_silent_film_has_no_sound(tmp_path, write_media, greys):
    path = write_media(tmp_path / "a.mp4", pictures=greys(5))
    with pytest.raises(MediaError, match=r"a.mp4' has no sound that can be decoded\."):
        read_audio(path)


def test_an_array_is_resampled_as_a_file_is(noise):
    values, rate_hz = soundfile.read(noise)
    expected = read_audio(noise)
    np.testing.assert_allclose(resample(values, rate_hz, RATE), expected, atol=1e-4)
    np.testing.assert_allclose(resample(values.T, rate_hz, RATE), expected, atol=1e-4)
    whole_numbers = soundfile.read(noise, dtype="int16")[0]
    np.testing.assert_allclose(resample(whole_numbers, rate_hz, RATE), expected, atol=1e-4)


def test_an_array_of_no_rate_is_refused():
    with pytest.raises(MediaError, match="must be above 0 Hz, got 0 and 16000"):
        resample(np.zeros(5), 0, RATE)
    assert len(resample(np.zeros(0), 8000, RATE)) == 0


@pytest.mark.slow
def test_memory_is_the_same_for_a_long_file(tmp_path):
    """Decoded in a process of its own, whose anonymous memory is all its own."""
    peaks = []
    for minutes in (1, 30):
        path = tmp_path / f"{minutes}.flac"
        soundfile.write(path, np.zeros(minutes * 60 * 8000, np.int16), 8000)
        run = subprocess.run(
            [sys.executable, "-c", MEASURE, str(path)],
            capture_output=True,
            text=True,
            check=True,
            env=os.environ | {"OMP_NUM_THREADS": "1"},
        )
        peaks.append(int(run.stdout))
    assert abs(peaks[1] - peaks[0]) < 20_000


MEASURE = """
import sys
from pathlib import Path
from tritone.media.audio import audio_chunks, cut_audio

def anonymous():
    status = Path("/proc/self/status").read_text()
    return int(status.split("RssAnon:")[1].split()[0])

peak = 0
for _ in audio_chunks(sys.argv[1]):
    peak = max(peak, anonymous())
for _ in cut_audio(sys.argv[1], [(k / 2, k / 2 + 3) for k in range(3600)]):
    peak = max(peak, anonymous())
print(peak)
"""


def without_packets(source, target, start, end):
    """Copy a file without the packets between two times."""
    import av

    with av.open(str(source)) as inward, av.open(str(target), "w") as outward:
        stream = inward.streams.audio[0]
        copy = outward.add_stream_from_template(stream)
        for packet in inward.demux(stream):
            if packet.pts is not None and not start < packet.pts * packet.time_base < end:
                packet.stream = copy
                outward.mux(packet)
