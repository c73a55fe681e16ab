"""Encoders of others: what is loaded, and what is refused, with the way to mend it."""

import hashlib
import json
import shutil
import socket
from pathlib import Path

import pytest

from tritone.core.errors import ModelError
from tritone.core.minilm import MINILM_SHA256, check_weights, minilm_folder
from tritone.core.pretrained import (
    Bare,
    load_model,
    load_text_encoder,
    place_of,
    width_of,
)


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise RuntimeError("a connection was tried")

    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.mark.usefixtures("no_network")
@pytest.mark.parametrize("load", [load_text_encoder, width_of])
def test_a_name_that_is_not_on_this_machine_is_never_fetched(load) -> None:
    with pytest.raises(ModelError) as caught:
        load("nobody/no-such-encoder")
    assert str(caught.value) == (
        "nobody/no-such-encoder is neither a folder nor in the hub's cache on this machine, and "
        "nothing is fetched by itself. Get it once with: hf download nobody/no-such-encoder, or "
        "name a folder."
    )


def test_a_path_that_is_no_folder_is_named(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    with pytest.raises(ModelError) as caught:
        load_text_encoder(str(gone))
    assert str(caught.value) == (
        f"{gone} is no folder. Name one that holds config.json, tokenizer.json and "
        f"model.safetensors."
    )


def test_no_name_is_refused() -> None:
    with pytest.raises(ModelError) as caught:
        place_of("")
    assert str(caught.value) == "No encoder is named. Set its folder, such as folder=minilm."


@pytest.mark.parametrize("damage", ["empty", "no weights", "no config", "broken weights"])
def test_a_folder_that_holds_no_encoder_is_named(
    tiny_bert: Path, tmp_path: Path, damage: str
) -> None:
    folder = tmp_path / "bert"
    shutil.copytree(tiny_bert, folder)
    if damage == "empty":
        shutil.rmtree(folder)
        folder.mkdir()
    elif damage == "no weights":
        (folder / "model.safetensors").unlink()
    elif damage == "no config":
        (folder / "config.json").write_text("[", encoding="utf-8")
    else:
        (folder / "model.safetensors").write_bytes(b"\xff" * 100)
    with pytest.raises(ModelError) as caught:
        load_text_encoder(str(folder))
    assert str(caught.value).startswith(f"{folder} holds no text encoder that can be loaded: ")
    assert str(caught.value).endswith(
        "It takes config.json, tokenizer.json and model.safetensors, as save_pretrained writes "
        "them."
    )


def test_pickled_weights_are_not_read(tiny_bert: Path, tmp_path: Path) -> None:
    folder = tmp_path / "bert"
    shutil.copytree(tiny_bert, folder)
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(ModelError):
        load_text_encoder(str(folder))


def test_an_encoder_is_frozen_and_has_the_width_of_its_config(tiny_bert: Path) -> None:
    _, model = load_text_encoder(str(tiny_bert))
    assert width_of(str(tiny_bert)) == model.config.hidden_size == 8
    assert not model.training
    assert not any(weight.requires_grad for weight in model.parameters())


def test_an_encoder_of_pictures_is_refused(tiny_bert: Path, tmp_path: Path) -> None:
    folder = tmp_path / "bert"
    shutil.copytree(tiny_bert, folder)
    (folder / "config.json").write_text(json.dumps({"model_type": "resnet"}), encoding="utf-8")
    with pytest.raises(ModelError) as caught:
        width_of(str(folder))
    assert str(caught.value) == (
        f"{folder} is a resnet, which reads pictures, and this wants text. Take the folder of a "
        f"BERT, RoBERTa or DeBERTa, or use this one as vision=hub_image."
    )


def test_weights_are_held_against_their_hash(tmp_path: Path) -> None:
    file = tmp_path / "model.safetensors"
    file.write_bytes(b"weights")
    right = hashlib.sha256(b"weights").hexdigest()
    check_weights(file, right)
    with pytest.raises(ModelError) as caught:
        check_weights(file, MINILM_SHA256)
    assert str(caught.value) == (
        f"{file} has SHA-256 {right}, not {MINILM_SHA256}: it is not the encoder it is taken for. "
        f"Install it anew."
    )


def test_minilm_is_the_official_one() -> None:
    assert place_of("minilm") == str(minilm_folder())
    assert width_of("minilm") == 384


@pytest.mark.parametrize("change", [{"num_hidden_layers": 10**7}, {"intermediate_size": 10**12}])
def test_a_bare_config_of_no_real_size_is_refused(
    tiny_bert: Path, tmp_path: Path, change: dict[str, int]
) -> None:
    config = json.loads((tiny_bert / "config.json").read_text())
    (tmp_path / "config.json").write_text(json.dumps(config | change))
    with pytest.raises(ModelError) as caught:
        load_model(Bare(tmp_path), "text encoder")
    assert str(caught.value) == (
        f"The config in {tmp_path} is of a model with more than 2147483648 weights or 1000 "
        f"layers. It is not one that Tritone wrote: train the model anew."
    )


def test_a_bare_folder_gives_a_model_of_its_config(tiny_bert: Path, tmp_path: Path) -> None:
    shutil.copy(tiny_bert / "config.json", tmp_path)
    told, whole = load_model(Bare(tmp_path), "text encoder"), load_text_encoder(str(tiny_bert))[1]
    told.load_state_dict(whole.state_dict())
    assert not told.training and not any(w.requires_grad for w in told.parameters())
