"""A voice from formulas: glottal pulses and noise through formant filters, phone by phone.

    pulses (pitch) ─┐
                    ├─▶ resonators F1 F2 F3 F4 ─┐
    breath ─────────┘                           ├─▶ sound
    hiss ─▶ one resonator (s, f, sh, bursts) ───┘

Source:  Klatt 1980, "Software for a cascade/parallel formant synthesizer", JASA 67.
Differs: far fewer parameters; formants glide in a straight line between targets.
"""

from dataclasses import dataclass

import numpy as np

RATE_HZ = 16_000

VOWELS = {
    # First three formants, Hz, of an adult woman (rounded from published averages).
    "IY": (310, 2700, 3300),
    "IH": (430, 2400, 3050),
    "EH": (610, 2250, 2950),
    "AE": (850, 2050, 2850),
    "AA": (850, 1220, 2800),
    "AO": (600, 950, 2700),
    "UH": (470, 1160, 2680),
    "UW": (370, 980, 2670),
    "AH": (690, 1400, 2780),
    "ER": (500, 1640, 1960),
    "W": (330, 750, 2500),
    "Y": (300, 2750, 3350),
    "R": (380, 1250, 1750),
    "L": (380, 1150, 2900),
    "M": (280, 1100, 2500),
    "N": (280, 1700, 2700),
    "NG": (280, 2200, 2700),
    "DH": (330, 1500, 2700),
    "V": (330, 1200, 2500),
    "Z": (330, 1750, 2700),
}
DIPHTHONGS = {
    "AY": ("AA", "IH"),
    "EY": ("EH", "IY"),
    "OW": ("AO", "UW"),
    "AW": ("AA", "UW"),
}
OPENING = {"AA": 1.0, "AE": 0.9, "AH": 0.7, "EH": 0.65, "AO": 0.7, "ER": 0.4, "IH": 0.4}
OPENING |= {"IY": 0.3, "UH": 0.4, "UW": 0.25, "Y": 0.25, "R": 0.25, "L": 0.3, "W": 0.15}
HISS = {
    # Centre and bandwidth of the noise, Hz, and its strength.
    "S": (6200, 1800, 0.20),
    "Z": (6000, 1800, 0.11),
    "SH": (3300, 1400, 0.22),
    "F": (5000, 5000, 0.07),
    "TH": (5500, 5000, 0.06),
    "V": (4500, 4500, 0.04),
    "DH": (4500, 4500, 0.03),
    "HH": (1500, 2500, 0.10),
    "P": (1000, 1500, 0.22),
    "B": (800, 1200, 0.14),
    "T": (4500, 2500, 0.26),
    "D": (3800, 2500, 0.16),
    "K": (2300, 1000, 0.28),
    "G": (2000, 1000, 0.18),
    "CH": (3500, 1500, 0.28),
}
STOPS = ("P", "B", "T", "D", "K", "G", "CH")
VOICED = (*VOWELS, "B", "D", "G")
SECONDS = {"stop": 0.075, "fricative": 0.085, "glide": 0.060, "vowel": 0.090, "long": 0.150}
QUIET = {"M": 0.45, "N": 0.45, "NG": 0.45, "V": 0.35, "Z": 0.3, "DH": 0.35, "B": 0.06, "D": 0.06}
FOURTH_HZ = 4100.0
WIDTHS_HZ = (70.0, 95.0, 140.0, 220.0)
STEP = RATE_HZ // 200
# Beside vowels that peak at 1: a hiss should stay under half of them.
HISS_LEVEL = 0.09


@dataclass(frozen=True)
class Tone:
    """How a sentence is said.

    Args:
        pitch_hz: its middle.
        swing: how far pitch moves, as a share of `pitch_hz`.
        fall: how far it drops over the sentence, the same.
        pace: 1 is even; more is faster.
        level: loudness, 1 is even.
        breath: noise in the voice, 0 to 1.
    """

    pitch_hz: float
    swing: float = 0.1
    fall: float = 0.15
    pace: float = 1.0
    level: float = 1.0
    breath: float = 0.05


