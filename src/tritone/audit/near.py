"""Things that are nearly the same, found in about linear time and always in the same order.

Texts: MinHash of their word pairs, bands to find candidates, the true share to confirm.
Pictures: the signs of brightness from left to right, equal in one of four bands, and then the
correlation of their thumbnails.
"""

import re
import unicodedata
import zlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np
from jaxtyping import Int, UInt8, UInt64

# A word, or one sign of a script that is written without spaces.
UNSPACED = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
WORD = re.compile(rf"[{UNSPACED}]|[^\W_{UNSPACED}]+")
ACCENTS = re.compile("[\u0300-\u036f]")  # not the signs that stand for vowels in other scripts
NEAR = 0.7  # of two texts' word pairs, those that they share
HASHES, BAND = 63, 3  # finds pairs that share .7 with a chance of .9998
SEED = 20
FEWEST_PAIRS = 4  # word pairs of a text, below which a share means little
HASH_BITS, PICTURE_BANDS, MOST_BITS = 64, 4, 3
LARGEST_BUCKET = 512
FLAT = 4.0  # grey levels of deviation below which a picture shows nothing


def words_of(text: str) -> list[str]:
    """The words of a text: case, accents, punctuation and spaces do not count."""
    bare = ACCENTS.sub("", unicodedata.normalize("NFD", text))
    return WORD.findall(unicodedata.normalize("NFC", bare).lower())


def kin(texts: Sequence[str]) -> list[int]:
    """For each text the place of the first one that says nearly the same, or that is kin to it."""
    keys = [" ".join(words_of(text)) or text for text in texts]
    first: dict[str, int] = {}
    for place, key in enumerate(keys):
        first.setdefault(key, place)
    places = list(first.values())
    head = {place: place for place in places}

    def headed(place: int) -> int:
        while head[place] != place:
            place = head[place]
        return place

    for a, b, _ in near_pairs([key.split() for key in first], NEAR):
        one, other = sorted((headed(places[a]), headed(places[b])))
        head[other] = one
    return [headed(first[key]) for key in keys]


def near_pairs(texts: Sequence[Sequence[str]], share: float) -> list[tuple[int, int, float]]:
    """Pairs of texts that share so much of their word pairs (Jaccard), each with its share.

    Each text is compared with the first of every bucket it falls into and with the one before
    it there, so that many copies of one text cost no more than few.

    Source: Broder 1997, "On the resemblance and containment of documents".
    https://doi.org/10.1109/SEQUEN.1997.666900

    Args:
        texts: words of each.
        share: of all word pairs of both, those that both have; above 0, at most 1.
    """
    sets = [shingles(words) for words in texts]
    kept = [place for place, pairs in enumerate(sets) if len(pairs) >= FEWEST_PAIRS]
    if len(kept) < 2:
        return []
    signs = signatures([sets[place] for place in kept])
    near = {}
    for one, other in candidates(bands(signs)):
        a, b = kept[one], kept[other]
        both = len(sets[a] & sets[b])
        true = both / (len(sets[a]) + len(sets[b]) - both)
        if true >= share:
            near[a, b] = true
    return [(a, b, near[a, b]) for a, b in sorted(near)]


def shingles(words: Sequence[str]) -> set[int]:
    """Neighbouring words as numbers."""
    joined = (f"{one} {two}" for one, two in pairwise(words))
    return {zlib.crc32(pair.encode()) for pair in joined}


def signatures(sets: Sequence[set[int]]) -> UInt64[np.ndarray, "text hash"]:
    """The smallest of each hash over every set."""
    flat = np.fromiter((one for each in sets for one in sorted(each)), np.uint64)
    starts = np.cumsum([0, *(len(each) for each in sets[:-1])])
    generator = np.random.default_rng(SEED)
    # Multiplication that overflows mixes well in its high bits, which decide what is smallest.
    factors = generator.integers(0, 1 << 63, HASHES, dtype=np.uint64) * np.uint64(2) + np.uint64(1)
    columns = [np.minimum.reduceat(flat * factor, starts) for factor in factors]
    return np.stack(columns, axis=1)


def bands(signs: UInt64[np.ndarray, "text hash"]) -> list[Sequence[bytes]]:
    """The keys of every text in each band."""
    return [
        [row.tobytes() for row in signs[:, begin : begin + BAND]]
        for begin in range(0, HASHES, BAND)
    ]


def candidates(keys: Iterable[Sequence[bytes]]) -> list[tuple[int, int]]:
    """Pairs that share a key, each once: with the first of the bucket and the one before."""
    pairs = set()
    for band in keys:
        buckets: dict[bytes, list[int]] = defaultdict(list)
        for place, key in enumerate(band):
            held = buckets[key]
            pairs |= {(other, place) for other in {*held[:1], *held[-1:]}}
            held.append(place)
    return sorted(pairs)


def signs_of(thumb: UInt8[np.ndarray, "8 9"]) -> int:
    """Whether it grows brighter to the right, at 64 places, as one number."""
    bits = np.packbits(thumb[:, 1:] > thumb[:, :-1])
    return int.from_bytes(bits.tobytes(), "big")


def near_pictures(
    signs: UInt64[np.ndarray, " picture"],
    thumbs: UInt8[np.ndarray, "picture pixel"],
    correlation: float,
) -> list[tuple[int, int, float]]:
    """Pairs of pictures that look the same, each with the correlation of their thumbnails.

    Args:
        signs: `signs_of` each.
        thumbs: small grey copies, flat.
        correlation: of two thumbnails, at least.
    """
    centred = thumbs.astype(np.float32)
    centred -= centred.mean(axis=1, keepdims=True)
    spread = centred.std(axis=1)
    shown = np.flatnonzero(spread > FLAT)
    near: dict[tuple[int, int], float] = {}
    for band in range(PICTURE_BANDS):
        width = HASH_BITS // PICTURE_BANDS
        key = (signs[shown] >> np.uint64(band * width)) & np.uint64((1 << width) - 1)
        order = np.lexsort((shown, signs[shown], key))
        edges = np.flatnonzero(np.diff(key[order])) + 1
        for bucket in np.split(shown[order], edges):
            for one, other in alike(bucket, signs):
                a, b = min(one, other), max(one, other)
                if (a, b) not in near:
                    product = float(centred[a] @ centred[b])
                    near[a, b] = product / (thumbs.shape[1] * float(spread[a] * spread[b]))
    return [(a, b, near[a, b]) for a, b in sorted(near) if near[a, b] >= correlation]


def alike(
    bucket: Int[np.ndarray, " place"], signs: UInt64[np.ndarray, " picture"]
) -> list[tuple[int, int]]:
    """Pairs of a bucket whose signs differ in few places; a large one only among neighbours."""
    pairs = []
    for begin in range(0, len(bucket), LARGEST_BUCKET):
        part = bucket[begin : begin + LARGEST_BUCKET]
        if len(part) < 2:
            continue
        differ = np.bitwise_count(signs[part][:, None] ^ signs[part][None, :])
        for one, other in np.argwhere(np.triu(differ <= MOST_BITS, 1)):
            pairs.append((int(part[one]), int(part[other])))
    return pairs
