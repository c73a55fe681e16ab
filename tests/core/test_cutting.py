"""Texts become pieces that know their word, and what was cut off is known."""

from pathlib import Path

import pytest
import torch
from transformers import BertConfig, RobertaConfig

from tritone.core.batch import Tokens
from tritone.core.cutting import cut_texts, room_of
from tritone.core.errors import ModelError
from tritone.core.pretrained import load_tokenizer

CLS, SEP = 2, 3
ME, LOVE, THIS, IT, GOOD, S, COMMA = 4, 5, 6, 8, 11, 14, 15


@pytest.fixture(scope="module")
def tokenizer(tiny_bert: Path):
    return load_tokenizer(str(tiny_bert))


def test_a_piece_knows_its_word(tokenizer) -> None:
    tokens = cut_texts(tokenizer, ["I love, this  its"], 16)
    assert tokens.ids.tolist() == [[CLS, ME, LOVE, COMMA, THIS, IT, S, SEP]]
    assert tokens.words is not None and tokens.said is not None and tokens.cut is not None
    assert tokens.words.tolist() == [[-1, 0, 1, 1, 2, 3, 3, -1]]
    assert tokens.said.tolist() == [4]
    assert tokens.cut.tolist() == [False]
    assert tokens.mask.all()


def test_a_text_that_is_too_long_loses_its_end_and_is_counted(tokenizer) -> None:
    tokens = cut_texts(tokenizer, ["good " * 9, "good"], 5)
    assert tokens.ids.tolist() == [[CLS, GOOD, GOOD, GOOD, SEP], [CLS, GOOD, SEP, 0, 0]]
    assert tokens.said is not None and tokens.cut is not None
    assert tokens.said.tolist() == [9, 1]
    assert tokens.cut.tolist() == [True, False]


@pytest.mark.parametrize("text", [None, "", " \n "])
def test_nothing_said_is_no_piece(tokenizer, text) -> None:
    tokens = cut_texts(tokenizer, [text, "good"], 16)
    assert tokens.mask.tolist() == [[False] * 3, [True] * 3]
    alone = cut_texts(tokenizer, [text], 16)
    assert alone.ids.shape == (1, 1) and not alone.mask.any()


def test_no_text_at_all_is_no_row(tokenizer) -> None:
    assert cut_texts(tokenizer, [], 16).ids.shape == (0, 1)


def test_a_text_is_cut_the_same_among_others(tokenizer) -> None:
    texts = ["I love this", "bad", "not good , it is bad !"]
    whole = cut_texts(tokenizer, texts, 16)
    for row, text in enumerate(texts):
        alone: Tokens = cut_texts(tokenizer, [text], 16)
        real = whole.mask[row]
        torch.testing.assert_close(whole.ids[row, real], alone.ids[0])
        assert whole.words is not None and alone.words is not None
        torch.testing.assert_close(whole.words[row, real], alone.words[0])


def test_half_a_pair_of_surrogates_is_read(tokenizer) -> None:
    assert cut_texts(tokenizer, ["good \ud83d bad"], 16).mask.all()


def test_an_encoder_has_room_for_its_positions() -> None:
    assert room_of(BertConfig(max_position_embeddings=40), 0, "b") == 40
    assert room_of(RobertaConfig(max_position_embeddings=514, pad_token_id=1), 0, "r") == 512
    assert room_of(BertConfig(max_position_embeddings=40), 30, "b") == 30


@pytest.mark.parametrize("longest", [2, 41, -1])
def test_more_pieces_than_there_is_room_for_are_refused(longest: int) -> None:
    with pytest.raises(ModelError) as caught:
        room_of(BertConfig(max_position_embeddings=40), longest, "bert")
    assert str(caught.value) == (
        f"bert has room for 40 pieces of a text, and longest={longest} are asked for. Take 4 to "
        f"40, or 0 for as many as there is room for."
    )
