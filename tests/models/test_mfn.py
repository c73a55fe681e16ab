"""Memory fusion against one step written out by hand."""

import torch

from tritone.core.batch import Batch
from tritone.core.task import Regression
from tritone.models.mfn import GatedMemory, MemoryFusion, Views
from tritone.models.subnets import read_tracks

DIMS = {"text": 5, "audio": 3, "vision": 4}
SMALL = {"width": 2, "memory": 3, "attention": 4, "proposal": 5, "gate": 6, "post": 7}


def test_a_step_of_the_memory_by_hand() -> None:
    """u = sigmoid(G1 [a; u]) u + sigmoid(G2 [a; u]) tanh(D a), eq. 6-9."""
    memory = GatedMemory(2, 3, proposal=4, gate=5, dropout=0.0)
    shown, before = torch.tensor([[0.5, -1.0]]), torch.tensor([[0.1, 0.2, -0.3]])
    both = torch.tensor([[0.5, -1.0, 0.1, 0.2, -0.3]])

    def layers(net: torch.nn.Module, rows: torch.Tensor) -> torch.Tensor:
        first, second = net[0], net[3]
        return (rows @ first.weight.T + first.bias).relu() @ second.weight.T + second.bias

    keep, take = (torch.sigmoid(layers(gate, both)) for gate in memory.gates)
    expected = keep * before + take * torch.tanh(layers(memory.propose, shown))
    torch.testing.assert_close(memory(shown, before, torch.tensor([True])), expected)


def test_a_step_without_rows_leaves_the_memory_as_it_was() -> None:
    memory = GatedMemory(2, 3, proposal=4, gate=5, dropout=0.0)
    before = torch.tensor([[0.1, 0.2, -0.3]])
    assert memory(torch.ones(1, 2), before, torch.tensor([False])).tolist() == before.tolist()


def test_the_views_are_plain_lstms(batch: Batch) -> None:
    """Each cell run over a clip's real rows alone ends in the same state."""
    model = MemoryFusion(DIMS, Regression(), **SMALL)
    last, before, after, _ = model.watch.views(read_tracks(model, batch))
    for clip in range(len(batch)):
        for place, modality in enumerate(DIMS):
            here = slice(2 * place, 2 * place + 2)
            state = cell = torch.zeros(1, 2)
            for step, row in enumerate(batch[modality].values[clip][batch[modality].mask[clip]]):
                torch.testing.assert_close(before[clip, step, here], cell[0])
                state, cell = model.watch.views.cells[modality](row[None], (state, cell))
                torch.testing.assert_close(after[clip, step, here], cell[0])
            torch.testing.assert_close(last[clip, here], state[0])


def test_the_attention_sees_the_cells_before_and_after(batch: Batch) -> None:
    """The memory after the first step of all, from the formulas of the paper."""
    model = MemoryFusion({"audio": 3}, Regression(), **SMALL).eval()
    first = batch["audio"].values[:, :1], batch["audio"].mask[:, :1], batch["audio"].spans[:, :1]
    one = Batch(batch.ids, {"audio": type(batch["audio"])(*first)})
    _, cell = model.watch.views.cells["audio"](batch["audio"].values[:, 0])
    cells = torch.cat([torch.zeros_like(cell), cell], dim=1)
    attended = torch.softmax(model.watch.attend(cells), dim=1) * cells
    expected = model.watch.memory(attended, torch.zeros(4, 3), torch.ones(4, dtype=torch.bool))
    torch.testing.assert_close(model(one).parts["memory"], expected)


def test_views_of_a_missing_modality_stay_at_zero(batch: Batch) -> None:
    views = Views({"audio": 3}, 2)
    track = batch["audio"]
    gone = type(track)(torch.zeros_like(track.values), track.mask & False, track.spans)
    last, _, _, stepped = views({"audio": gone})
    assert not last.any() and not stepped.any()
