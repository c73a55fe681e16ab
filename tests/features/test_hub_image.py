"""Pictures and texts through encoders on disk: their vectors, whatever is looked at beside them."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from transformers import AutoImageProcessor, AutoModel, AutoTokenizer, CLIPModel

from tritone.core.clip import Word
from tritone.core.errors import ModelError, RecipeError
from tritone.features.extractor import Material, build
from tritone.features.faces import crop_face
from tritone.features.hub_clip import HubClip
from tritone.features.hub_image import HubImage
from tritone.media.video import Frame

KINDS = ("resnet", "vit", "dinov2", "clip", "clip_vision")


def picture(seed: int, tall: int = 16, wide: int = 16) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (tall, wide, 3)).astype(np.uint8)


def shown(*images: np.ndarray) -> Material:
    """A film of five pictures a second, from second 3 on."""

    def frames() -> Iterator[Frame]:
        return (Frame(3 + place / 5, image) for place, image in enumerate(images))

    return Material("a", frames=frames, start=3.0, end=3 + len(images) / 5)


def pixels(folder: Path, image: np.ndarray) -> torch.Tensor:
    """A picture as the folder's image processor brings it."""
    processor = AutoImageProcessor.from_pretrained(folder, backend="pil")
    return processor(Image.fromarray(image), return_tensors="pt")["pixel_values"]


def vector(kind: str, folder: Path, image: np.ndarray) -> torch.Tensor:
    """What a model takes for the picture, by transformers alone."""
    model, given = AutoModel.from_pretrained(folder).eval(), pixels(folder, image)
    with torch.no_grad():
        if isinstance(model, CLIPModel):
            return model.visual_projection(model.vision_model(given).pooler_output)[0]
        said = model(given)
    if kind == "resnet":
        return said.last_hidden_state[0].mean(dim=(1, 2))
    return said.pooler_output[0] if kind == "clip_vision" else said.last_hidden_state[0, 0]


@pytest.mark.parametrize("kind", KINDS)
def test_rows_are_what_the_encoder_takes_for_the_picture(tiny_encoder, kind: str) -> None:
    folder, images = tiny_encoder(kind), [picture(seed) for seed in range(3)]
    track = HubImage(folder=str(folder)).track(shown(*images))
    expected = torch.stack([vector(kind, folder, image) for image in images])
    # Their processors round to whole levels after resizing.
    torch.testing.assert_close(track.values, expected, rtol=0, atol=0.03)
    torch.testing.assert_close(track.spans[:, 0], torch.tensor([3.0, 3.2, 3.4]))


def test_pictures_that_may_not_be_written_to_are_read_without_a_warning(tiny_encoder) -> None:
    """As decoders give them; warnings are errors here."""
    read_only = np.asarray(Image.fromarray(picture(0)))
    assert not read_only.flags.writeable
    extractor = HubImage(folder=str(tiny_encoder("resnet")))
    torch.testing.assert_close(
        extractor.track(shown(read_only)).values, extractor.track(shown(picture(0))).values
    )


@pytest.mark.parametrize("kind", KINDS)
def test_pictures_side_by_side_are_seen_as_alone(tiny_encoder, kind: str) -> None:
    folder = str(tiny_encoder(kind))
    material = shown(*[picture(seed) for seed in range(5)])
    alone = HubImage(folder=folder, batch=1).track(material)
    for batch in (2, 16):
        beside = HubImage(folder=folder, batch=batch).track(material)
        torch.testing.assert_close(beside.values, alone.values)


@pytest.mark.parametrize("kind", KINDS)
def test_pictures_of_several_sizes_keep_their_order(tiny_encoder, kind: str) -> None:
    images = [picture(0), picture(1, 30, 20), picture(2), picture(3, 20, 30)]
    extractor = HubImage(folder=str(tiny_encoder(kind)))
    each = torch.cat([extractor.track(shown(image)).values for image in images])
    torch.testing.assert_close(extractor.track(shown(*images)).values, each)


def test_a_still_picture_has_no_time(tiny_encoder) -> None:
    still = Material("a", frames=lambda: iter([Frame(np.nan, picture(0, 300, 200))]))
    track = HubImage(folder=str(tiny_encoder("vit"))).track(still)
    assert track.values.shape == (1, 8)
    assert track.spans.isnan().all()


