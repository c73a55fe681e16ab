"""CLIP, ResNet and BERT in models that look at pictures: their vectors, and what is refused."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from transformers import AutoModel, CLIPModel

from tritone.catalogue import find
from tritone.core.batch import Batch
from tritone.core.errors import ModelError
from tritone.core.pretrained import load_clip, load_text_encoder
from tritone.core.task import Classes, Regression
from tritone.models.bert_resnet import BertResNet, BertResNetAverage
from tritone.models.clip import Clip
from tritone.models.clip_bert import ClipBert, parted
from tritone.models.pretrained_clip import PretrainedClip
from tritone.models.pretrained_pictures import PretrainedPictures

SIDE = 9
DIMS = {"text": 5, "audio": 3, "vision": SIDE * SIDE * 3}
LOOK = {"pictures": ["vision"]}
TEXTS = ["i love this film", None, "it is bad !", "not good"]


@pytest.fixture
def seen(make_batch) -> Batch:
    """Four clips with pictures in colour."""
    rows = {"text": (5,), "audio": (3,), "vision": (SIDE, SIDE, 3)}
    return make_batch(rows=rows, pictures=["vision"], tokens=True)


@pytest.mark.parametrize("name", ["clip", "clip_bert", "bert_resnet", "bert_resnet_average"])
def test_pictures_in_the_padding_do_not_matter(name: str, seen: Batch, arguments) -> None:
    model = find("model", name)(DIMS, Regression(), **LOOK, **arguments(name)).eval()
    track = seen["vision"]
    other = track.values.clone()
    other[~track.mask] = 77
    refilled = replace(seen, tracks={**seen.tracks, "vision": replace(track, values=other)})
    torch.testing.assert_close(model(refilled).score, model(seen).score)
    none = replace(track, mask=torch.zeros_like(track.mask))
    blind = model(replace(seen, tracks={**seen.tracks, "vision": none})).score
    assert blind.isfinite().all()
    assert (blind != model(seen).score).all()


@pytest.mark.parametrize("half", [False, True], ids=["float32", "bfloat16"])
@pytest.mark.parametrize("name", ["clip", "clip_bert", "bert_resnet"])
def test_every_layer_learns_where_all_are_to(name: str, half: bool, seen: Batch, arguments) -> None:
    torch.manual_seed(0)
    model = find("model", name)(DIMS, Regression(), trained=-1, **LOOK, **arguments(name)).train()
    batch = replace(seen, tokens=model.tokens(TEXTS))
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=half):
        loss = model.losses(model(batch), batch)["task"]
    loss.backward()
    assert all(
        weight.grad.isfinite().all() for weight in model.parameters() if weight.grad is not None
    )
    learned = {name for name, weight in model.named_parameters() if weight.grad is not None}
    assert learned == {name for name, w in model.named_parameters() if w.requires_grad}
    encoders = next(group for group in model.groups() if group.get("scale") == model.pace)
    assert any(weight.requires_grad for weight in encoders["params"])


def test_clips_vectors_are_clips(clip_folder: str) -> None:
    ours = PretrainedClip(clip_folder).eval()
    theirs = CLIPModel.from_pretrained(clip_folder).eval()
    tokens = ours.cut(["i love this film", "bad"])
    for row, text in enumerate(["i love this film", "bad"]):
        given = ours.tokenizer([text], return_tensors="pt")
        wanted = theirs.get_text_features(
            input_ids=given["input_ids"], attention_mask=given["attention_mask"]
        ).pooler_output
        unit = wanted / wanted.norm(dim=1, keepdim=True)
        torch.testing.assert_close(ours.text(tokens.ids, tokens.mask)[row : row + 1], unit)
    pixels = torch.randint(0, 256, (2, 12, 12, 3), dtype=torch.uint8)
    wanted = theirs.get_image_features(pixel_values=ours.bring(pixels)).pooler_output
    torch.testing.assert_close(ours.pictures(pixels), wanted / wanted.norm(dim=1, keepdim=True))


def test_a_picture_is_resnets_pooled_vector(picture_folder: str) -> None:
    ours = PretrainedPictures(picture_folder).train()
    theirs = AutoModel.from_pretrained(picture_folder).eval()
    pixels = torch.randint(0, 256, (2, 40, 36, 3), dtype=torch.uint8)
    wanted = theirs(pixel_values=ours.bring(pixels)).pooler_output.flatten(1)
    torch.testing.assert_close(ours(pixels), wanted)


def test_norms_keep_their_statistics_in_training(picture_folder: str) -> None:
    model = PretrainedPictures(picture_folder, trained=-1).train()
    before = {name: value.clone() for name, value in model.named_buffers()}
    model(torch.randint(0, 256, (3, 40, 36, 3), dtype=torch.uint8))
    assert all(torch.equal(value, before[name]) for name, value in model.named_buffers())


def test_two_tokenizers_pieces_are_told_apart(arguments) -> None:
    model = ClipBert(DIMS, Regression(), **LOOK, **arguments("clip_bert"))
    ours, theirs = parted(model.tokens(TEXTS), model.text.pieces)
    for part, cut in ((ours, model.text.cut(TEXTS)), (theirs, model.clip.cut(TEXTS))):
        assert part.words is not None and cut.words is not None
        for row in range(len(TEXTS)):
            assert part.ids[row, part.mask[row]].tolist() == cut.ids[row, cut.mask[row]].tolist()
            assert (
                part.words[row, part.mask[row]].tolist() == cut.words[row, cut.mask[row]].tolist()
            )
            assert (part.mask[row].int().diff() <= 0).all()


def test_the_mean_of_two_answers_is_over_those_that_are_there(seen: Batch, arguments) -> None:
    task = Classes(("no", "yes"))
    options = {**LOOK, **arguments("bert_resnet_average")}
    dims = {"text": 5, "vision": DIMS["vision"]}
    model = BertResNetAverage(dims, task, **options).eval()
    mask = seen["vision"].mask.clone()
    mask[0] = False
    track = replace(seen["vision"], mask=mask)
    said = model(replace(seen, tracks={"text": seen["text"], "vision": track}))
    text, vision = (said.parts[f"score_{m}"].softmax(dim=1) for m in ("text", "vision"))
    torch.testing.assert_close(said.score[0].softmax(dim=0), text[0])
    torch.testing.assert_close(said.score[1:].softmax(dim=1), (text + vision)[1:] / 2)


def test_vectors_are_taken_as_they_are(make_batch, arguments) -> None:
    batch = make_batch(tokens=True)
    model = BertResNet(
        {"text": 5, "audio": 3, "vision": 4}, Regression(), **arguments("bert_resnet")
    )
    assert not any(isinstance(one, PretrainedPictures) for one in model.modules())
    assert model(batch).score.isfinite().all()


def test_pictures_for_a_model_of_vectors_are_named(seen: Batch, arguments) -> None:
    with pytest.raises(ModelError, match="reads vision as vectors; the rows here are pictures"):
        Clip(DIMS, Regression(), **arguments("clip"))(seen)


def test_vectors_for_a_model_of_pictures_are_named(make_batch, arguments) -> None:
    model = Clip({"text": 5, "vision": 4}, Regression(), **LOOK, **arguments("clip"))
    with pytest.raises(ModelError) as caught:
        model(make_batch(tokens=True))
    assert str(caught.value) == (
        "Clip looks at vision as pictures of 4 numbers; the batch's rows are (4,). Extract "
        "pictures as for its training, or train it on these rows without pictures=vision."
    )


def test_sound_cannot_be_looked_at(arguments) -> None:
    with pytest.raises(ModelError) as caught:
        Clip({"audio": 3}, Regression(), pictures=["audio"], **arguments("clip"))
    assert str(caught.value) == (
        "audio cannot be looked at as pictures here, only vision. Extract vectors of it, or leave "
        "it out."
    )


@pytest.mark.parametrize(
    ("name", "option", "kind"),
    [
        ("clip", "folder", "a CLIP"),
        ("clip_bert", "clip_folder", "a CLIP"),
        ("bert_resnet", "picture_folder", "an encoder of pictures"),
    ],
)
def test_a_folder_that_is_not_named_is_asked_for(
    name: str, option: str, kind: str, arguments
) -> None:
    given = {key: value for key, value in arguments(name).items() if key != option}
    with pytest.raises(ModelError) as caught:
        find("model", name)(DIMS, Regression(), **LOOK, **given)
    assert str(caught.value) == f"The folder of {kind} is not named. Set model.{option}=DIR."


def test_a_folder_without_preprocessor_is_named(picture_folder: str, tmp_path: Path) -> None:
    folder = tmp_path / "resnet"
    shutil.copytree(picture_folder, folder)
    (folder / "preprocessor_config.json").unlink()
    with pytest.raises(ModelError) as caught:
        PretrainedPictures(str(folder))
    assert str(caught.value) == (
        f"{folder} has no preprocessor_config.json, which says how pictures are brought to it. "
        f"Save the image processor of the model beside its weights."
    )


def test_encoders_of_the_wrong_kind_are_named(
    text_folder: str, picture_folder: str, clip_folder: str
) -> None:
    with pytest.raises(ModelError) as caught:
        PretrainedPictures(text_folder)
    assert str(caught.value) == (
        f"{text_folder} is a bert, which reads text, and this wants pictures. Take the folder of "
        f"a ResNet, ViT, DINO or CLIP, or use this one as text=hub_text."
    )
    with pytest.raises(ModelError) as caught:
        PretrainedPictures(clip_folder)
    assert str(caught.value) == (
        f"{clip_folder} holds a whole CLIP, of which a part is wanted here. Train the model clip "
        f"or clip_bert on it, or name the folder of a ResNet or a ViT."
    )
    with pytest.raises(ModelError) as caught:
        load_clip(picture_folder)
    assert str(caught.value) == (
        f"{picture_folder} is a resnet, not a CLIP. Take a folder whose config.json has model_type "
        f"clip, with its tokenizer.json and preprocessor_config.json."
    )
    with pytest.raises(ModelError) as caught:
        load_text_encoder(picture_folder)
    assert str(caught.value) == (
        f"{picture_folder} is a resnet, which reads pictures, and this wants text. Take the folder "
        f"of a BERT, RoBERTa or DeBERTa, or use this one as vision=hub_image."
    )


def test_weights_that_are_not_there_are_not_made_up(text_folder: str, tmp_path: Path) -> None:
    folder = tmp_path / "bert"
    shutil.copytree(text_folder, folder)
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {"num_hidden_layers": 3}))
    with pytest.raises(ModelError) as caught:
        load_text_encoder(str(folder))
    assert str(caught.value) == (
        f"{folder} lacks 16 weights of a BertModel, such as "
        f"encoder.layer.2.attention.output.LayerNorm.bias. Its model.safetensors is of another "
        f"model than its config.json: get both anew."
    )
