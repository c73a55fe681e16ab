"""Sound through encoders on disk: their states, at their times, whatever is read beside it."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import AutoFeatureExtractor, AutoModel

from tritone.core.errors import ModelError, RecipeError
from tritone.features.extractor import RATE_HZ, Material
from tritone.features.hub_audio import HubAudio

KINDS = ("wav2vec2", "hubert", "wavlm")


def noise(seconds: float, seed: int = 0) -> np.ndarray:
    count = round(seconds * RATE_HZ)
    return np.random.default_rng(seed).normal(0, 0.1, count).astype(np.float32)


def states(folder: Path, sound: np.ndarray) -> tuple[torch.Tensor, ...]:
    """The hidden states of a sound, by transformers alone; what is last comes last."""
    extractor, model = (
        AutoFeatureExtractor.from_pretrained(folder),
        AutoModel.from_pretrained(folder),
    )
    with torch.no_grad():
        given = extractor(sound, sampling_rate=RATE_HZ, return_tensors="pt")
        heard = model if "input_values" in given else model.get_encoder()
        said = heard(next(iter(given.values())), output_hidden_states=True)
    return (*said.hidden_states[:-1], said.last_hidden_state)


@pytest.mark.parametrize("kind", KINDS)
def test_rows_are_the_last_states_of_the_encoder(tiny_encoder, kind: str) -> None:
    sound = noise(0.5)
    track = HubAudio(str(tiny_encoder(kind))).track(Material("a", sound=sound, start=3.0))
    torch.testing.assert_close(track.values, states(tiny_encoder(kind), sound)[-1][0])
    # 8,000 samples; a row sees 400 of them and goes on by 320.
    assert track.values.shape == (24, 8)
    torch.testing.assert_close(track.spans[:, 0], 3.0 + 0.02 * torch.arange(24))
    torch.testing.assert_close(track.spans[:, 1], 3.02 + 0.02 * torch.arange(24))


def test_whisper_gives_the_rows_that_hold_sound(tiny_encoder) -> None:
    folder, sound = tiny_encoder("whisper"), noise(0.51)
    track = HubAudio(str(folder)).track(Material("a", sound=sound, start=3.0))
    torch.testing.assert_close(track.values, states(folder, sound)[-1][0, :26])
    torch.testing.assert_close(track.spans[-1], torch.tensor([3.5, 3.51]))


def test_whisper_reads_a_long_sound_window_by_window(tiny_encoder) -> None:
    folder, sound = tiny_encoder("whisper"), noise(2.5)
    track = HubAudio(str(folder)).track(Material("a", sound=sound))
    alone = [states(folder, sound[at * RATE_HZ : (at + 1) * RATE_HZ])[-1][0] for at in range(3)]
    torch.testing.assert_close(track.values, torch.cat(alone)[:125])
    torch.testing.assert_close(track.spans[:, 0], 0.02 * torch.arange(125))


@pytest.mark.parametrize("kind", [*KINDS, "whisper"])
@pytest.mark.parametrize("batch", [2, 16])
def test_stretches_side_by_side_are_heard_as_alone(tiny_encoder, kind: str, batch: int) -> None:
    folder, material = str(tiny_encoder(kind)), Material("a", sound=noise(3.3))
    alone = HubAudio(folder, longest=1.0, batch=1).track(material)
    beside = HubAudio(folder, longest=1.0, batch=batch).track(material)
    torch.testing.assert_close(beside.values, alone.values)
    assert torch.equal(beside.spans, alone.spans)


def test_a_long_sound_is_read_in_stretches_on_one_clock(tiny_encoder) -> None:
    material = Material("a", sound=noise(2.01), start=1.0)
    track = HubAudio(str(tiny_encoder("hubert")), longest=1.0).track(material)
    # Two stretches of 49 rows; 10 ms more are less than one row sees.
    assert len(track.mask) == 98
    assert track.spans[49].tolist() == pytest.approx([2.0, 2.02])
    first = states(tiny_encoder("hubert"), noise(2.01)[:RATE_HZ])[-1][0]
    torch.testing.assert_close(track.values[:49], first)


def test_a_sound_is_levelled_whole_not_stretch_by_stretch(tiny_encoder) -> None:
    loud = np.concatenate([noise(1.0), 5 * noise(1.0, 1)])
    folder = tiny_encoder("wav2vec2")
    track = HubAudio(str(folder), longest=1.0).track(Material("a", sound=loud))
    levelled = torch.from_numpy((loud - loud.mean()) / np.sqrt(loud.var() + 1e-7))
    model = AutoModel.from_pretrained(folder).eval()
    with torch.no_grad():
        second = model(levelled[None, RATE_HZ:]).last_hidden_state[0]
    torch.testing.assert_close(track.values[49:], second, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("kind", [*KINDS, "whisper"])
@pytest.mark.parametrize("samples", [1, 399, 800])
def test_clips_shorter_than_a_row_have_rows_within_them(
    tiny_encoder, kind: str, samples: int
) -> None:
    sound = noise(0.05)[:samples]
    track = HubAudio(str(tiny_encoder(kind))).track(Material("a", sound=sound, start=2.0))
    assert len(track.mask) == {1: 1, 399: 2 if kind == "whisper" else 1}.get(
        samples, len(track.mask)
    )
    assert track.values.isfinite().all()
    assert float(track.spans.max()) == pytest.approx(2 + samples / RATE_HZ, abs=0.03)
    assert float(track.spans.max()) <= 2 + samples / RATE_HZ + 1e-6


@pytest.mark.parametrize("kind", [*KINDS, "whisper"])
def test_silence_gives_finite_rows(tiny_encoder, kind: str) -> None:
    silence = np.zeros(RATE_HZ, np.float32)
    track = HubAudio(str(tiny_encoder(kind))).track(Material("a", sound=silence))
    assert len(track.mask) == (50 if kind == "whisper" else 49)
    assert track.values.isfinite().all()


@pytest.mark.parametrize("kind", ["wav2vec2", "whisper"])
def test_any_layer_or_the_mean_of_all_can_be_taken(tiny_encoder, kind: str) -> None:
    folder, sound = tiny_encoder(kind), noise(1.0)
    each, material = states(folder, sound), Material("a", sound=sound)
    first = HubAudio(str(folder), layer=1).track(material).values
    mean = HubAudio(str(folder), average=True).track(material).values
    torch.testing.assert_close(first, each[1][0])
    torch.testing.assert_close(mean, torch.stack(each).mean(dim=0)[0])


def test_a_layer_that_is_not_there_is_named(tiny_encoder) -> None:
    folder = tiny_encoder("wavlm")
    with pytest.raises(RecipeError) as caught:
        HubAudio(str(folder), layer=7).track(Material("a", sound=noise(0.1)))
    assert str(caught.value) == f"layer is 7; {folder} has layers 0 to 2, or -1 for the last."


def test_a_folder_of_another_kind_is_named_with_the_use_it_has(
    tiny_encoder, tiny_bert: Path
) -> None:
    for folder, kind, reads, use in (
        (tiny_encoder("vit"), "vit", "pictures", "vision=hub_image"),
        (tiny_encoder("clip"), "clip", "pictures", "vision=hub_image"),
        (tiny_bert, "bert", "text", "text=hub_text"),
    ):
        with pytest.raises(ModelError) as caught:
            HubAudio(str(folder)).rows  # noqa: B018
        assert str(caught.value) == (
            f"{folder} is a {kind}, which reads {reads}, and this wants sound. Take the folder of "
            f"a wav2vec2, hubert, wavlm or whisper, or use this one as {use}."
        )


def test_an_encoder_for_another_sampling_rate_is_refused(tiny_encoder, tmp_path: Path) -> None:
    folder = tmp_path / "narrow"
    shutil.copytree(tiny_encoder("wavlm"), folder)
    settings = folder / "preprocessor_config.json"
    settings.write_text(settings.read_text().replace("16000", "8000"))
    with pytest.raises(ModelError) as caught:
        HubAudio(str(folder)).track(Material("a", sound=noise(0.1)))
    assert str(caught.value) == (
        f"{folder} hears 8000 samples a second, and sound comes at 16000. Take an encoder that "
        f"was trained at 16000 Hz."
    )


def test_pickled_weights_are_not_read(tiny_encoder, tmp_path: Path) -> None:
    folder = tmp_path / "pickled"
    shutil.copytree(tiny_encoder("wavlm"), folder)
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(ModelError) as caught:
        HubAudio(str(folder)).track(Material("a", sound=noise(0.1)))
    assert str(caught.value).endswith(
        "It takes config.json, preprocessor_config.json and model.safetensors, as save_pretrained "
        "writes them."
    )


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("", "No encoder is named. Set its folder, such as folder=DIR."),
        (
            "nobody/no-such-ear",
            "nobody/no-such-ear is neither a folder nor in the hub's cache on this machine, and "
            "nothing is fetched by itself. Get it once with: hf download nobody/no-such-ear, or "
            "name a folder.",
        ),
        (
            "./nowhere",
            "./nowhere is no folder. Name one that holds config.json, preprocessor_config.json and "
            "model.safetensors.",
        ),
    ],
)
def test_an_encoder_that_is_not_there_says_how_to_get_it(given: str, says: str) -> None:
    with pytest.raises(ModelError) as caught:
        HubAudio(given).rows  # noqa: B018
    assert str(caught.value) == says
