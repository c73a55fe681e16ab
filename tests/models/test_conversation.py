"""Models of dialogues use the turns around a clip; those that read it alone cannot."""

from dataclasses import replace

import pytest
import torch

from tritone.catalogue import find
from tritone.core.batch import Batch, Track
from tritone.core.task import Classes

TASK = Classes(("no", "yes"))
TALKS, TURNS = 64, 5
MODELS = ("bc_lstm", "dialogue_rnn", "mmgcn", "mm_dfn")


def talks(seed: int) -> Batch:
    """Dialogues whose turns are labelled by what was said just before them."""
    rng = torch.Generator().manual_seed(seed)
    said = torch.randint(0, 2, (TALKS, TURNS), generator=rng)
    who = torch.randint(0, 2, (TALKS, TURNS), generator=rng)
    label = torch.cat([said[:, :1], said[:, :-1]], dim=1)
    count = TALKS * TURNS
    values = torch.nn.functional.one_hot(said.flatten(), 2).float().unsqueeze(1)
    tracks = {
        name: Track(values, torch.ones(count, 1, dtype=torch.bool), torch.zeros(count, 1, 2))
        for name in ("text", "audio")
    }
    return Batch(
        ids=tuple(str(clip) for clip in range(count)),
        tracks=tracks,
        target=label.flatten(),
        dialogues=tuple(f"talk{clip // TURNS}" for clip in range(count)),
        positions=torch.arange(count) % TURNS,
        speakers=tuple(f"s{one}" for one in who.flatten().tolist()),
    )


def learnt(name: str, train: Batch, held: Batch, *, steps: int = 80) -> float:
    """Accuracy on dialogues that the model has not seen."""
    torch.manual_seed(0)
    model = find("model", name)({"text": 2, "audio": 2}, TASK, dropout=0.0, width=32)
    optimiser = torch.optim.Adam(model.parameters(), 0.01)
    for _ in range(steps):
        optimiser.zero_grad()
        torch.stack(list(model.losses(model(train), train).values())).sum().backward()
        optimiser.step()
    model.eval()
    with torch.no_grad():
        assert held.target is not None
        return float((model(held).score.argmax(dim=1) == held.target).float().mean())


@pytest.mark.parametrize("name", ["bc_lstm", "dialogue_rnn"])
def test_the_turn_before_is_remembered(name: str) -> None:
    assert learnt(name, talks(0), talks(1)) > 0.9


@pytest.mark.parametrize("name", ["mmgcn", "mm_dfn"])
def test_a_graph_reads_text_in_its_order(name: str) -> None:
    assert learnt(name, talks(0), talks(1)) > 0.9


def test_a_model_of_single_clips_cannot_know_the_turn_before() -> None:
    assert learnt("concat_mlp", talks(0), talks(1)) < 0.7


@pytest.mark.parametrize("name", ["dialogue_rnn", "mmgcn", "mm_dfn"])
def test_who_speaks_matters_and_their_names_do_not(name: str) -> None:
    batch = talks(0)
    model = find("model", name)({"text": 2, "audio": 2}, TASK).eval()
    with torch.no_grad():
        score = model(batch).score
        renamed = model(replace(batch, speakers=tuple(f"z{who}" for who in batch.speakers))).score
        one_voice = model(replace(batch, speakers=("one",) * len(batch))).score
    torch.testing.assert_close(renamed, score)
    assert not torch.allclose(one_voice, score)


@pytest.mark.parametrize("name", MODELS)
def test_a_clip_in_no_dialogue_is_read_alone(name: str) -> None:
    batch = talks(0)
    alone = replace(batch, dialogues=(None,) * len(batch))
    model = find("model", name)({"text": 2, "audio": 2}, TASK).eval()
    with torch.no_grad():
        score = model(alone).score
    same = batch["text"].values[:, 0, 0] == batch["text"].values[0, 0, 0]
    torch.testing.assert_close(score[same], score[:1].expand_as(score[same]))
