"""Merges at every depth, written out."""

import torch

from tritone.core.task import Regression
from tritone.models.encoders import CnnEncoder, LstmEncoder, TransformerReader
from tritone.models.intermediate import Intermediate

DIMS = {"text": 5, "audio": 3, "vision": 4}


def test_each_depth_merges_the_channels_with_the_merge_below(batch):
    torch.manual_seed(0)
    model = Intermediate(DIMS, Regression(), width=8, depth=3, heads=2).eval()
    merged = None
    for depth in range(3):
        layer = []
        for channel in DIMS:
            track = batch[channel]
            values = track.values.masked_fill(~track.mask.unsqueeze(2), 0.0)
            level = model.read[channel](values, track.mask).levels[depth]
            layer.append(level.sum(dim=1) / track.mask.sum(dim=1, keepdim=True))
        below = torch.cat(layer if merged is None else [merged, *layer], dim=1)
        _, inner, _ = model.merge[depth]
        merged = inner(below).relu()
    torch.testing.assert_close(model(batch).score, model.head(merged))


def test_by_default_each_channel_has_the_encoder_of_the_paper():
    read = Intermediate(DIMS, Regression()).read
    assert isinstance(read["text"], TransformerReader)
    assert isinstance(read["audio"], LstmEncoder)
    assert isinstance(read["vision"], CnnEncoder)
