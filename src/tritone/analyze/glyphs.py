"""The signs that the terminal's drawing is made of, and user text made harmless for it."""

import codecs
import unicodedata
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size

JOINERS = "\u200c\u200d"  # invisible, but emoji and Persian need them


@dataclass(frozen=True)
class Glyphs:
    """The characters that the drawing is made of, and the encoding that must hold them."""

    encoding: str
    axis: str = "─"
    centre: str = "┼"
    full: str = "━"
    half_right: str = "╸"
    half_left: str = "╺"
    minus: str = "\u2212"
    absent: str = "\u2013"
    mixed: str = "≠"
    cut: str = "…"
    dot: str = " · "
    failed: str = "✗"
    curve: str = "▁▂▃▄▅▆▇█"

    def safe(self, text: str) -> str:
        """User text on one line, without anything that a terminal could obey."""
        return one_line(text).encode(self.encoding, "replace").decode(self.encoding)

    def fit(self, text: str, width: int) -> str:
        """Text cut or padded to exactly `width` cells."""
        if cell_len(text) > width:
            text = set_cell_size(text, max(0, width - len(self.cut))).rstrip() + self.cut
        return set_cell_size(text, width)


def glyphs_for(encoding: str) -> Glyphs:
    """Line drawing where the terminal's encoding has it, else plain ASCII."""
    rich = Glyphs(encoding)
    try:
        codecs.encode("".join(str(value) for value in vars(rich).values()), encoding)
    except (UnicodeEncodeError, LookupError):
        known = encoding if _is_codec(encoding) else "ascii"
        return Glyphs(known, ".", "|", "#", "#", "#", "-", "-", "!", "...", ", ", "x", "")
    return rich


def one_line(text: str) -> str:
    """Text without control characters, invisible marks or breaks: nothing that can be obeyed."""
    return " ".join("".join(map(_plain, text)).split())


def _plain(sign: str) -> str:
    """Controls become spaces, marks that turn the line around vanish."""
    kind = unicodedata.category(sign)
    if kind in ("Cc", "Zs", "Zl", "Zp"):
        return " "
    return "" if kind in ("Cf", "Cs", "Co", "Cn") and sign not in JOINERS else sign


def _is_codec(encoding: str) -> bool:
    try:
        codecs.lookup(encoding)
    except LookupError:
        return False
    return True
