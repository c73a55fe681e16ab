"""Near duplicates: the quick way finds what comparing all with all finds."""

from itertools import combinations

import cv2
import numpy as np
import pytest

from tritone.audit.near import kin, near_pairs, near_pictures, shingles, signs_of, words_of


def spoilt(rng, words, count):
    """The words with some replaced."""
    words = list(words)
    for place in rng.choice(len(words), count, replace=False):
        words[place] = f"x{rng.integers(1000)}"
    return words


@pytest.fixture
def texts():
    rng = np.random.default_rng(0)
    firsts = [[f"w{n}" for n in rng.integers(0, 400, 20)] for _ in range(60)]
    return firsts + [spoilt(rng, words, count % 5) for count, words in enumerate(firsts)]


def slow_pairs(texts, share):
    """All pairs compared by their word pairs."""
    sets = [shingles(words) for words in texts]
    pairs = []
    for a, b in combinations(range(len(sets)), 2):
        both = len(sets[a] & sets[b])
        if both / len(sets[a] | sets[b]) >= share:
            pairs.append((a, b))
    return pairs


def test_near_texts_are_those_of_comparing_all_with_all(texts):
    found = [(a, b) for a, b, _ in near_pairs(texts, 0.7)]
    assert found == slow_pairs(texts, 0.7)
    # Copies, and those of which one or, at their ends or side by side, two of 20 words differ.
    assert 24 <= len(found) < 60


def test_kin_are_texts_that_say_nearly_the_same_and_their_kin():
    words = "one two three four five six seven eight nine ten"
    last, first = words.replace("ten", "ZEHN"), words.replace("one", "Éins")
    texts = ["else", words, "", f"{words}!", first.replace("ten", "zehn"), last, "ELSE.", "?"]
    assert kin(texts) == [0, 1, 2, 1, 1, 1, 0, 7]


def test_signs_of_vowels_are_no_accents():
    assert words_of("が") != words_of("か")
    assert words_of("Ça coûte") == ["ca", "coute"]


def test_twice_the_same_texts_give_the_same_pairs(texts):
    assert near_pairs(texts, 0.7) == near_pairs(texts, 0.7)


def test_a_share_is_that_of_word_pairs():
    one, other = ["a", "b", "c", "d", "e", "f", "g"], ["a", "b", "c", "d", "e", "f", "x"]
    assert near_pairs([one, other], 0.5) == [(0, 1, 5 / 7)]


def test_texts_of_few_words_are_near_nothing():
    assert near_pairs([["a", "b", "c"], ["a", "b", "c"], []], 0.5) == []


def test_many_copies_of_one_text_make_no_more_pairs_than_copies():
    words = ["the", "same", "eight", "words", "again", "and", "again", "here"]
    assert len(near_pairs([words] * 500, 0.7)) < 1000


def thumbs_of(images):
    small = [cv2.resize(image, (16, 16), interpolation=cv2.INTER_AREA) for image in images]
    signs = [signs_of(cv2.resize(i, (9, 8), interpolation=cv2.INTER_AREA)) for i in images]
    return np.array(signs, np.uint64), np.stack(small).reshape(len(images), -1)


def test_pictures_with_noise_are_near_and_others_are_not():
    rng = np.random.default_rng(0)
    firsts = [cv2.resize(rng.integers(0, 256, (6, 6), np.uint8), (48, 48)) for _ in range(40)]
    noisy = [np.clip(i + rng.normal(0, 2, i.shape), 0, 255).astype(np.uint8) for i in firsts]
    pairs = [(a, b) for a, b, _ in near_pictures(*thumbs_of(firsts + noisy), 0.95)]
    assert set(pairs) <= {(place, place + 40) for place in range(40)}
    assert len(pairs) >= 36


def test_flat_pictures_are_near_nothing():
    flat = [np.full((48, 48), 200, np.uint8)] * 3
    assert near_pictures(*thumbs_of(flat), 0.95) == []


def test_brightness_to_the_right_is_one_bit_a_place():
    rising = np.tile(np.arange(9, dtype=np.uint8), (8, 1))
    assert signs_of(rising) == 2**64 - 1
    assert signs_of(rising[:, ::-1].copy()) == 0
