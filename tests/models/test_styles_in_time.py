"""THMM, RMFN, BiLSTM with attention and the dual stream: each against its steps, one by one."""

from itertools import product

import torch

from tritone.core.batch import Batch
from tritone.core.task import Regression
from tritone.models.bilstm_attention import BiLSTMAttention
from tritone.models.dual_stream import DualStream
from tritone.models.rmfn import RMFN, Multistage
from tritone.models.thmm import Emission, TrimodalHMM, forward_algorithm

DIMS = {"text": 5, "audio": 3, "vision": 4}


def test_the_forward_algorithm_counts_every_way() -> None:
    torch.manual_seed(0)
    heard = torch.randn(1, 3, 1, 2)
    start, move = torch.randn(1, 2).log_softmax(dim=1), torch.randn(1, 2, 2).log_softmax(dim=2)
    ways = [
        start[0, a]
        + heard[0, 0, 0, a]
        + move[0, a, b]
        + heard[0, 1, 0, b]
        + move[0, b, c]
        + heard[0, 2, 0, c]
        for a, b, c in product(range(2), repeat=3)
    ]
    said = forward_algorithm(heard, start, move)
    torch.testing.assert_close(said[0, 0], torch.stack(ways).logsumexp(dim=0))


def test_a_state_says_a_row_by_gaussians() -> None:
    torch.manual_seed(0)
    say, rows = Emission(3, 2, 4), torch.randn(1, 5, 3)
    with torch.no_grad():
        say.log_spread.copy_(torch.randn(2, 4, 3))
    normal = torch.distributions.Normal(say.centre, say.log_spread.exp())
    expected = normal.log_prob(rows[:, :, None, None]).sum(dim=4)
    common = 3 * torch.log(torch.tensor(2 * torch.pi)) / 2
    torch.testing.assert_close(say(rows) - common, expected)


def test_two_chains_span_a_scale(batch: Batch) -> None:
    model = TrimodalHMM(DIMS, Regression(-1, 1))
    said = model(batch)
    share = said.parts["likelihood"].softmax(dim=1)[:, :1]
    torch.testing.assert_close(said.score, 2 * share - 1)


def test_stages_highlight_fuse_and_sum_up() -> None:
    torch.manual_seed(0)
    stages, states = Multistage(6, 4, 2), torch.randn(1, 6)
    looked = stages.look(states)
    fused = stages.fuse(stages.light(looked[0]).softmax(dim=1) * states)
    looked = stages.look(states, looked)
    fused = stages.fuse(stages.light(looked[0]).softmax(dim=1) * states, fused)
    torch.testing.assert_close(stages(states), stages.sum_up(fused[0]).tanh())


def test_what_the_stages_leave_goes_into_the_next_step(batch: Batch) -> None:
    torch.manual_seed(0)
    model = RMFN({"text": 5}, Regression(), width=3, summary=2).eval()
    cell = model.cells["text"]
    for clip in range(4):
        state, summary = (torch.zeros(1, 3), torch.zeros(1, 3)), torch.zeros(1, 2)
        for row in batch["text"].values[clip, batch["text"].mask[clip]]:
            state = cell(torch.cat([row[None], summary], dim=1), state)
            summary = model.stages(state[0])
        torch.testing.assert_close(model(batch).parts["summary"][clip], summary[0])


def test_attention_over_time_is_over_both_directions(batch: Batch) -> None:
    torch.manual_seed(0)
    model = BiLSTMAttention({"audio": 3}, Regression(), width=4).eval()
    rows = batch["audio"].values[2, batch["audio"].mask[2]][None]
    (cell,) = (each for n, each in model.read.named_modules() if n == "audio.cell")
    states = cell(rows)[0]
    look = model.over_time["audio"]
    weights = look(states, torch.ones(rows.shape[:2], dtype=torch.bool))[1][0]
    said = model(batch).parts
    torch.testing.assert_close(said["attention_audio"][2, batch["audio"].mask[2]], weights)
    torch.testing.assert_close(said["fused"][2], model.mix((weights @ states[0])[None])[0])


def test_a_gate_shares_a_channel_among_its_streams(batch: Batch) -> None:
    torch.manual_seed(0)
    model = DualStream({"audio": 3}, Regression()).eval()
    track = batch["audio"]
    near, far = (read["audio"](track.values, track.mask).vector for read in (model.near, model.far))
    gate = model(batch).parts["gate_audio"]
    expected = model.mix(gate * near + (1 - gate) * far)
    torch.testing.assert_close(model(batch).parts["fused"], expected)
