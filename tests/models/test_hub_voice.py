"""A sound encoder that is trained on: its rows' mean, how much of it learns, what is refused."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
import transformers
from torch import Tensor
from transformers import AutoFeatureExtractor, AutoModel

from tritone.core.batch import Batch, Track
from tritone.core.errors import ModelError
from tritone.core.pretrained import Bare
from tritone.core.task import Regression
from tritone.models.hub_voice import HubVoice
from tritone.models.pretrained_encoders import frozen_in
from tritone.models.pretrained_sound import PretrainedSound

RATE_HZ = 16_000
KINDS = ("wav2vec2", "wavlm", "whisper")
HEARS: dict[str, Any] = {
    "hidden_size": 8,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 12,
    "conv_dim": (4,) * 7,
    "num_conv_pos_embeddings": 16,
    "num_conv_pos_embedding_groups": 2,
    "initializer_range": 0.5,  # states that differ from each other
}
WRITES: dict[str, Any] = {
    "d_model": 8,
    "encoder_layers": 2,
    "decoder_layers": 1,
    "encoder_attention_heads": 2,
    "decoder_attention_heads": 2,
    "encoder_ffn_dim": 12,
    "decoder_ffn_dim": 12,
    "vocab_size": 20,
    "max_source_positions": 50,
    "pad_token_id": 0,
    "bos_token_id": 1,
    "eos_token_id": 2,
    "decoder_start_token_id": 1,
    "init_std": 0.3,
}

Folders = dict[str, str]


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Folders:
    """Encoders in miniature: normed over the clip, with relative places, in windows of 1 s."""
    makers: dict[str, Callable[[], Any]] = {
        "wav2vec2": lambda: transformers.Wav2Vec2Model(transformers.Wav2Vec2Config(**HEARS)),
        "wavlm": lambda: transformers.WavLMModel(transformers.WavLMConfig(**HEARS)),
        "whisper": lambda: transformers.WhisperModel(transformers.WhisperConfig(**WRITES)),
    }
    made = {}
    for kind, make in makers.items():
        folder = tmp_path_factory.mktemp(kind)
        torch.manual_seed(0)
        make().save_pretrained(folder)
        hearing = (
            transformers.WhisperFeatureExtractor(chunk_length=1)
            if kind == "whisper"
            else transformers.Wav2Vec2FeatureExtractor(do_normalize=True)
        )
        hearing.save_pretrained(folder)
        made[kind] = str(folder)
    return made


def noise(samples: int, seed: int = 0) -> Tensor:
    return 0.1 * torch.randn(samples, generator=torch.Generator().manual_seed(seed))


def states(folder: str, sound: Tensor) -> Tensor:
    """The last states of a sound, by transformers alone."""
    extractor, model = (
        AutoFeatureExtractor.from_pretrained(folder),
        AutoModel.from_pretrained(folder).eval(),
    )
    given = extractor(sound.numpy(), sampling_rate=RATE_HZ, return_tensors="pt")
    heard = model if "input_values" in given else model.get_encoder()
    return heard(next(iter(given.values()))).last_hidden_state[0]


def heard(*clips: Tensor, row: int = 640) -> Batch:
    """A batch of sounds in rows of samples, inf in the padding."""
    time = max(len(clip) // row for clip in clips)
    values = torch.full((len(clips), time, row), torch.inf)
    mask = torch.zeros(len(clips), time, dtype=torch.bool)
    for place, clip in enumerate(clips):
        rows = len(clip) // row
        values[place, :rows], mask[place, :rows] = clip.reshape(rows, row), True
    track = Track(values, mask, torch.zeros(len(clips), time, 2))
    target = torch.ones(len(clips), 1)
    ids = tuple(f"c{place}" for place in range(len(clips)))
    return Batch(ids, {"audio": track}, target=target)


@pytest.mark.parametrize("kind", KINDS)
def test_a_clip_is_the_mean_of_its_own_rows_beside_any_other(folders: Folders, kind: str) -> None:
    short, long = noise(10 * 640), noise(20 * 640, seed=1)
    model = HubVoice({"audio": 640}, Regression(), folder=folders[kind]).eval()
    found = model(heard(short, long)).parts["audio"]
    for vector, sound in zip(found, (short, long), strict=True):
        rows = states(folders[kind], sound)
        real = rows[: len(sound) // 320] if kind == "whisper" else rows
        torch.testing.assert_close(vector, real.mean(dim=0))


def test_a_long_sound_is_heard_in_stretches(folders: Folders) -> None:
    """What is left of it is too short for a row, and is left out."""
    sound = noise(2 * RATE_HZ + 300)
    vector = PretrainedSound(folders["whisper"])(sound)
    parts = [sound[:RATE_HZ], sound[RATE_HZ : 2 * RATE_HZ], sound[2 * RATE_HZ :]]
    rows = [states(folders["whisper"], part) for part in parts]
    torch.testing.assert_close(vector, torch.cat([*rows[:2], rows[2][:1]]).mean(dim=0))
    model = PretrainedSound(folders["wavlm"], longest=1)
    assert [len(part) for part in model.stretches(sound.numpy())] == [RATE_HZ, RATE_HZ]
    assert [len(part) for part in model.stretches(sound[:7].numpy())] == [400]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("trained", "learning"),
    [(0, set()), (1, {"layers.1"}), (2, {"layers.0", "layers.1"}),
     (-1, {"conv", "layers.0", "layers.1"})],
)  # fmt: skip
def test_as_many_layers_learn_as_are_asked_for(
    folders: Folders, kind: str, trained: int, learning: set[str]
) -> None:
    batch = heard(noise(6400), noise(12800, seed=1))
    options = {"folder": folders[kind], "trained": trained}
    model = HubVoice({"audio": 640}, Regression(), **options).train()
    model.losses(model(batch), batch)["task"].backward()
    moved = {n for n, w in model.named_parameters() if w.grad is not None and w.grad.any()}
    assert {"head.1.weight", "head.1.bias"} <= moved
    places = {"conv": (".conv_layers.", ".conv1.")}
    places |= {part: (f".{part}.",) for part in ("layers.0", "layers.1")}
    found = {p for p, each in places.items() if any(one in name for one in each for name in moved)}
    assert found == learning
    assert not any("embed_positions" in name for name in moved)
    assert moved.isdisjoint(frozen_in(model))


def test_layers_that_do_not_learn_drop_nothing(folders: Folders) -> None:
    model = PretrainedSound(folders["wav2vec2"], trained=1).train()
    lower, upper = model.encoder.encoder.layers
    assert not any(module.training for module in lower.modules())
    assert all(module.training for module in upper.modules())
    assert not any(module.training for module in model.encoder.feature_extractor.modules())
    still = PretrainedSound(folders["wav2vec2"]).train()
    assert torch.equal(still(noise(3200)), still(noise(3200)))


def test_an_encoder_that_was_kept_loads_without_its_folder(
    folders: Folders, tmp_path: Path
) -> None:
    for kind, folder in folders.items():
        first = PretrainedSound(folder).eval()
        first.keep(tmp_path / kind)
        assert not list((tmp_path / kind).glob("*.safetensors"))
        again = PretrainedSound(Bare(tmp_path / kind)).eval()
        again.load_state_dict(first.state_dict())
        assert torch.equal(again(noise(3200)), first(noise(3200)))


def test_what_cannot_be_heard_with_is_named(
    folders: Folders, text_folder: str, tmp_path: Path
) -> None:
    def said(**options: Any) -> str:
        with pytest.raises(ModelError) as caught:
            HubVoice(options.pop("dims", {"audio": 640}), Regression(), **options)
        return str(caught.value)

    assert said() == "The folder of an encoder of sound is not named. Set model.folder=DIR."
    assert said(folder=text_folder) == (
        f"{text_folder} is a bert, which reads text, and this wants sound. Take the folder of a "
        f"wav2vec2, hubert, wavlm or whisper, or use this one as text=hub_text."
    )
    assert said(folder=str(tmp_path / "gone")) == (
        f"{tmp_path / 'gone'} is no folder. Name one that holds config.json, "
        f"preprocessor_config.json and model.safetensors."
    )
    assert said(dims={"text": 5}, folder=folders["wavlm"]) == (
        "hub_voice is built around audio, and reads text. Give it a store with audio, or name "
        "another modality."
    )
    assert said(folder=folders["wavlm"], trained=3) == (
        f"{folders['wavlm']} has 2 layers, and 3 are to be trained. Take 0 to 2, or -1 for all "
        f"and the embeddings."
    )
    assert said(folder=folders["wavlm"], longest=0) == "longest is 0 s; take 1 to 600 s."
