"""What a model and data that do not fit each other, or a machine that is full, can raise."""

from tritone.core.errors import TritoneError

FAULTS = (
    *(TritoneError, OSError, ValueError, TypeError, LookupError),
    *(ArithmeticError, RuntimeError, MemoryError),
)


def reason(error: BaseException) -> str:
    """Why something failed, in one line."""
    said = " ".join(str(error).split())[:300]
    return said if isinstance(error, TritoneError | OSError) else f"{type(error).__name__}: {said}"
