"""Reported clips that are in train too: by their numbers, or by texts that nearly say the same."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import torch

from tritone.core.batch import Sample, Track
from tritone.core.clip import Clip
from tritone.core.parts import Rows
from tritone.core.store import Store
from tritone.core.store_writer import StoreWriter
from tritone.core.task import Regression
from tritone.recipes.seen import common, seen

TEXTS = ("Où est la petite maison bleue?", "I feel so low today", "It is a fine day")
SPOILT = ("ou est  la petite maison bleue", "I feel so low today", "RT @me: It is a FINE day!!")


def store_of(
    folder: Path,
    clips: Sequence[tuple[str, str, Mapping[str, float]]],
    origins: Sequence[Mapping[str, str]] = (),
) -> Store:
    """A clip for each split, text and channels; a channel is one row of one number."""
    rows = {"text": Rows((1,)), "audio": Rows((1,))}
    told = {"corpus": "tweets"}
    with StoreWriter(folder, rows, tasks={"score": Regression()}, provenance=told) as writer:
        for place, (split, text, numbers) in enumerate(clips):
            tracks = {}
            for name in rows:
                held = [[numbers[name]]] if name in numbers else []
                values = torch.tensor(held).reshape(-1, 1)
                there = torch.ones(len(held), dtype=torch.bool)
                tracks[name] = Track(values, there, torch.zeros(len(held), 2))
            clip = Clip(f"c{place}", text=text, labels={"score": 1.0}, split=split)
            clip = replace(clip, origins=origins[place]) if origins else clip
            writer.append(Sample(clip.id, tracks), clip)
    return Store(folder, target="score")


def test_texts_in_other_letters_marks_and_accents_are_the_same(tmp_path: Path) -> None:
    train = [("train", text, {"text": float(n)}) for n, text in enumerate(TEXTS)]
    test = [("test", text, {"text": n + 0.5}) for n, text in enumerate(SPOILT)]
    store = store_of(tmp_path / "s", [*train, *test, ("test", "Quite another one", {"text": 9.0})])
    assert seen(store, store.rows("test"), store) == 3


def test_the_same_words_in_another_voice_are_another_clip(tmp_path: Path) -> None:
    said = TEXTS[0]
    clips = [
        ("train", said, {"text": 1.0, "audio": 0.5}),
        ("test", said, {"text": 1.0, "audio": 0.7}),
        ("test", said, {"text": 1.0}),
        ("test", said, {"text": 2.0, "audio": 0.5}),
    ]
    store = store_of(tmp_path / "s", clips)
    assert seen(store, store.rows("test"), store) == 1


def test_clips_without_texts_are_known_by_their_numbers_and_empty_ones_are_not(
    tmp_path: Path,
) -> None:
    clips = [
        ("train", "", {"audio": 0.5}),
        ("train", "", {}),
        *(("test", "", {"audio": number}) for number in (0.5, 0.6)),
        ("test", "", {}),
    ]
    store = store_of(tmp_path / "s", clips)
    assert seen(store, store.rows("test"), store) == 1


def test_a_clip_is_found_in_what_was_put_together_from_it(tmp_path: Path) -> None:
    plain = [("train", "a", {"text": 1.0}), ("val", "b", {"text": 2.0}), ("val", "c", {})]
    pairs = [("val", "b", {"text": 7.0, "audio": 1.0}), ("val", "a", {"text": 8.0})]
    corpus = store_of(tmp_path / "corpus", plain)
    paired = [{"text": "tweets:c1", "audio": "voices:c0"}, {"text": "tweets:c0"}]
    both = store_of(tmp_path / "both", pairs, paired)
    assert common(both, [0, 1], corpus, "val") == [True, False]
    assert common(corpus, [0, 1, 2], both, "val") == [True, True, False]
    other = store_of(tmp_path / "other", plain)
    assert common(other, [0, 1, 2], corpus, "val") == [False, False, False]
    assert common(corpus, [0, 1, 2], corpus, "val") == [False, True, True]
