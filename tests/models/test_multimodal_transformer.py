"""One Transformer over all channels, written out for a clip without padding."""

import torch
from torch import nn

from tritone.core.task import Regression
from tritone.layers.positions import sinusoidal
from tritone.models.multimodal_transformer import MultimodalTransformer

DIMS = {"text": 5, "audio": 3, "vision": 4}


def test_all_rows_are_one_sequence_with_positions_and_channels(make_batch):
    torch.manual_seed(0)
    batch = make_batch(clips=1)
    model = MultimodalTransformer(DIMS, Regression(), width=8, heads=2).eval()
    rows = []
    for channel in DIMS:
        kept = batch[channel].values[batch[channel].mask]
        _, linear, _ = model.read[channel].layers[0]
        states = linear(kept).relu()
        rows.append(states + sinusoidal(len(kept), 8) + model.channel[channel])
    stack = nn.TransformerEncoder(
        nn.TransformerEncoderLayer(8, 2, 32, batch_first=True), 2, enable_nested_tensor=False
    ).eval()
    stack.layers.load_state_dict(model.encoder.layers.state_dict())
    read = stack(torch.cat(rows).unsqueeze(0)).mean(dim=1)
    torch.testing.assert_close(model(batch).score, model.head(read))


def test_the_channel_a_row_comes_from_matters(make_batch):
    torch.manual_seed(0)
    batch = make_batch(clips=2, rows={"text": (3,), "audio": (3,)})
    model = MultimodalTransformer({"text": 3, "audio": 3}, Regression(), width=8).eval()
    model.read["audio"].load_state_dict(model.read["text"].state_dict())
    before = model(batch).score
    swapped = {"text": batch["audio"], "audio": batch["text"]}
    after = model(type(batch)(batch.ids, swapped)).score
    assert not torch.allclose(before, after)
