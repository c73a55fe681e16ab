"""Encoders that were trained alone, in a fusion of several."""

import pytest
import torch

from tritone.catalogue import find
from tritone.core.errors import ModelError
from tritone.core.task import Classes, Regression
from tritone.models.modality_transformer import ModalityTransformer

DIMS = {"text": 5, "audio": 3, "vision": 4}
FUSIONS = (
    "late_vote",
    "early_concat",
    "modality_attention",
    "sequence_fusion",
    "dynamic_weighting",
)


@pytest.fixture
def alone() -> ModalityTransformer:
    torch.manual_seed(7)
    return ModalityTransformer({"audio": 3}, Regression(), width=8)


@pytest.mark.parametrize("name", FUSIONS)
def test_an_encoder_that_was_trained_alone_reads_the_same_in_a_fusion(name, alone, batch):
    fusion = find("model", name)(DIMS, Classes(("a", "b")), width=8).eval()
    fusion.take_unimodal({"audio": alone})
    values = batch["audio"].values.nan_to_num(posinf=0.0)
    expected = alone.eval().read["audio"](values, batch["audio"].mask).vector
    torch.testing.assert_close(fusion.read["audio"](values, batch["audio"].mask).vector, expected)
    assert not fusion.frozen()


def test_the_vote_is_that_of_the_classifiers_that_were_trained_alone(alone, batch):
    """A0: each channel says what its own model said, not what a new classifier makes of it."""
    fusion = find("model", "late_vote")(DIMS, Regression(), width=8).eval()
    fusion.take_unimodal({"audio": alone}, freeze=True)
    torch.testing.assert_close(fusion(batch).parts["score_audio"], alone.eval()(batch).score)
    assert fusion.frozen() and not any(name.startswith("head.") for name in fusion.frozen())


def test_a_classifier_of_other_classes_has_no_vote(alone):
    fusion = find("model", "late_vote")(DIMS, Classes(("a", "b")), width=8)
    before = fusion.head["audio"].weight.clone()
    fusion.take_unimodal({"audio": alone})
    assert torch.equal(fusion.head["audio"].weight, before)


def test_a_state_dict_will_do_and_others_keep_their_weights(alone):
    fusion = find("model", "early_concat")(DIMS, Regression(), width=8)
    before = fusion.read["text"].project.weight.clone()
    fusion.take_unimodal({"audio": alone.state_dict()})
    assert torch.equal(fusion.read["audio"].project.weight, alone.read["audio"].project.weight)
    assert torch.equal(fusion.read["text"].project.weight, before)


def test_a_frozen_encoder_is_named_and_does_not_learn(alone, batch):
    fusion = find("model", "early_concat")(DIMS, Regression(), width=8)
    fusion.take_unimodal({"audio": alone}, freeze=True)
    fusion.losses(fusion(batch), batch)["task"].backward()
    still = {name for name, weight in fusion.named_parameters() if weight.grad is None}
    assert still == fusion.frozen()
    assert still == {f"read.audio.{name}" for name, _ in fusion.read["audio"].named_parameters()}


def test_a_channel_that_the_fusion_does_not_read_is_named(alone):
    fusion = find("model", "early_concat")({"text": 5}, Regression(), width=8)
    with pytest.raises(ModelError) as caught:
        fusion.take_unimodal({"audio": alone})
    assert str(caught.value) == "An encoder of audio was given; EarlyConcat reads text."


def test_an_encoder_of_another_shape_is_refused(alone):
    fusion = find("model", "early_concat")(DIMS, Regression(), width=12)
    with pytest.raises(ModelError) as caught:
        fusion.take_unimodal({"audio": alone})
    assert str(caught.value) == (
        "The encoder that was trained on audio does not fit: its project.weight is (8, 3), here "
        "it is (12, 3). Give both models the same width, depth and rows."
    )


def test_an_encoder_of_another_channel_is_refused(alone):
    fusion = find("model", "early_concat")(DIMS, Regression(), width=8)
    with pytest.raises(ModelError) as caught:
        fusion.take_unimodal({"text": alone})
    assert str(caught.value) == (
        "The encoder that was trained on text does not fit: its project.weight is absent, here "
        "it is (8, 5). Give both models the same width, depth and rows."
    )
