"""What the name of a file says, for the corpora that write their labels into names.

RAVDESS   03-01-05-01-02-01-12      modality, channel, emotion, intensity, statement,
                                    repetition, actor
TESS      OAF_back_angry            speaker, word, emotion
CREMA-D   1001_DFA_ANG_XX           actor, sentence, emotion, level
CK+       S005_001_00000011         subject, sequence, frame: no emotion, but who it is
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tritone.core.errors import DataError
from tritone.core.labels import RAVDESS_CODES, read_emotion

LONGEST_NAME = 255  # bytes that a file system allows; patterns are tried on no longer ones

RAVDESS = re.compile(r"(0[1-3])-(0[12])-(0[1-8])-(0[12])-(0[12])-(0[12])-(\d\d)")
RAVDESS_CHANNELS = {"01": "speech", "02": "song"}
RAVDESS_INTENSITIES = {"01": "normal", "02": "strong"}
RAVDESS_STATEMENTS = {"01": "Kids are talking by the door", "02": "Dogs are sitting by the door"}

# One file of TESS is published as OA_bite_neutral.
TESS = re.compile(r"(OAF|YAF|OA)_([A-Za-z]+)_([A-Za-z]+)")
TESS_SPEAKERS = {"OAF": "OAF", "OA": "OAF", "YAF": "YAF"}

CREMA = re.compile(r"(\d{4})_([A-Z]{3})_(ANG|DIS|FEA|HAP|NEU|SAD)_(LO|MD|HI|X{1,2})")
CREMA_EMOTIONS = {
    "ANG": "anger",
    "DIS": "disgust",
    "FEA": "fear",
    "HAP": "joy",
    "NEU": "neutral",
    "SAD": "sadness",
}

CK_PLUS = re.compile(r"(S\d{3})_\d{3}_\d{8}.*")


@dataclass(frozen=True)
class Named:
    """What a name says.

    Args:
        rule: whose code it is: "RAVDESS", "TESS", "CREMA-D" or "CK+".
        speaker: who is heard or seen.
        emotion: of the shared emotions; None where the name does not say it.
        labels: more that it says: channel, intensity, statement.
    """

    rule: str
    speaker: str
    emotion: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict)


def read_name(file: str) -> Named | None:
    """What the name of a file says by a code known here; None where it follows none of them."""
    stem = Path(file).stem
    if len(stem) > LONGEST_NAME:
        return None
    for read in (ravdess_name, tess_name, crema_name, ck_plus_name):
        named = read(stem)
        if named is not None:
            return named
    return None


def ravdess_name(stem: str) -> Named | None:
    """RAVDESS's code: channel, emotion, intensity, statement and actor."""
    code = RAVDESS.fullmatch(stem)
    if code is None:
        return None
    labels = {
        "channel": RAVDESS_CHANNELS[code[2]],
        "intensity": RAVDESS_INTENSITIES[code[4]],
        "statement": RAVDESS_STATEMENTS[code[5]],
    }
    return Named("RAVDESS", f"actor_{code[7]}", RAVDESS_CODES[code[3]], labels)


def tess_name(stem: str) -> Named | None:
    """TESS's names: the speaker, the word in "Say the word ...", the emotion."""
    code = TESS.fullmatch(stem)
    if code is None:
        return None
    try:
        emotion = read_emotion(code[3])
    except DataError:
        return None
    statement = f"Say the word {code[2].lower()}"
    return Named("TESS", TESS_SPEAKERS[code[1]], emotion, {"statement": statement})


def crema_name(stem: str) -> Named | None:
    """CREMA-D's code: actor, sentence and emotion."""
    code = CREMA.fullmatch(stem)
    if code is None:
        return None
    return Named("CREMA-D", f"actor_{code[1]}", CREMA_EMOTIONS[code[3]], {"statement": code[2]})


def ck_plus_name(stem: str) -> Named | None:
    """CK+'s names: whose face it is."""
    code = CK_PLUS.fullmatch(stem)
    return None if code is None else Named("CK+", code[1])
