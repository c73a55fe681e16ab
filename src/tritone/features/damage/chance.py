"""Chance that repeats: numbers that follow from a clip's id, a seed and a purpose, and no more.

The same clip meets the same fate whatever else is in its batch, in whichever order clips come and
however many processes there are. The numbers do not follow from the rate: what is lost at a rate
of 0.2 is lost at 0.3 too, so that curves over rates are smooth.
"""

import hashlib

import numpy as np
from jaxtyping import Float64


def generator(id: str, seed: int, purpose: str) -> np.random.Generator:
    """A stream of chance of its own.

    Args:
        id: the clip's id.
        seed: of the whole study.
        purpose: what the numbers are for, such as "drop_rows/audio".
    """
    key = hashlib.blake2b(f"{seed}\0{purpose}\0{id}".encode(), digest_size=16).digest()
    return np.random.Generator(np.random.PCG64(int.from_bytes(key, "little")))


def uniform(id: str, seed: int, purpose: str, count: int) -> Float64[np.ndarray, " count"]:
    """Numbers in [0, 1); the first ones do not depend on `count`."""
    return generator(id, seed, purpose).random(count)
