"""Tables in Markdown, line by line."""

from collections.abc import Iterator


def head_lines(*cells: str) -> Iterator[str]:
    """The heads of a table, and the line below them."""
    yield row_line(*cells)
    yield row_line(*("---" for _ in cells))


def row_line(*cells: str) -> str:
    """A row of a table."""
    return f"| {' | '.join(cells)} |"
