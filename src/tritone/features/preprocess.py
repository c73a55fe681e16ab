"""From words, sound and faces to the tensors of the default model, by one written-down recipe.

The settings travel with the weights as `preprocessor.json` beside `tokenizer.json`, so that a
folder goes from raw media to a prediction with nothing else.
"""

import json
import re
import unicodedata
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float, UInt8
from tokenizers import Tokenizer

from tritone.core.batch import Sample, Tokens, Track
from tritone.core.errors import ModelError
from tritone.features.prosody import pitch
from tritone.features.spectrum import frame_spans, log_mel
from tritone.features.tracks import whole_track
from tritone.features.waveform import band_pass, normalise_amplitude, trim_silence
from tritone.features.words import normalise_words

LINK = re.compile(r"(https?://|www\.)\S+")
STRAIGHT = str.maketrans(
    {"\u2019": "'", "\u2018": "'", "\u201c": '"', "\u201d": '"', "\u2026": "...", "\u2014": " - "}
)
JOINERS = {"\ufe0f", "\u200d"} | {chr(c) for c in range(0x1F3FB, 0x1F400)}  # skin tones too


def _passed(samples: np.ndarray, kept: "VoiceSettings") -> tuple[np.ndarray, float]:
    return band_pass(samples, kept.rate_hz, low_hz=kept.low_hz, high_hz=kept.high_hz), 0.0


def _trimmed(samples: np.ndarray, kept: "VoiceSettings") -> tuple[np.ndarray, float]:
    return trim_silence(samples, kept.rate_hz, threshold_db=kept.quiet_db)[:2]


def _evened(samples: np.ndarray, kept: "VoiceSettings") -> tuple[np.ndarray, float]:
    return normalise_amplitude(samples), 0.0


# S001's steps by name: each gives the sound, and how many seconds it begins later.
STEPS = {"band_pass": _passed, "trim_silence": _trimmed, "normalise_amplitude": _evened}


@dataclass(frozen=True)
class VoiceSettings:
    """How a sound becomes rows of log-mel (S001's steps, S003's logarithm).

    Args:
        rate_hz: samples per second that the steps expect.
        mels: bands.
        window: length of a frame, in seconds.
        hop: from frame to frame, in seconds.
        low_hz: lower edge of the band-pass and of the bands.
        high_hz: upper edge of the same.
        quiet_db: sound quieter than this, relative to the loudest frame, is trimmed.
        shortest: seconds; less sound than this is no voice.
        longest: seconds; what comes after is not heard.
        voiced_rows: rows with a pitch that a voice has at least; noise has none.
        voiced_share: the same, as a share of all rows.
        steps: what is done to the sound before, in this order; see `STEPS`.
    """

    rate_hz: int = 16_000
    mels: int = 80
    window: float = 0.040
    hop: float = 0.016
    low_hz: float = 60.0
    high_hz: float = 7600.0
    quiet_db: float = -40.0
    shortest: float = 0.15
    longest: float = 30.0
    voiced_rows: int = 4
    voiced_share: float = 0.04
    steps: tuple[str, ...] = ("band_pass", "trim_silence", "normalise_amplitude")

    def __post_init__(self) -> None:
        unknown = [step for step in self.steps if step not in STEPS]
        if unknown:
            raise ModelError(f"No step is named {unknown[0]!r}. Known: {', '.join(STEPS)}.")

    @property
    def columns(self) -> int:
        """Width of a row: the mel bands, and the pitch."""
        return self.mels + 1


@dataclass(frozen=True)
class FaceSettings:
    """How faces are found, cut and sampled.

    Args:
        side: width and height of the grey crop, in pixels.
        fps: frames looked at in a second of video.
        margin: share of the box added on each side.
    """

    side: int = 48
    fps: float = 5.0
    margin: float = 0.0


@dataclass(frozen=True)
class TextSettings:
    """How a text becomes word pieces.

    Args:
        longest: pieces kept, the two special ones included.
        normalise: lowercase and strip punctuation first, as S001 does.
    """

    longest: int = 256
    normalise: bool = False


