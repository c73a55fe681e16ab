"""ITIN, HCIL, MSFNet, MultiSentiNet and CoMN in their style: each against its own formula."""

from dataclasses import replace

import pytest
import torch
from torch.nn import functional

from tritone.core.batch import Batch
from tritone.core.errors import ModelError
from tritone.core.task import Regression
from tritone.layers.contrastive import grouped_contrast
from tritone.models.comn import CoMN
from tritone.models.hcil import HCIL
from tritone.models.itin import GatedAlignment
from tritone.models.msfnet import MSFNet
from tritone.models.multi_sentinet import MultiSentiNet

DIMS = {"text": 5, "audio": 3, "vision": 4}


def test_a_row_goes_with_the_words_that_are_near_it() -> None:
    torch.manual_seed(0)
    align, rows, words = GatedAlignment(3, 4.0), torch.randn(1, 2, 3), torch.randn(1, 5, 3)
    masks = torch.ones(1, 2, dtype=torch.bool), torch.ones(1, 5, dtype=torch.bool)
    pairs, gate = align(rows, masks[0], words, masks[1])
    row, word = align.row(rows[0]), align.word(words[0])
    weights = (4 * functional.normalize(row) @ functional.normalize(word).T).softmax(dim=1)
    said = weights @ word
    expected = (row * said).sum(dim=1).sigmoid()
    torch.testing.assert_close(gate[0], expected)
    joined = align.join(torch.cat([row, said], dim=1)).relu()
    torch.testing.assert_close(pairs[0], expected[:, None] * joined)


def test_clips_of_one_group_are_contrasted_with_all_others() -> None:
    torch.manual_seed(0)
    rows, group = torch.randn(4, 3), torch.tensor([0, 0, 1, 2])
    near = torch.cosine_similarity(rows[:, None], rows[None], dim=2) / 0.5
    first = near[0, [1, 2, 3]].logsumexp(dim=0) - near[0, 1]
    second = near[1, [0, 2, 3]].logsumexp(dim=0) - near[1, 0]
    said = grouped_contrast(rows, rows, group, torch.ones(4, dtype=torch.bool), temperature=0.5)
    torch.testing.assert_close(said, (first + second) / 2)
    assert grouped_contrast(rows, rows, torch.arange(4), torch.ones(4, dtype=torch.bool)) == 0


def test_hcil_has_three_contrasts(batch: Batch) -> None:
    model = HCIL(DIMS, Regression(), inter=0.0).eval()
    terms = model.losses(model(batch), batch)
    assert list(terms) == ["task", "intra", "hybrid", "inter"]
    assert terms["intra"] > 0 and terms["hybrid"] > 0 and terms["inter"] == 0


def test_a_kernel_of_one_sees_each_row_alone(batch: Batch) -> None:
    torch.manual_seed(0)
    model = MSFNet({"text": 5}, Regression(), kernels=(1,), width=6).eval()
    (weight,) = (w for n, w in model.scales.named_parameters() if n.endswith("inner.weight"))
    seen = []
    for values, mask in zip(batch["text"].values, batch["text"].mask, strict=True):
        seen.append((values[mask] @ weight[:, :, 0].T).relu().amax(dim=0))
    expected = model.mix(model.fuse[0](torch.stack(seen)))
    torch.testing.assert_close(model(batch).parts["fused"], expected)
    torch.testing.assert_close(model(batch).parts["scales"], torch.ones(4, 1))


def test_even_kernels_are_refused() -> None:
    with pytest.raises(ModelError) as caught:
        MSFNet(DIMS, Regression(), kernels=(2, 3))
    assert str(caught.value) == "MSFNet takes odd kernels, such as 1, 3, 5; got [2, 3]."


def test_what_is_seen_changes_which_words_are_read(batch: Batch) -> None:
    torch.manual_seed(0)
    model = MultiSentiNet({"text": 5, "vision": 4}, Regression()).eval()
    seen = model(batch).parts["attention_vision"]
    blank = replace(batch["vision"], mask=batch["vision"].mask & False)
    dark = model(replace(batch, tracks={**batch.tracks, "vision": blank}))
    torch.testing.assert_close(seen.sum(dim=1), torch.ones(4))
    assert not torch.allclose(seen, dark.parts["attention_vision"])


def test_a_memory_is_read_by_the_other_channel(batch: Batch) -> None:
    torch.manual_seed(0)
    model = CoMN({"text": 5, "audio": 3}, Regression(), hops=1, encoders="mean").eval()
    states = {
        m: [
            model.read[m](t.values[i : i + 1], t.mask[i : i + 1]).states[0][t.mask[i]]
            for i in range(4)
        ]
        for m, t in batch.tracks.items()
        if m != "vision"
    }
    (look,) = (each for n, each in model.hops.named_modules() if n == "0.text")
    guide = states["audio"][2].mean(dim=0, keepdim=True)
    rows = states["text"][2][None]
    expected = look(rows, torch.ones(rows.shape[:2], dtype=torch.bool), guide)[1][0]
    said = model(batch).parts["attention_text"][2]
    torch.testing.assert_close(said[batch["text"].mask[2]], expected)