def speak(phones: str, tone: Tone, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """The sound of a sentence, and how far the mouth is open 200 times a second.

    Args:
        phones: ARPABET, words parted by `|`; a trailing 1 marks a stressed vowel.
        tone: how it is said.
        seed: of the noise.

    Returns:
        Samples at RATE_HZ, about within [-1, 1]; mouth opening, 0 to 1.
    """
    frames = _frames(phones, tone)
    noise = np.random.default_rng(seed).standard_normal(len(frames["pitch"]) * STEP)
    voiced = _source(frames, noise, tone)
    formants = np.concatenate([frames["formants"], np.full((len(voiced) // STEP, 1), FOURTH_HZ)], 1)
    for index, width in enumerate(WIDTHS_HZ):
        voiced = _resonate(voiced, formants[:, index], np.full(len(formants), width))
    hiss = noise * _every_sample(frames["hiss"][:, 2])
    hiss = _resonate(hiss, frames["hiss"][:, 0], frames["hiss"][:, 1])
    # The lips radiate the slope of the flow; hiss has no low tones either.
    voiced, hiss = np.diff(voiced, prepend=0.0), np.diff(hiss, prepend=0.0)
    voiced /= np.abs(voiced).max() + 1e-9
    sound = tone.level * (voiced + HISS_LEVEL * hiss)
    return sound, frames["mouth"]


def _frames(phones: str, tone: Tone) -> dict[str, np.ndarray]:
    """Every parameter 200 times a second, smoothed as a tongue moves."""
    rows = []
    for phone in phones.replace("|", " ").split():
        rows += _phone_frames(phone.rstrip("1"), phone.endswith("1"), tone.pace)
    table = np.array(rows)
    count = len(table)
    along = np.arange(count) / count
    stress = _smooth(table[:, 8], 15)
    melody = 0.5 * np.sin(2 * np.pi * (2.2 * along + 0.1)) + 1.6 * stress
    pitch = tone.pitch_hz * (1 + tone.swing * melody + tone.fall * (0.4 - along))
    formants = np.stack([_smooth(table[:, i], 9) for i in range(3)], axis=1)
    loud = _smooth(table[:, 3], 5) * np.minimum(1, 8 * (1 - along)) * np.minimum(1, 20 * along)
    return {
        "formants": formants,
        "voice": loud,
        "hiss": np.stack([table[:, 4], table[:, 5], _smooth(table[:, 6], 3)], axis=1),
        "mouth": _smooth(table[:, 7], 15),
        "pitch": pitch,
    }


def _phone_frames(phone: str, stressed: bool, pace: float) -> list[tuple[float, ...]]:
    """Rows of (F1, F2, F3, voice, hiss centre, width, strength, mouth, stress)."""
    if phone in DIPHTHONGS:
        first, last = DIPHTHONGS[phone]
        return _phone_frames(first, stressed, pace * 1.1) + _phone_frames(last, False, pace * 1.5)
    vowel = phone in OPENING and phone not in ("Y", "R", "L", "W")
    kind = "stop" if phone in STOPS else "fricative" if phone in HISS else "glide"
    kind = ("long" if stressed else "vowel") if vowel else kind
    count = max(4, round(200 * SECONDS[kind] / pace))
    formants = VOWELS.get(phone, (420, 1650, 2650))
    voice = QUIET.get(phone, 1.0 if vowel else 0.7) if phone in VOICED else 0.0
    voice *= 1.15 if stressed else 0.9
    centre, width, strength = HISS.get(phone, (3000, 3000, 0.0))
    rows = []
    for index in range(count):
        burst = phone not in STOPS or index >= count * 0.6
        rows.append(
            (*formants, voice, centre, width, strength * burst, OPENING.get(phone, 0.05), stressed)
        )
    return rows


def _source(frames: dict[str, np.ndarray], noise: np.ndarray, tone: Tone) -> np.ndarray:
    """The slope of air flow through the glottis: a soft opening, a sharp closing."""
    pitch = _every_sample(frames["pitch"])
    drift = 1 + 0.012 * _smooth(noise, 400) / (np.std(_smooth(noise, 400)) + 1e-9)
    phase = np.cumsum(pitch * drift / RATE_HZ) % 1.0
    opening = np.where(phase < 0.6, phase / 0.6, 0.0)
    flow = 3 * opening**2 * (1 - opening) * 2.2
    pulses = flow - flow.mean() + 0.4 * tone.breath * noise * (phase < 0.6)
    return pulses * _every_sample(frames["voice"])


def _resonate(sound: np.ndarray, centre_hz: np.ndarray, width_hz: np.ndarray) -> np.ndarray:
    """A resonator whose centre moves; gain 1 at 0 Hz (Klatt's equations 1 and 2)."""
    c = -np.exp(-2 * np.pi * width_hz / RATE_HZ)
    b = 2 * np.exp(-np.pi * width_hz / RATE_HZ) * np.cos(2 * np.pi * centre_hz / RATE_HZ)
    a = 1 - b - c
    out = np.empty_like(sound)
    last, before = 0.0, 0.0
    for frame in range(len(sound) // STEP):
        gain, near, far = a[frame], b[frame], c[frame]
        for index in range(frame * STEP, (frame + 1) * STEP):
            last, before = gain * sound[index] + near * last + far * before, last
            out[index] = last
    return out


def _every_sample(frames: np.ndarray) -> np.ndarray:
    places = np.arange(len(frames) * STEP) / STEP
    return np.interp(places, np.arange(len(frames)), frames)


def _smooth(values: np.ndarray, width: int) -> np.ndarray:
    window = np.hanning(width + 2)[1:-1]
    padded = np.pad(values, width // 2, mode="edge")
    return np.convolve(padded, window / window.sum(), mode="valid")[: len(values)]