def test_of_a_face_only_the_face_is_seen(tiny_encoder) -> None:
    """A picture of at most 128 pixels is a face already cut out: its border is no margin."""
    folder, face = str(tiny_encoder("vit")), picture(0, 60, 40)
    square = crop_face(face, (0, 0, 40, 60), size=32)
    of_face = HubImage(folder=folder, of="face", side=32, margin=0.5).track(shown(face))
    whole = HubImage(folder=folder).track(shown(square))
    torch.testing.assert_close(of_face.values, whole.values)
    none = HubImage(folder=folder, of="face").track(shown(np.zeros((200, 300, 3), np.uint8)))
    assert none.values.shape == (0, 8)


@pytest.mark.parametrize("kind", ["vit", "clip", "dinov2"])
def test_any_layer_or_the_mean_of_all_can_be_taken(tiny_encoder, kind: str) -> None:
    folder, image = tiny_encoder(kind), picture(0)
    model = AutoModel.from_pretrained(folder).eval()
    tower = model.vision_model if kind == "clip" else model
    with torch.no_grad():
        layers = tower(pixels(folder, image), output_hidden_states=True).hidden_states
    first = HubImage(folder=str(folder), layer=1).track(shown(image)).values
    mean = HubImage(folder=str(folder), average=True).track(shown(image)).values
    torch.testing.assert_close(first, layers[1][:, 0], rtol=0, atol=0.03)
    each = torch.stack([states[:, 0] for states in layers])
    torch.testing.assert_close(mean, each.mean(dim=0), rtol=0, atol=0.03)


def test_the_layers_of_a_resnet_have_widths_of_their_own(tiny_encoder) -> None:
    folder = str(tiny_encoder("resnet"))
    assert HubImage(folder=folder, layer=1).rows.shape == (4,)
    assert HubImage(folder=folder).rows.shape == (8,)
    with pytest.raises(RecipeError) as caught:
        HubImage(folder=folder, average=True).track(shown(picture(0)))
    assert str(caught.value) == (
        f"{folder} has layers of several widths, which have no mean. Take one of them: layer=-1."
    )


def test_a_folder_of_another_kind_is_named_with_the_use_it_has(
    tiny_encoder, tiny_bert: Path
) -> None:
    for folder, kind, reads, use in (
        (tiny_encoder("wavlm"), "wavlm", "sound", "audio=hub_audio"),
        (tiny_encoder("whisper"), "whisper", "sound", "audio=hub_audio"),
        (tiny_bert, "bert", "text", "text=hub_text"),
    ):
        with pytest.raises(ModelError) as caught:
            HubImage(folder=str(folder)).rows  # noqa: B018
        assert str(caught.value) == (
            f"{folder} is a {kind}, which reads {reads}, and this wants pictures. Take the folder "
            f"of a ResNet, ViT, DINO or CLIP, or use this one as {use}."
        )


def test_settings_that_fit_nothing_are_refused() -> None:
    with pytest.raises(RecipeError) as caught:
        build("hub_image", {"of": "hand"})
    assert str(caught.value) == "hub_image cannot be set so: of is 'hand'; take picture or face"


def text_vector(folder: Path, text: str) -> torch.Tensor:
    """A text's vector, by transformers alone."""
    model = CLIPModel.from_pretrained(folder).eval()
    pieces = AutoTokenizer.from_pretrained(folder)(
        text, truncation=True, max_length=8, return_tensors="pt"
    )
    with torch.no_grad():
        given = {"input_ids": pieces["input_ids"], "attention_mask": pieces["attention_mask"]}
        return model.text_projection(model.text_model(**given).pooler_output)


@pytest.mark.parametrize("text", ["love", "I love this bad, bad film!", "not " * 40])
def test_a_text_is_one_vector_beside_those_of_pictures(tiny_encoder, text: str) -> None:
    folder = tiny_encoder("clip")
    track = HubClip(str(folder)).track(Material("a", text=text))
    torch.testing.assert_close(track.values, text_vector(folder, text))
    assert track.values.shape[1] == HubImage(folder=str(folder)).rows.size == 6
    assert track.spans.isnan().all()


def test_a_text_lasts_as_long_as_its_words(tiny_encoder) -> None:
    words = (Word("love", 1.0, 1.5), Word("this", 1.5, 2.0))
    track = HubClip(str(tiny_encoder("clip"))).track(Material("a", text="love this", words=words))
    assert track.spans.tolist() == [[1.0, 2.0]]


def test_only_a_clip_has_vectors_of_texts_and_pictures(tiny_bert: Path) -> None:
    with pytest.raises(ModelError, match="is a bert, not a CLIP"):
        HubClip(str(tiny_bert)).rows  # noqa: B018
