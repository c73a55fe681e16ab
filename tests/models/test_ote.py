"""OTE against its parts, one channel at a time, and the pictures that it takes."""

from dataclasses import replace

import pytest
import torch

from tritone.core.batch import Batch
from tritone.core.errors import ModelError
from tritone.core.task import Classes, Regression
from tritone.models.ote import OutputTransformerEncoder
from tritone.models.pictures import colours_of, picture_shape, resized

DIMS = {"text": 5, "vision": 4}
SMALL = {"side": 8, "width": 4, "heads": 2, "feed_forward": 6}


def test_the_score_is_a_transformer_over_two_vectors(batch: Batch) -> None:
    torch.manual_seed(0)
    model = OutputTransformerEncoder(DIMS, Regression(), **SMALL).eval()
    scores = []
    for clip in range(len(batch)):
        words = batch["text"].values[clip, batch["text"].mask[clip]]
        pictures = batch["vision"].values[clip, batch["vision"].mask[clip]]
        spread = pictures.var(dim=1, correction=0, keepdim=True) + 1e-5
        plain = (pictures - pictures.mean(dim=1, keepdim=True)) / spread.sqrt()
        seen = model.net(resized(plain.reshape(-1, 1, 2, 2), 8)).mean(dim=0)
        rows = torch.stack([model.text(words.mean(dim=0)), seen]).unsqueeze(0)
        mixed = model.encoder.layers[0](rows)
        scores.append(model.head(mixed.flatten(1)))
    torch.testing.assert_close(model(batch).score, torch.cat(scores))


def test_table_4_stands_in_the_defaults() -> None:
    model = OutputTransformerEncoder({"text": 768, "vision": 3 * 64 * 64}, Classes(("no", "yes")))
    layer = model.encoder.layers[0]
    assert (layer.self_attn.num_heads, layer.linear1.out_features) == (4, 2048)
    assert model.text.out_features == model.net.predict.out_features == 64
    assert [part.p for part in model.head if isinstance(part, torch.nn.Dropout)] == [0.4, 0.4]
    assert model.head[1].weight.shape == (20, 128)
    assert (model.side, model.text_length) == (64, 60)


def test_a_long_text_is_cut_and_the_rows_are_counted(batch: Batch) -> None:
    model = OutputTransformerEncoder(DIMS, Regression(), **SMALL, text_length=3).eval()
    track = batch["text"]
    lengths = track.mask.sum(dim=1).tolist()
    assert max(lengths) > 3 > min(lengths)
    assert model(batch).parts["cut"].tolist() == [max(0, length - 3) for length in lengths]
    mask = track.mask.clone()
    mask[:, 3:] = False
    short = replace(batch, tracks={**batch.tracks, "text": replace(track, mask=mask)})
    torch.testing.assert_close(model(short).score, model(batch).score)


@pytest.mark.parametrize("net", ["small", "resnet50", "vgg"])
@pytest.mark.parametrize("dims", [{"text": 5}, {"vision": 4}, DIMS], ids="+".join)
def test_either_channel_will_do(dims, net: str, batch: Batch) -> None:
    model = OutputTransformerEncoder(dims, Regression(), net=net, width=4, side=32)
    said = model(batch)
    assert said.score.shape == (4, 1)
    model.losses(said, batch)["task"].backward()
    assert all(w.grad is not None and w.grad.isfinite().all() for w in model.parameters())


@pytest.mark.parametrize("colours", [1, 3])
def test_pictures_and_rows_of_numbers_are_read_alike(colours: int, make_batch) -> None:
    batch = make_batch(rows={"vision": (6, 6, colours)}, pictures=["vision"])
    track = batch["vision"]
    model = OutputTransformerEncoder({"vision": 36 * colours}, Regression(), **SMALL).eval()
    flat = Batch(batch.ids, {"vision": replace(track, values=track.values.flatten(2))})
    torch.testing.assert_close(model(batch).score, model(flat).score)
    if colours == 1:
        grey = Batch(batch.ids, {"vision": replace(track, values=track.values[..., 0])})
        torch.testing.assert_close(model(grey).score, model(flat).score)


def test_padding_is_no_part_of_the_batch_in_training(batch: Batch) -> None:
    model = OutputTransformerEncoder({"vision": 4}, Regression(), **SMALL).train()
    model(batch)
    norm = model.net.process[1]
    # 0.1 of the batch's mean is what the running mean takes up.
    real = batch["vision"].values[batch["vision"].mask]
    plain = torch.nn.functional.layer_norm(real, (4,)).reshape(-1, 1, 2, 2)
    mean = model.net.process[0](resized(plain, 8)).mean(dim=(0, 2, 3))
    torch.testing.assert_close(norm.running_mean, 0.1 * mean)


def test_a_batch_without_pictures_can_be_trained_on(batch: Batch) -> None:
    track = batch["vision"]
    none = replace(track, mask=torch.zeros_like(track.mask))
    model = OutputTransformerEncoder(DIMS, Regression(), **SMALL).train()
    said = model(replace(batch, tracks={**batch.tracks, "vision": none}))
    assert said.score.isfinite().all()


def test_a_picture_keeps_its_aspect() -> None:
    wide = resized(torch.ones(1, 1, 4, 16), 8)
    assert wide[0, 0, :, 0].tolist() == [0, 0, 0, 1, 1, 0, 0, 0]
    square = torch.randn(1, 3, 8, 8)
    assert resized(square, 8) is square
    assert resized(torch.ones(1, 1, 1, 100), 8).shape == (1, 1, 8, 8)


@pytest.mark.parametrize(
    ("dim", "colours", "shape"),
    [(12288, 3, (64, 64)), (4096, 1, (64, 64)), (4, 1, (2, 2)), (3, 3, (1, 1))],
)
def test_colours_follow_from_the_width(dim: int, colours: int, shape: tuple[int, int]) -> None:
    assert (colours_of(dim), picture_shape(dim)) == (colours, shape)


@pytest.mark.parametrize(
    ("dims", "options", "message"),
    [
        ({"audio": 3}, {}, "OTE reads text and pictures, and there is audio. Give it a store with "
         "one of them."),
        (DIMS, {"net": "alexnet"}, "net is 'alexnet'; take small, resnet50 or vgg."),
        (DIMS, {"text_length": 0}, "OTE reads at least one row of text; text_length is 0."),
        (DIMS, {"width": 6}, "A width of 6 cannot be shared among 4 heads. Choose a width that the "
         "number of heads divides, such as 4."),
    ],
)  # fmt: skip
def test_what_cannot_be_built_is_refused(dims, options, message: str) -> None:
    with pytest.raises(ModelError) as caught:
        OutputTransformerEncoder(dims, Regression(), **options)
    assert str(caught.value) == message


def test_pictures_of_another_size_are_named(make_batch) -> None:
    model = OutputTransformerEncoder({"vision": 36}, Regression(), **SMALL)
    with pytest.raises(ModelError) as caught:
        model(make_batch(rows={"vision": (5, 5)}, pictures=["vision"]))
    assert str(caught.value).startswith(
        "OutputTransformerEncoder reads vision rows of width 36; the batch's are (25,)."
    )
