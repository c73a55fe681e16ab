"""Leaving words out of a text whose valence can be worked out by hand."""

import pytest
import torch

from tritone.explain.words import word_valences

WEIGHTS = {"good": 0.4, "bad": -0.5}


class Counter:
    """Adds up the weights of the words, and counts what it reads."""

    def __init__(self) -> None:
        self.batches: list[int] = []

    def __call__(self, texts):
        assert all(texts), "an empty text was read"
        self.batches.append(len(texts))
        return torch.tensor(
            [sum(WEIGHTS.get(word, 0.0) for word in text.split()) for text in texts]
        )


def test_in_a_sum_of_words_each_word_has_its_own_weight():
    said = word_valences(Counter(), ["a good  day", "bad luck"])
    assert said == [pytest.approx((0.0, 0.4, 0.0)), pytest.approx((-0.5, 0.0))]


def test_a_single_word_is_compared_with_the_valence_of_nothing():
    (effect,) = word_valences(Counter(), ["good"], nothing=0.1)
    assert effect == pytest.approx((0.3,))


def test_a_text_without_words_has_no_effects():
    assert word_valences(Counter(), ["", "  "]) == [(), ()]


def test_a_long_text_is_read_at_most_so_many_times():
    reader = Counter()
    (effects,) = word_valences(reader, [" ".join(f"w{i}" for i in range(100))], most=8)
    assert len(effects) == 100
    assert sum(reader.batches) <= 9


def test_no_batch_is_larger_than_asked_for():
    reader = Counter()
    word_valences(reader, [f"w{i} good bad" for i in range(10)], batch_size=4)
    assert max(reader.batches) == 4


def test_effects_stay_within_minus_one_and_one():
    def extreme(texts):
        return torch.tensor([3.0 if "good" in text else -3.0 for text in texts])

    assert word_valences(extreme, ["so good"]) == [(0.0, 1.0)]
