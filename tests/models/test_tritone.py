"""How the default model weighs its channels: laws of the pool, and of the branches."""

import math

import pytest
import torch

from tritone.core.batch import Batch, Prediction, Tokens, Track
from tritone.core.labels import EMOTIONS, SENTIMENTS
from tritone.models.branches import FaceBranch, restricted_cross_entropy
from tritone.models.tritone import Opinion, TritoneModel, lend
from tritone.models.voice import VoiceBranch

TINY = {
    "text": {
        "hidden_size": 8,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "intermediate_size": 8,
    },
    "voice": {"readers": 2, "hidden": 4},
    "face": {"widths": (3, 4), "depth": 1},
}
YES = torch.tensor([True])
NO = torch.tensor([False])


@pytest.fixture
def model() -> TritoneModel:
    torch.manual_seed(0)
    return TritoneModel({"text": 30, "audio": 9, "vision": 12}, **TINY).eval()


def opinion(shares: list[float], emotions: list[float] | None = None) -> Opinion:
    even = [1 / len(EMOTIONS)] * len(EMOTIONS)
    return Opinion(
        torch.tensor([emotions or even]).log(),
        torch.tensor([shares]).log(),
        Prediction(torch.zeros(1, len(EMOTIONS))),
    )


def fused(model, opinions, **present):
    flags = {m: present.get(m, YES) for m in opinions}
    return model.combine(opinions, flags)


def test_one_channel_alone_is_the_answer(model):
    shares = [0.1, 0.2, 0.7]
    answer = fused(model, {"text": opinion(shares)})
    torch.testing.assert_close(answer.score.exp(), torch.tensor([shares]))
    torch.testing.assert_close(answer.parts["valence"], torch.tensor([0.6]))


def test_a_channel_that_knows_nothing_changes_nothing(model):
    sure, blank = opinion([0.1, 0.2, 0.7]), opinion([1 / 3] * 3)
    alone = fused(model, {"text": sure})
    both = fused(model, {"text": sure, "audio": blank})
    torch.testing.assert_close(both.score, alone.score, atol=1e-5, rtol=1e-5)


def test_a_channel_that_is_absent_changes_nothing(model):
    sure, other = opinion([0.1, 0.2, 0.7]), opinion([0.9, 0.05, 0.05])
    alone = fused(model, {"text": sure})
    both = fused(model, {"text": sure, "vision": other}, vision=NO)
    torch.testing.assert_close(both.score, alone.score)


def test_an_unsure_channel_weighs_less_than_a_sure_one(model):
    positive = opinion([0.05, 0.05, 0.9])
    unsure = fused(model, {"text": positive, "audio": opinion([0.4, 0.35, 0.25])})
    sure = fused(model, {"text": positive, "audio": opinion([0.9, 0.05, 0.05])})
    assert unsure.parts["valence"] > 0.7
    assert sure.parts["valence"].abs() < 0.01


def test_two_that_agree_are_surer_than_one_but_less_than_independent_ones(model):
    said = opinion([0.1, 0.2, 0.7])
    one = fused(model, {"text": said}).score.exp()[0, 2]
    two = fused(model, {"text": said, "audio": said}).score.exp()[0, 2]
    independent = 0.7**2 / (0.1**2 + 0.2**2 + 0.7**2)
    assert one < two < independent


def test_nobody_present_gives_the_even_prior(model):
    answer = fused(model, {"text": opinion([0.1, 0.2, 0.7])}, text=NO)
    torch.testing.assert_close(answer.score.exp(), torch.full((1, 3), 1 / 3))
    torch.testing.assert_close(answer.parts["valence"], torch.tensor([model.prior_valence]))


def test_the_order_of_the_channels_does_not_matter(model):
    one, two = opinion([0.2, 0.2, 0.6]), opinion([0.5, 0.3, 0.2])
    a = fused(model, {"text": one, "audio": two})
    b = fused(model, {"audio": two, "text": one})
    torch.testing.assert_close(a.score, b.score)


