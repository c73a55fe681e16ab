"""Late fusion against its layers applied one by one."""

import torch

from tritone.core.batch import Batch
from tritone.core.task import Regression
from tritone.layers.pooling import masked_mean
from tritone.models.lf_dnn import LateFusionDNN

DIMS = {"text": 5, "audio": 3, "vision": 4}


def test_late_fusion_is_readers_then_three_layers(batch: Batch) -> None:
    model = LateFusionDNN(DIMS, Regression(), width=3, post=4).eval()
    text = model.read["text"]
    vectors = [text.out(text.rnn(batch["text"].values, batch["text"].mask)[1])]
    for modality in ("audio", "vision"):
        read, track = model.read[modality], batch[modality]
        vectors.append(read.layers(read.norm(masked_mean(track.values, track.mask))))
    first, second = model.mix[1], model.mix[4]
    fused = second(first(torch.cat(vectors, dim=1)).relu()).relu()
    torch.testing.assert_close(model(batch).score, model.head(fused))
