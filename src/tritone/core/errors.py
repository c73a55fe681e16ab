"""The errors this library raises, so that one `except TritoneError` catches them all.

TritoneError
├── UnknownName      LookupError   a name that the catalogue does not hold
├── MediaError       OSError       a file that cannot be read as what it claims to be
├── TranscriptError  ValueError    words or cues that cannot be understood
├── DataError        ValueError    a corpus, store or split that is not as it should be
├── ModelError       ValueError    a checkpoint that cannot be loaded, or does not fit
├── RecipeError      ValueError    a recipe that cannot be run as written
└── MissingExtra     ImportError   an optional package is needed; the message names the extra
"""


class TritoneError(Exception):
    """Base of every error raised on purpose."""


class UnknownName(TritoneError, LookupError):
    """A name that the catalogue does not hold."""


class MediaError(TritoneError, OSError):
    """A file that cannot be read as what it claims to be."""


class TranscriptError(TritoneError, ValueError):
    """Words or cues that cannot be understood."""


class DataError(TritoneError, ValueError):
    """A corpus, store or split that is not as it should be."""


class ModelError(TritoneError, ValueError):
    """A checkpoint that cannot be loaded, or does not fit its input."""


class RecipeError(TritoneError, ValueError):
    """A recipe that cannot be run as written."""


class MissingExtra(TritoneError, ImportError):
    """An optional package is needed and is not installed."""

    def __init__(self, package: str, extra: str, purpose: str) -> None:
        super().__init__(
            f"{purpose} needs the package {package!r}, which is not installed. "
            f"Install it with: pip install 'tritone[{extra}]'"
        )
