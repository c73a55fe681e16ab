"""Text from outside on one line, and as it may stand in a page."""

import unicodedata
from html import escape

JOINERS = "\u200c\u200d"  # invisible, but emoji and Persian need them


def safe(value: object) -> str:
    """Anything as text that cannot act in an element or an attribute, and that UTF-8 can hold."""
    plain = one_line(str(value)).encode("utf-8", "replace").decode()
    return escape(plain, quote=True)


def one_line(text: str) -> str:
    """Text without control characters, invisible marks or breaks: nothing that can be obeyed."""
    return " ".join("".join(map(plain_sign, text)).split())


def plain_sign(sign: str) -> str:
    """Controls become spaces, marks that turn the line around vanish."""
    kind = unicodedata.category(sign)
    if kind in ("Cc", "Zs", "Zl", "Zp"):
        return " "
    return "" if kind in ("Cf", "Cs", "Co", "Cn") and sign not in JOINERS else sign