@dataclass(frozen=True)
class Preprocessor:
    """All three front ends, as the default model was trained with them."""

    tokenizer: Tokenizer
    text: TextSettings = field(default_factory=TextSettings)
    voice: VoiceSettings = field(default_factory=VoiceSettings)
    face: FaceSettings = field(default_factory=FaceSettings)

    def sample(
        self,
        id: str,
        *,
        text: str | None = None,
        samples: Float[np.ndarray, " sample"] | None = None,
        start: float = 0.0,
        faces: UInt8[np.ndarray, "face side side"] | None = None,
        face_times: Float[np.ndarray, " face"] | None = None,
    ) -> Sample:
        """One clip as tensors; what is None becomes a track without a real row.

        Args:
            id: the clip's id.
            text: what is said or written.
            samples: mono sound at `voice.rate_hz`, in [-1, 1].
            start: when the first sample is, in seconds from the start of the media.
            faces: grey crops of `face.side` pixels.
            face_times: when each face was seen, in seconds; None for a still picture.
        """
        ids = self.pieces([text])[0] if text is not None and text.strip() else []
        tokens = Tokens(torch.tensor(ids, dtype=torch.long), torch.ones(len(ids), dtype=torch.bool))
        tracks = {
            "text": text_track(len(ids)),
            "audio": self.voice_track(samples, start),
            "vision": self.face_track(faces, face_times),
        }
        return Sample(id, tracks, tokens=tokens)

    def pieces(self, texts: list[str]) -> list[list[int]]:
        """Word-piece ids of each text, special pieces included; a long text is cut."""
        plain = [plain_text(text) for text in texts]
        if self.text.normalise:
            plain = [normalise_words(text) for text in plain]
        longest = self.text.longest
        return [
            ids if len(ids) <= longest else [*ids[: longest - 1], ids[-1]]
            for ids in (encoding.ids for encoding in self.tokenizer.encode_batch(plain))
        ]

    def mel(
        self, samples: Float[np.ndarray, " sample"]
    ) -> tuple[Float[np.ndarray, "t mel"], float]:
        """Rows of log-mel and pitch of the voiced part, and where it begins, in seconds.

        The last column is log2 of the pitch in hertz, 0 where there is no voice.
        """
        kept = self.voice
        short = samples[: int(kept.longest * kept.rate_hz)]
        even, begin = short, 0.0
        for step in kept.steps:
            even, later = STEPS[step](even, kept)
            begin += later
        even = even.astype(np.float32)
        if len(even) < kept.shortest * kept.rate_hz:
            return np.zeros((0, kept.columns), np.float32), begin
        rows = log_mel(
            even,
            kept.rate_hz,
            mels=kept.mels,
            window=kept.window,
            hop=kept.hop,
            low_hz=kept.low_hz,
            high_hz=kept.high_hz,
        )
        tones = pitch(even, kept.rate_hz, window=kept.window, hop=kept.hop)[: len(rows)]
        column = np.zeros((len(rows), 1), np.float32)
        column[: len(tones), 0] = np.nan_to_num(np.log2(tones), nan=0.0)
        if np.count_nonzero(column) < max(kept.voiced_rows, kept.voiced_share * len(rows)):
            return np.zeros((0, kept.columns), np.float32), begin
        return np.concatenate([rows, column], axis=1), begin

    def voice_track(self, samples: np.ndarray | None, start: float) -> Track:
        """The sound of a clip as rows of log-mel on the media's clock."""
        if samples is None or len(samples) == 0:
            rows, begin = np.zeros((0, self.voice.columns), np.float32), 0.0
        else:
            rows, begin = self.mel(samples)
        spans = frame_spans(
            len(rows), window=self.voice.window, hop=self.voice.hop, start=start + begin
        )
        return whole_track(rows, spans)

    def face_track(self, faces: np.ndarray | None, times: np.ndarray | None) -> Track:
        """The faces of a clip, each standing for one sampled frame."""
        if faces is None:
            faces = np.zeros((0, self.face.side, self.face.side), np.uint8)
        if times is None:
            spans = np.full((len(faces), 2), np.nan)
        else:
            spans = np.stack([times, times + 1 / self.face.fps], axis=1)
        return whole_track(faces, spans)

    def save(self, folder: Path) -> None:
        """Write `preprocessor.json` and `tokenizer.json` into a folder."""
        settings = {k: asdict(getattr(self, k)) for k in ("text", "voice", "face")}
        (folder / "preprocessor.json").write_text(json.dumps(settings, indent=1) + "\n")
        (folder / "tokenizer.json").write_text(self.tokenizer.to_str(), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> "Preprocessor":
        """Read what `save` wrote.

        Raises:
            ModelError: a file is missing or not what `save` writes.
        """
        try:
            settings = json.loads((folder / "preprocessor.json").read_text())
            tokenizer = Tokenizer.from_str((folder / "tokenizer.json").read_text(encoding="utf-8"))
            voice = settings["voice"]
            if "steps" in voice:
                voice = {**voice, "steps": tuple(map(str, voice["steps"]))}  # JSON has no tuples
            return cls(
                tokenizer,
                TextSettings(**settings["text"]),
                VoiceSettings(**voice),
                FaceSettings(**settings["face"]),
            )
        except FileNotFoundError as fault:
            raise ModelError(f"{folder} is no model: {fault.filename} is missing.") from None
        except (KeyError, TypeError, ValueError) as fault:
            raise ModelError(f"The preprocessor in {folder} cannot be read: {fault}.") from None


def plain_text(text: str) -> str:
    """Text as the encoder knows it: straight quotes, no links, emoji spelled out.

    A grinning face becomes the words "grinning face": their Unicode name.
    """
    text = LINK.sub(" ", text.translate(STRAIGHT))
    if text.isascii():
        return text
    return "".join(spelled(c) for c in text)


def spelled(character: str) -> str:
    """An emoji as its Unicode name, a joiner as nothing, anything else as itself."""
    if character in JOINERS:
        return ""
    if ord(character) > 0x2190 and unicodedata.category(character) == "So":
        return f" {unicodedata.name(character, '').lower()} "
    return character


def text_track(pieces: int) -> Track:
    """The written channel's place in a sample; its content are the tokens."""
    return Track(
        torch.zeros(pieces, 1),
        torch.ones(pieces, dtype=torch.bool),
        torch.full((pieces, 2), torch.nan),
    )
