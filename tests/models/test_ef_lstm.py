"""Early fusion against an LSTM that reads each clip by itself."""

import torch

from tritone.core.batch import Batch
from tritone.core.task import Regression
from tritone.models.ef_lstm import EarlyFusionLSTM

DIMS = {"text": 5, "audio": 3, "vision": 4}


def test_early_fusion_is_one_lstm_over_joined_rows(batch: Batch) -> None:
    model = EarlyFusionLSTM(DIMS, Regression(), hidden=3, depth=2).eval()
    for clip in range(len(batch)):
        lengths = {m: int(batch[m].mask[clip].sum()) for m in DIMS}
        rows = torch.zeros(max(lengths.values()), sum(DIMS.values()))
        column = 0
        for modality, dim in DIMS.items():
            real = batch[modality].values[clip, : lengths[modality]]
            rows[: len(real), column : column + dim] = real
            column += dim
        state = model.rnn.cell(model.norm(rows).unsqueeze(0))[0][0, -1]
        torch.testing.assert_close(model(batch).parts["fused"][clip], model.mix(state).relu())


def test_padding_does_not_move_the_norm(batch: Batch) -> None:
    model = EarlyFusionLSTM(DIMS, Regression(), hidden=3, depth=1)
    model(batch)
    seen = torch.cat([batch["audio"].values[batch["audio"].mask], torch.zeros(0, 3)])
    longest = torch.stack([batch[m].mask.sum(dim=1) for m in DIMS]).amax(dim=0).sum()
    expected = 0.1 * seen.sum(dim=0) / longest
    torch.testing.assert_close(model.norm.running_mean[5:8], expected)
