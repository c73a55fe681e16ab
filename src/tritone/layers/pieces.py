"""Rows of one channel brought to the pieces of a text: those that sound while a word is said.

    word    |--it--|-----is----|--good--|     pieces of a word share what its rows say
    rows    |  |  |  |  |  |  |  |  |  |

Where the words' times are known, a word meets the rows that overlap it in time. Else the words
share out the rows evenly: as many rows as words are one each, one row is for all.
"""

import torch
from einops import einsum
from jaxtyping import Bool, Float, Int
from torch import Tensor

from tritone.layers.pooling import fill_padding


def rows_at_pieces(
    values: Float[Tensor, "batch time dim"],
    mask: Bool[Tensor, "batch time"],
    meets: Bool[Tensor, "batch piece time"],
) -> tuple[Float[Tensor, "batch piece dim"], Bool[Tensor, "batch piece"]]:
    """The mean of the real rows that each piece meets, and whether there is one."""
    real = (meets & mask.unsqueeze(1)).to(values.dtype)
    count = real.sum(dim=2)
    total = einsum(
        real, fill_padding(values, mask), "batch piece time, batch time dim -> batch piece dim"
    )
    return total / count.clamp(min=1).unsqueeze(2), count > 0


def meets_evenly(
    words: Int[Tensor, "batch piece"], said: Int[Tensor, " batch"], mask: Bool[Tensor, "batch time"]
) -> Bool[Tensor, "batch piece time"]:
    """True where a piece's word and a row have the same share of their sequence.

    Args:
        words: the word that each piece is of; below 0 for a piece that is of none.
        said: words of each text.
        mask: True where a row is real.
    """
    row = torch.arange(mask.shape[1], device=mask.device)
    rows = ((row + 1) * mask).amax(dim=1).reshape(-1, 1, 1)
    word, count = words.unsqueeze(2), said.reshape(-1, 1, 1)
    return (word * rows < (row + 1) * count) & ((word + 1) * rows > row * count) & (word >= 0)


def meets_in_time(
    words: Int[Tensor, "batch piece"],
    spans: Float[Tensor, "batch word 2"],
    rows: Float[Tensor, "batch time 2"],
) -> Bool[Tensor, "batch piece time"]:
    """True where a piece's word and a row overlap; NaN overlaps nothing.

    Args:
        words: the word that each piece is of; below 0 for a piece that is of none.
        spans: start and end of each word, in seconds.
        rows: start and end of each row, in seconds.
    """
    known = (words >= 0) & (words < spans.shape[1])
    index = words.where(known, 0).unsqueeze(2).expand(-1, -1, 2)
    start, end = spans.gather(1, index).unsqueeze(3).unbind(dim=2)
    overlap = (start < rows[:, None, :, 1]) & (end > rows[:, None, :, 0])
    return overlap & known.unsqueeze(2)
