"""What TFR-Net must tell, and the gate over its rows."""

import torch
from torch.nn import functional

from tritone.core.batch import Batch
from tritone.core.task import Regression
from tritone.models.tfr_net import GatedReader, TFRNet

DIMS = {"text": 5, "audio": 3, "vision": 4}
SMALL = {"width": 4, "heads": 2, "depth": 1, "gate": 3, "post": 4}


def test_the_gate_keeps_the_largest_of_each_number() -> None:
    reader = GatedReader(3, 2)
    rows = torch.randn(1, 4, 3, generator=torch.Generator().manual_seed(0))
    states = reader.rnn.cell(rows[:, :3])[0]
    passed = torch.tanh(reader.value(states)) * torch.sigmoid(reader.gate(states))
    mask = torch.tensor([[True, True, True, False]])
    torch.testing.assert_close(reader(rows, mask), passed.amax(dim=1))


def test_only_hidden_rows_are_told(batch: Batch) -> None:
    """Smooth L1 of the hidden rows, by the weights of the paper."""
    model = TFRNet(DIMS, Regression(), **SMALL, rates=(1.0, 1.0)).eval()
    terms = model.losses(model(batch), batch)
    damaged, _ = model.chance.hide({m: model.track(batch, m) for m in DIMS}, (1.0, 1.0))
    rows = model.rows(damaged)
    for m, weight in {"text": 5, "audio": 2, "vision": 20}.items():
        mask = batch[m].mask
        told = model.tell[m](rows[m])[mask]
        error = functional.smooth_l1_loss(told, batch[m].values[mask])
        torch.testing.assert_close(terms[f"rebuild_{m}"], weight * error)


def test_a_batch_from_which_nothing_is_hidden_is_the_whole_one(batch: Batch) -> None:
    model = TFRNet(DIMS, Regression(), **SMALL, rates=(0.0, 0.0)).eval()
    terms = model.losses(model(batch), batch)
    torch.testing.assert_close(terms["damaged"], terms["task"])
    assert [terms[f"rebuild_{m}"].item() for m in DIMS] == [0.0, 0.0, 0.0]
