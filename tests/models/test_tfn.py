"""Tensor fusion against the outer product written out, and its variants by hand."""

import pytest
import torch
from einops import einsum
from torch.nn import functional

from tritone.catalogue import find
from tritone.core.batch import Batch
from tritone.core.errors import ModelError
from tritone.core.task import Regression
from tritone.models.tfn import TensorFusion, blocks

DIMS = {"text": 5, "audio": 3, "vision": 4}
SMALL = {"width": 2, "hidden": 3, "post": 4}


def test_all_blocks_are_the_outer_product_with_ones() -> None:
    """Eq. 2 of Zadeh et al.: the same numbers, in another order."""
    rng = torch.Generator().manual_seed(0)
    t, a, v = (torch.randn(4, width, generator=rng) for width in (2, 3, 4))
    model = TensorFusion(DIMS, Regression(), **SMALL)
    ours = blocks({"text": t, "audio": a, "vision": v}, model.terms)
    ones = [functional.pad(vector, (1, 0), value=1.0) for vector in (t, a, v)]
    theirs = einsum(*ones, "b i, b j, b k -> b i j k").flatten(1)
    torch.testing.assert_close(ours.sort(dim=1).values, theirs.sort(dim=1).values)


def test_the_order_of_a_block_is_that_of_its_modalities() -> None:
    vectors = {"text": torch.tensor([[1.0, 2.0]]), "audio": torch.tensor([[3.0, 5.0]])}
    assert blocks(vectors, [(), ("audio",), ("text", "audio")]).tolist() == [
        [1.0, 3.0, 5.0, 3.0, 5.0, 6.0, 10.0]
    ]


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("tfn", 27),
        ("tfn_language", 2),
        ("tfn_acoustic", 2),
        ("tfn_visual", 2),
        ("tfn_bimodal", 12),
        ("tfn_trimodal", 8),
        ("tfn_notrimodal", 18),
        ("tfn_early", 6),
    ],
)
def test_a_variant_keeps_its_part_of_the_tensor(name: str, size: int) -> None:
    """Of (1 + 2) ** 3 numbers: 1, three times 2, three times 4, and 8."""
    model = find("model", name)(DIMS, Regression(), **SMALL)
    assert model.mix[1].in_features == size


@pytest.mark.parametrize(
    ("name", "modality"),
    [("tfn_language", "text"), ("tfn_acoustic", "audio"), ("tfn_visual", "vision")],
)
def test_a_variant_of_one_modality_reads_no_other(name: str, modality: str, batch: Batch) -> None:
    alone = find("model", name)({modality: DIMS[modality]}, Regression()).eval()
    among = find("model", name)(DIMS, Regression()).eval()
    among.load_state_dict(alone.state_dict())
    torch.testing.assert_close(alone(batch).score, among(batch).score)


def test_the_score_keeps_to_the_scale_of_the_task(batch: Batch) -> None:
    model = TensorFusion(DIMS, Regression(-1, 1), **SMALL).eval()
    for weight in model.parameters():
        torch.nn.init.constant_(weight, 5.0)
    assert model(batch).score.abs().max() <= 1


def test_two_modalities_are_enough(batch: Batch) -> None:
    two = {"text": 5, "vision": 4}
    assert TensorFusion(two, Regression(), **SMALL)(batch).score.shape == (4, 1)


def test_the_products_of_two_need_two() -> None:
    with pytest.raises(ModelError) as caught:
        find("model", "tfn_bimodal")({"text": 5}, Regression())
    assert str(caught.value) == (
        "TensorBimodal keeps products of two modalities, and reads only text. Give it a store "
        "with another modality."
    )


def test_a_variant_without_its_modality_says_so() -> None:
    with pytest.raises(ModelError) as caught:
        find("model", "tfn_language")({"audio": 3, "vision": 4}, Regression())
    assert str(caught.value) == (
        "TFN of text is built around text, and reads audio, vision. Give it a store with text, "
        "or name another modality."
    )
