"""The unimodal baselines of S003, each against its layers applied one by one."""

from dataclasses import replace

import pytest
import torch
from torch.nn import functional

from tritone.catalogue import find
from tritone.core.batch import Batch
from tritone.core.errors import ModelError
from tritone.core.task import Regression
from tritone.models.adieu_net import AdieuNet
from tritone.models.cnn3d import FaceCNN3D
from tritone.models.cnn_lstm import FaceCNNLSTM
from tritone.models.hl_rnn import HighLevelRNN
from tritone.models.lstm_fa import FacialLSTM
from tritone.models.pictures import pictures_of, shape_of
from tritone.models.ser_lstm import SpectrogramLSTM

DIMS = {"text": 5, "audio": 3, "vision": 4}
READS = {
    "hl_rnn": "audio",
    "adieu_net": "audio",
    "ser_lstm": "audio",
    "cnn3d": "vision",
    "cnn_lstm": "vision",
    "lstm_fa": "vision",
}


@pytest.mark.parametrize("name", READS)
def test_only_its_own_channel_is_read(name: str, batch: Batch) -> None:
    alone = find("model", name)({READS[name]: DIMS[READS[name]]}, Regression()).eval()
    among = find("model", name)(DIMS, Regression()).eval()
    among.load_state_dict(alone.state_dict())
    torch.testing.assert_close(among(batch).score, alone(batch).score)


@pytest.mark.parametrize("name", READS)
def test_a_store_without_the_channel_is_refused(name: str) -> None:
    with pytest.raises(ModelError, match=f"is built around {READS[name]}, and reads text."):
        find("model", name)({"text": 5}, Regression())


def clips(batch: Batch, modality: str) -> list[torch.Tensor]:
    """The real rows of each clip."""
    return [batch[modality].values[i, batch[modality].mask[i]] for i in range(len(batch))]


def test_hl_rnn_averages_the_states_of_its_lstm(batch: Batch) -> None:
    model = HighLevelRNN(DIMS, Regression(), width=3).eval()
    states = [model.rnn.cell(rows[None])[0][0].mean(dim=0) for rows in clips(batch, "audio")]
    torch.testing.assert_close(model(batch).score, model.head(torch.stack(states)))


def test_lstm_fa_reads_a_row_in_six(batch: Batch) -> None:
    model = FacialLSTM(DIMS, Regression(), width=3).eval()
    last = [model.rnn.cell(rows[None, ::6])[0][0, -1] for rows in clips(batch, "vision")]
    torch.testing.assert_close(model(batch).score, model.head(torch.stack(last)))
    assert max(len(rows) for rows in clips(batch, "vision")) > 6


def test_ser_lstm_is_convolutions_on_a_spectrogram_and_an_lstm(batch: Batch) -> None:
    model = SpectrogramLSTM(DIMS, Regression(), channels=(2, 3), width=3).eval()
    last = []
    for rows in clips(batch, "audio"):
        picture = rows[None, None]
        for convolve in model.convolve:
            picture = functional.max_pool2d(convolve(picture).relu(), (1, 2), ceil_mode=True)
        # Three bands become two, and then one.
        last.append(model.rnn.cell(picture[0, :, :, 0].T[None])[0][0, -1])
    torch.testing.assert_close(model(batch).score, model.head(torch.stack(last)))


def test_adieu_net_hears_samples_end_to_end(batch: Batch) -> None:
    model = AdieuNet(DIMS, Regression(), filters=4, together=2, short=5, long=7, width=3).eval()
    last = []
    for rows in clips(batch, "audio"):
        heard = model.short(rows.flatten()[None, None]).relu().reshape(4, len(rows), 3)
        # Three samples of a row become two: the larger of the first two, and the third.
        heard = torch.stack([heard[..., :2].amax(dim=2), heard[..., 2]], dim=2)
        heard = model.long(heard.flatten(1)[None]).relu().reshape(2, 2, len(rows), 2).amax(dim=1)
        read = model.rnn.cell(heard.permute(1, 0, 2).flatten(1)[None])[0][0]
        last.append(torch.cat([read[-1, :3], read[0, 3:]]))
    torch.testing.assert_close(model(batch).score, model.head(torch.stack(last)))


def test_cnn_lstm_sees_face_by_face(batch: Batch) -> None:
    model = FaceCNNLSTM(DIMS, Regression(), channels=(2, 3), width=3).eval()
    last = []
    for rows in clips(batch, "vision"):
        faces = functional.layer_norm(rows, (4,)).reshape(-1, 1, 2, 2)
        for convolve in model.convolve:
            faces = functional.max_pool2d(convolve(faces).relu(), 2, ceil_mode=True)
        last.append(model.rnn.cell(faces[None, :, :, 0, 0])[0][0, -1])
    torch.testing.assert_close(model(batch).score, model.head(torch.stack(last)))


def test_cnn3d_sees_time_as_well(batch: Batch) -> None:
    model = FaceCNN3D(DIMS, Regression(), channels=(2, 3)).eval()
    fused = []
    for rows in clips(batch, "vision"):
        film = functional.layer_norm(rows, (4,)).reshape(1, 1, -1, 2, 2)
        for convolve in model.convolve:
            film = functional.max_pool3d(convolve(film).relu(), (1, 2, 2), ceil_mode=True)
        fused.append(film[0, :, :, 0, 0].mean(dim=1))
    torch.testing.assert_close(model(batch).score, model.head(torch.stack(fused)))


def test_pictures_and_rows_of_pixels_are_read_alike(batch: Batch) -> None:
    model = FaceCNNLSTM({"vision": 4}, Regression()).eval()
    track = batch["vision"]
    square = replace(track, values=track.values.reshape(4, -1, 2, 2))
    torch.testing.assert_close(
        pictures_of(model, Batch(batch.ids, {"vision": square}), "vision"),
        pictures_of(model, Batch(batch.ids, {"vision": track}), "vision"),
    )


@pytest.mark.parametrize(
    ("dim", "shape"), [(4, (2, 2)), (8, (2, 4)), (7, (1, 7)), (2304, (48, 48))]
)
def test_a_row_of_pixels_is_as_near_to_a_square_as_it_can_be(
    dim: int, shape: tuple[int, int]
) -> None:
    assert shape_of(dim) == shape
