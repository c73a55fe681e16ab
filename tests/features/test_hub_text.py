"""Words through a BERT on disk: its states, word by word, however long the text."""

from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import AutoModel, AutoTokenizer

from tritone.core.clip import Word
from tritone.core.errors import ModelError, RecipeError
from tritone.features.extractor import Material, build, settings_of
from tritone.features.hub_text import HubText, stretches

TEXT = "I love thiss bad, bad Zyzzyva!"


def states(folder: Path, text: str) -> torch.Tensor:
    """The last hidden states of a text, by transformers alone."""
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModel.from_pretrained(folder).eval()
    with torch.no_grad():
        return model(**tokenizer(text, return_tensors="pt")).last_hidden_state[0]


def test_a_word_is_the_mean_of_its_pieces(tiny_bert: Path) -> None:
    track = HubText(str(tiny_bert)).track(Material("a", text=TEXT))
    whole = states(tiny_bert, TEXT)
    # [CLS] i love this ##s bad , bad [UNK] ! [SEP]
    pieces = [[1], [2], [3, 4], [5, 6], [7], [8, 9]]
    expected = torch.stack([whole[some].mean(dim=0) for some in pieces])
    torch.testing.assert_close(track.values, expected)
    assert track.spans.isnan().all()


def test_a_clip_is_the_mean_of_all_pieces(tiny_bert: Path) -> None:
    track = HubText(str(tiny_bert), pool="mean").track(Material("a", text=TEXT))
    torch.testing.assert_close(track.values, states(tiny_bert, TEXT).mean(dim=0, keepdim=True))


def test_words_keep_their_times(tiny_bert: Path) -> None:
    words = (
        Word("I", 1.0, 1.2),
        Word(" ", 1.2, 1.3),
        Word("love", 1.5, 2.0),
        Word("this", 2.0, 3.0),
    )
    track = HubText(str(tiny_bert)).track(Material("a", text="I love this", words=words))
    assert track.spans.tolist() == pytest.approx(np.array([[1.0, 1.2], [1.5, 2.0], [2, 3]]))
    torch.testing.assert_close(track.values, states(tiny_bert, "i love this")[1:4])
    whole = HubText(str(tiny_bert), pool="mean").track(Material("a", words=words))
    assert whole.spans.tolist() == [[1.0, 3.0]]


def test_the_same_word_is_another_in_another_sentence(tiny_bert: Path) -> None:
    extractor = HubText(str(tiny_bert))
    one = extractor.track(Material("a", text="bad not")).values[0]
    other = extractor.track(Material("b", text="bad love")).values[0]
    assert (one - other).abs().max() > 1e-3


def test_a_text_longer_than_the_positions_is_read_in_stretches(tiny_bert: Path) -> None:
    """Sixteen places hold fourteen pieces between the special ones."""
    words = ["i", "love", "thiss"] * 9
    track = HubText(str(tiny_bert)).track(Material("a", text=" ".join(words)))
    assert len(track.mask) == 27
    first = states(tiny_bert, " ".join(words[:11]))[1:-1]
    torch.testing.assert_close(track.values[0], first[0])
    assert track.values.isfinite().all()


def test_stretches_are_whole_words_that_fit(tiny_bert: Path) -> None:
    tokenizer = AutoTokenizer.from_pretrained(tiny_bert)
    model = AutoModel.from_pretrained(tiny_bert)
    words = ["i", "thiss"] * 8 + ["bad!" * 20] + ["love"]
    cuts = stretches(tokenizer, model, words)
    assert [first for first, _ in cuts] == [0, *[last for _, last in cuts[:-1]]]
    assert cuts[-1][1] == len(words)
    for first, last in cuts:
        pieces = tokenizer(words[first:last], is_split_into_words=True)["input_ids"]
        assert len(pieces) <= 16 or last - first == 1


def test_a_word_without_a_piece_has_no_row(tiny_bert: Path) -> None:
    track = HubText(str(tiny_bert)).track(Material("a", text="love \x00 bad"))
    assert len(track.mask) == 2
    assert HubText(str(tiny_bert)).track(Material("a", text="\x00")).values.shape == (0, 8)


def test_rows_follow_from_the_folder(tiny_bert: Path) -> None:
    assert build("hub_text", {"folder": str(tiny_bert)}).rows.shape == (8,)
    assert build("hub_text").rows.shape == (384,)


def test_another_way_to_pool_is_refused() -> None:
    with pytest.raises(RecipeError) as caught:
        build("hub_text", {"pool": "max"})
    assert str(caught.value) == "hub_text cannot be set so: pool is 'max'; take words or mean"


def test_a_folder_that_is_absent_says_what_is_needed(tmp_path: Path) -> None:
    with pytest.raises(ModelError) as caught:
        HubText(str(tmp_path / "no")).track(Material("a", text="love"))
    assert str(caught.value) == (
        f"{tmp_path / 'no'} is no folder. Name one that holds config.json, tokenizer.json and "
        f"model.safetensors."
    )


def test_a_folder_of_another_kind_is_named_with_the_use_it_has(tiny_encoder) -> None:
    for kind, reads, use in (
        ("wav2vec2", "sound", "audio=hub_audio"),
        ("whisper", "sound", "audio=hub_audio"),
        ("resnet", "pictures", "vision=hub_image"),
        ("clip", "pictures", "text=hub_clip"),
    ):
        with pytest.raises(ModelError) as caught:
            HubText(str(tiny_encoder(kind))).rows  # noqa: B018
        assert str(caught.value) == (
            f"{tiny_encoder(kind)} is a {kind}, which reads {reads}, and this wants text. Take the "
            f"folder of a BERT, RoBERTa or DeBERTa, or use this one as {use}."
        )


def test_words_are_read_where_they_are_asked_to_be(tiny_bert: Path) -> None:
    settings = settings_of(build("hub_text", {"folder": str(tiny_bert), "device": "cpu"}))
    assert settings["device"] == "cpu"
    with pytest.raises(ModelError, match="No device is named 'abacus'"):
        HubText(str(tiny_bert), device="abacus").track(Material("a", text="love"))
