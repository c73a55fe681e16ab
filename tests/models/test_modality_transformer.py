"""S000's unimodal model, layer by layer."""

import torch
from torch import nn

from tritone.core.task import Classes, Regression
from tritone.layers.positions import sinusoidal
from tritone.models.modality_transformer import ModalityTransformer

TASK = Classes(("down", "level", "up"))


def test_one_channel_is_the_model_of_the_paper(make_batch):
    torch.manual_seed(0)
    batch = make_batch(rows={"text": (5,)}, clips=1, task=TASK)
    model = ModalityTransformer({"text": 5}, TASK, width=8, heads=2).eval()
    reader = model.read["text"]
    stack = nn.TransformerEncoder(
        nn.TransformerEncoderLayer(8, 2, 32, batch_first=True), 2, enable_nested_tensor=False
    ).eval()
    stack.layers.load_state_dict(reader.encoder.layers.state_dict())
    rows = batch["text"].values[batch["text"].mask].unsqueeze(0)
    states = stack(reader.project(rows) + sinusoidal(rows.shape[1], 8))
    logits = model.head["text"](states.mean(dim=1))
    said = model(batch)
    torch.testing.assert_close(said.parts["score_text"], logits)
    torch.testing.assert_close(said.score.softmax(dim=1), logits.softmax(dim=1))


def test_several_channels_are_averaged_and_learn_apart(make_batch):
    torch.manual_seed(0)
    batch = make_batch(task=Regression())
    model = ModalityTransformer({"text": 5, "audio": 3}, Regression(), width=8).eval()
    said = model(batch)
    mean = (said.parts["score_text"] + said.parts["score_audio"]) / 2
    torch.testing.assert_close(said.score, mean)
    losses = model.losses(said, batch)
    assert list(losses) == ["text", "audio"]
    losses["text"].backward()
    assert all(weight.grad is None for weight in model.read["audio"].parameters())
    assert model.head["text"].weight.grad is not None
