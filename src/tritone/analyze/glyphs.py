"""The signs that the terminal's drawing is made of, and user text made harmless for it."""

import codecs
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size

from tritone.core.markup import one_line


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


def _is_codec(encoding: str) -> bool:
    try:
        codecs.lookup(encoding)
    except LookupError:
        return False
    return True
