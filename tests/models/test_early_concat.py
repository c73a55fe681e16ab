"""A1: final hidden states end to end."""

import torch

from tritone.core.task import Regression
from tritone.models.early_concat import EarlyConcat

DIMS = {"text": 5, "audio": 3, "vision": 4}


def test_the_classifier_reads_the_vectors_end_to_end(batch):
    torch.manual_seed(0)
    model = EarlyConcat(DIMS, Regression(), width=8).eval()
    vectors = []
    for channel in DIMS:
        values = batch[channel].values.masked_fill(~batch[channel].mask.unsqueeze(2), 0.0)
        states = model.read[channel](values, batch[channel].mask).states
        vectors.append(states.sum(dim=1) / batch[channel].mask.sum(dim=1, keepdim=True))
    _, inner, _ = model.mix
    expected = model.head(inner(torch.cat(vectors, dim=1)).relu())
    torch.testing.assert_close(model(batch).score, expected)