def test_no_single_channel_has_a_veto(model):
    never = opinion([1e-30, 0.5, 0.5])
    others = {"text": opinion([0.98, 0.01, 0.01]), "audio": opinion([0.98, 0.01, 0.01])}
    answer = fused(model, {**others, "vision": never})
    assert answer.score.isfinite().all()


def test_an_emotion_never_learned_borrows_from_its_kin():
    shares = torch.full((1, len(EMOTIONS)), 0.125)
    shares[0, EMOTIONS.index("calm")] = 0.0
    lent = lend(shares.log())
    expected = math.log(0.125 * 0.2)
    assert lent[0, EMOTIONS.index("calm")].item() == pytest.approx(expected)
    assert torch.equal(lent[0, 2:], shares.log()[0, 2:])


def test_a_corpus_does_not_teach_the_classes_it_lacks():
    logits = torch.zeros(1, len(EMOTIONS), requires_grad=True)
    classes = torch.tensor([[name != "calm" for name in EMOTIONS]])
    target = torch.tensor([[float(name == "joy") for name in EMOTIONS]])
    restricted_cross_entropy(logits, target, classes, YES).backward()
    assert logits.grad is not None
    assert logits.grad[0, EMOTIONS.index("calm")] == 0
    assert logits.grad[0, EMOTIONS.index("joy")] < 0


def test_a_row_without_a_label_teaches_nothing():
    logits = torch.zeros(2, 3, requires_grad=True)
    target = torch.tensor([[torch.nan] * 3, [0.0, 0.0, 1.0]])
    everything = torch.ones(2, 3, dtype=torch.bool)
    known = torch.tensor([True, True])
    restricted_cross_entropy(logits, target, everything, known).backward()
    assert logits.grad is not None
    assert not logits.grad[0].any()
    assert logits.grad[1].any()


def test_loudness_changes_nothing_for_the_voice():
    torch.manual_seed(0)
    branch = VoiceBranch(9, readers=2, hidden=4).eval()
    mel, mask = torch.randn(2, 11, 9), torch.ones(2, 11, dtype=torch.bool)
    spans = torch.zeros(2, 11, 2)
    quiet = Batch(("a", "b"), {"audio": Track(mel, mask, spans)})
    louder = torch.cat([mel[..., :-1] + 3.0, mel[..., -1:]], dim=2)
    loud = Batch(("a", "b"), {"audio": Track(louder, mask, spans)})
    torch.testing.assert_close(branch(loud).score, branch(quiet).score, atol=1e-4, rtol=1e-4)


def test_light_and_contrast_change_nothing_for_the_face():
    torch.manual_seed(0)
    branch = FaceBranch(widths=(3, 4), depth=1).eval()
    faces, mask = torch.rand(2, 1, 12, 12) * 100, torch.ones(2, 1, dtype=torch.bool)
    spans = torch.zeros(2, 1, 2)
    dark = Batch(("a", "b"), {"vision": Track(faces, mask, spans)})
    bright = Batch(("a", "b"), {"vision": Track(faces * 1.5 + 40, mask, spans)})
    torch.testing.assert_close(branch(bright).score, branch(dark).score, atol=1e-4, rtol=1e-4)


def test_parts_say_what_each_clip_feels(model):
    batch = Batch(
        ("a",),
        {
            "text": Track(torch.zeros(1, 2, 1), torch.ones(1, 2, dtype=torch.bool), NOWHERE),
            "audio": Track(torch.randn(1, 2, 9), torch.ones(1, 2, dtype=torch.bool), NOWHERE),
            "vision": Track(torch.rand(1, 2, 12, 12), torch.ones(1, 2, dtype=torch.bool), NOWHERE),
        },
        tokens=Tokens(torch.tensor([[3, 4]]), torch.ones(1, 2, dtype=torch.bool)),
    )
    prediction = model(batch)
    assert prediction.score.shape == (1, len(SENTIMENTS))
    torch.testing.assert_close(prediction.parts["emotions"].sum(dim=1), torch.ones(1))
    assert -1 <= prediction.parts["valence"].item() <= 1


NOWHERE = torch.full((1, 2, 2), torch.nan)
