"""The crossmodal block against PyTorch's attention, clip by clip."""

import math

import pytest
import torch
from torch.nn import functional

from tritone.core.batch import Batch
from tritone.core.errors import ModelError
from tritone.core.task import Regression
from tritone.layers.positions import sinusoidal
from tritone.models.mult import CrossReader, MulT

DIMS = {"text": 5, "audio": 3, "vision": 4}
SMALL = {"width": 4, "heads": 2, "depth": 1, "self_depth": 1}


def test_a_crossmodal_layer_is_the_papers() -> None:
    """Z = CM(LN(Z), LN(source)) + LN(Z)'s input; then the feed-forward layer, section 3.2."""
    reader = CrossReader(4, heads=2, depth=1, dropout=0.0)
    rng = torch.Generator().manual_seed(0)
    rows, source = torch.randn(1, 3, 4, generator=rng), torch.randn(1, 5, 4, generator=rng)
    layer = reader.encoder.layers[0]
    weights = layer.attention.attention

    start = math.sqrt(4) * rows + sinusoidal(3, 4)
    keys = layer.source_norm(math.sqrt(4) * source + sinusoidal(5, 4))
    q, k, v = (
        functional.linear(x, w, b)
        for x, w, b in zip(
            (layer.query_norm(start), keys, keys),
            weights.in_proj_weight.chunk(3),
            weights.in_proj_bias.chunk(3),
            strict=True,
        )
    )
    heads = [
        torch.softmax(a @ b.mT / math.sqrt(2), dim=2) @ c
        for a, b, c in zip(q.split(2, 2), k.split(2, 2), v.split(2, 2), strict=True)
    ]
    mixed = start + weights.out_proj(torch.cat(heads, dim=2))
    expected = reader.encoder.norm(mixed + layer.feed(mixed))

    ones = torch.ones(1, 3, dtype=torch.bool), torch.ones(1, 5, dtype=torch.bool)
    torch.testing.assert_close(reader(rows, ones[0], source, ones[1]), expected)


def test_every_modality_reads_every_other() -> None:
    model = MulT(DIMS, Regression(), **SMALL)
    assert sorted(model.readers.cross) == [
        "audio_reads_text",
        "audio_reads_vision",
        "text_reads_audio",
        "text_reads_vision",
        "vision_reads_audio",
        "vision_reads_text",
    ]


def test_the_order_of_another_modalitys_rows_counts(batch: Batch) -> None:
    model = MulT(DIMS, Regression(), **SMALL).eval()
    track = batch["vision"]
    turned = track.values.clone()
    turned[2, :3] = turned[2, :3].flip(0)
    assert int(track.mask[2].sum()) >= 3
    tracks = {**batch.tracks, "vision": type(track)(turned, track.mask, track.spans)}
    changed = model(Batch(batch.ids, tracks)).score
    assert not torch.allclose(changed[2], model(batch).score[2])


def test_one_modality_is_too_few() -> None:
    with pytest.raises(ModelError) as caught:
        MulT({"text": 5}, Regression())
    assert str(caught.value) == (
        "Crossmodal attention needs two modalities, got text. Give it a store with another "
        "modality."
    )
