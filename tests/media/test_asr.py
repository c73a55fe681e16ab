"""Transcription runs the real code on a tiny Whisper with random weights.

Its vocabulary is so small that CTranslate2 takes it for an English model: that a language
is heard from the sound is not shown here.
"""

import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tritone.core.errors import MissingExtra, ModelError, TranscriptError
from tritone.media.asr import RATE_HZ, _pieces, transcribe

faster_whisper = pytest.importorskip("faster_whisper")

LANGUAGES = ("en", "de", "fr")
SPECIALS = (
    "<|endoftext|>",
    "<|startoftranscript|>",
    *(f"<|{code}|>" for code in LANGUAGES),
    "<|translate|>",
    "<|transcribe|>",
    "<|startoflm|>",
    "<|startofprev|>",
    "<|nospeech|>",
    "<|notimestamps|>",
)
TIMES = tuple(f"<|{0.02 * step:.2f}|>" for step in range(1501))


def _tokenizer():
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE({letter: i for i, letter in enumerate(letters)}, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(token) for token in SPECIALS])
    tokenizer.add_tokens([AddedToken(token) for token in TIMES])
    return tokenizer


def _make_talkative(model) -> None:
    """Letters are likelier than the end or a time: a random model may else say nothing."""
    decoder = model.model.decoder
    direction = decoder.embed_tokens.weight.new_ones(16) / 4
    decoder.embed_tokens.weight.data[:256] += 0.5 * direction
    decoder.layer_norm.bias.data += 8 * direction


@pytest.fixture(scope="module")
def tiny_whisper(tmp_path_factory) -> Path:
    """A folder with a Whisper of one layer, random weights, converted as users do."""
    import torch
    from ctranslate2.converters import TransformersConverter
    from transformers import (
        GenerationConfig,
        PreTrainedTokenizerFast,
        WhisperConfig,
        WhisperForConditionalGeneration,
    )

    source = tmp_path_factory.mktemp("whisper")
    tokenizer = _tokenizer()
    ids = {token: tokenizer.token_to_id(token) for token in SPECIALS}
    ends = {"bos_token_id": ids["<|endoftext|>"], "eos_token_id": ids["<|endoftext|>"]}
    config = WhisperConfig(
        vocab_size=tokenizer.get_vocab_size(),
        num_mel_bins=80,
        d_model=16,
        encoder_layers=1,
        decoder_layers=1,
        encoder_attention_heads=2,
        decoder_attention_heads=2,
        encoder_ffn_dim=24,
        decoder_ffn_dim=24,
        max_target_positions=448,
        pad_token_id=ids["<|endoftext|>"],
        decoder_start_token_id=ids["<|startoftranscript|>"],
        **ends,
    )
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = WhisperForConditionalGeneration(config)
        _make_talkative(model)
    model.generation_config = GenerationConfig(**ends)
    model.generation_config.suppress_tokens = []
    model.generation_config.begin_suppress_tokens = []
    model.generation_config.lang_to_id = {f"<|{c}|>": ids[f"<|{c}|>"] for c in LANGUAGES}
    model.save_pretrained(source)
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="<|endoftext|>")
    fast.save_pretrained(source)
    out = source / "converted"
    TransformersConverter(str(source), copy_files=["tokenizer.json"]).convert(str(out))
    return out


def _tone(seconds: float) -> np.ndarray:
    time = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    return (0.3 * np.sin(2 * np.pi * 220 * time) * (np.sin(3 * time) > 0)).astype(np.float32)


def _words(transcript) -> list:
    return [word for cue in transcript.cues for word in cue.words]


@pytest.mark.slow
def test_a_random_model_gives_words_with_times_inside_the_media(tiny_whisper):
    transcript = transcribe(_tone(3.0), tiny_whisper, language="en")
    assert transcript.cues
    assert all(type(cue.start) is float and cue.text for cue in transcript.cues)
    edges = [edge for word in _words(transcript) for edge in (word.start, word.end)]
    assert edges
    assert edges == sorted(edges)
    assert edges[0] >= 0
    assert edges[-1] <= 3.0


@pytest.mark.slow
def test_a_file_and_its_samples_give_the_same_words_at_each_run(tiny_whisper, tmp_path):
    samples = _tone(2.0)
    soundfile.write(tmp_path / "tone.wav", samples, RATE_HZ, subtype="FLOAT")
    told = transcribe(samples, tiny_whisper, language="en", device="cpu")
    assert transcribe(tmp_path / "tone.wav", str(tiny_whisper), language="en") == told


@pytest.mark.slow
def test_a_long_recording_is_heard_in_pieces_on_one_clock(tiny_whisper):
    transcript = transcribe(_tone(70.0), tiny_whisper, piece=60.0)
    starts = [word.start for word in _words(transcript)]
    assert starts == sorted(starts)
    assert starts[0] < 30 < 60 < starts[-1] < 70


@pytest.mark.slow
def test_sound_without_a_sample_leaves_the_text_channel_absent(tiny_whisper):
    transcript = transcribe(np.zeros(0, dtype=np.float32), tiny_whisper)
    assert transcript.cues == ()
    assert transcript.warnings == (
        "no words were heard in the recording: the text channel is absent",
    )


@pytest.mark.slow
def test_a_language_unknown_to_the_model_is_refused(tiny_whisper):
    with pytest.raises(TranscriptError, match="knows no language 'de'"):
        transcribe(_tone(1.0), tiny_whisper, language="de")


@pytest.mark.slow
def test_a_model_folder_without_tokenizer_is_refused_and_nothing_fetched(tiny_whisper, tmp_path):
    (tmp_path / "config.json").write_bytes((tiny_whisper / "config.json").read_bytes())
    (tmp_path / "model.bin").write_bytes(b"no weights")
    with pytest.raises(ModelError, match=r"lacks tokenizer\.json"):
        transcribe(_tone(1.0), tmp_path)
    tokenizer = (tiny_whisper / "tokenizer.json").read_bytes()
    (tmp_path / "tokenizer.json").write_bytes(tokenizer)
    with pytest.raises(ModelError, match="does not load"):
        transcribe(_tone(1.0), tmp_path)


@pytest.mark.parametrize("name", ["no-such-size", "nobody/has-this-model", "large-v1"])
def test_a_model_that_is_not_on_this_machine_is_not_downloaded(name, tmp_path, monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(ModelError) as error:
        transcribe(_tone(1.0), name)
    assert f"The speech model {name!r} is no folder" in str(error.value)
    assert "download_model('small')" in str(error.value)


def test_without_the_extra_the_message_names_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "faster_whisper", None)
    with pytest.raises(MissingExtra, match=r"pip install 'tritone\[asr\]'"):
        transcribe(_tone(1.0), "small")


def test_pieces_hold_every_sample_and_are_cut_where_it_is_quiet():
    rate = RATE_HZ
    samples = np.random.default_rng(0).normal(size=130 * rate).astype(np.float32)
    samples[50 * rate : 51 * rate] = 0
    pieces = list(_pieces(iter(np.array_split(samples, 7)), 60.0))
    np.testing.assert_array_equal(np.concatenate(pieces), samples)
    assert 50 * rate <= len(pieces[0]) <= 51 * rate
    assert max(len(piece) for piece in pieces) <= 60 * rate
