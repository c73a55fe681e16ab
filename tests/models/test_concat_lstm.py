"""Concatenation read by an LSTM, step by step."""

import torch

from tritone.core.batch import Batch, Track
from tritone.core.task import Regression
from tritone.models.concat_lstm import ConcatLSTM


def test_aligned_rows_go_side_by_side_into_the_lstm():
    torch.manual_seed(0)
    mask, times = torch.ones(1, 3, dtype=torch.bool), torch.full((1, 3, 2), torch.nan)
    tracks = {"text": torch.randn(1, 3, 5), "audio": torch.randn(1, 3, 3)}
    batch = Batch(("clip",), {m: Track(v, mask, times) for m, v in tracks.items()})
    model = ConcatLSTM({"text": 5, "audio": 3}, Regression(), width=4, steps=3).eval()
    rows = torch.cat([model.read[m](v, batch[m].mask).states for m, v in tracks.items()], dim=2)
    _, (last, _) = model.lstm.cell(rows)
    torch.testing.assert_close(model(batch).score, model.head(last[-1]))
