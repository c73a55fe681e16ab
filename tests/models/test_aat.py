"""AAT against its parts, one channel at a time, and what it cuts off."""

from dataclasses import replace

import pytest
import torch

from tritone.core.batch import Batch
from tritone.core.errors import ModelError
from tritone.core.task import Classes, Regression
from tritone.models.aat import AudioAndText

DIMS = {"text": 5, "audio": 3}
SMALL = {"net": "small", "width": 4, "text_width": 3}


def test_the_score_is_a_layer_over_both_vectors(batch: Batch) -> None:
    torch.manual_seed(0)
    model = AudioAndText(DIMS, Regression(), **SMALL).eval()
    vectors = []
    for clip in range(len(batch)):
        words = batch["text"].values[clip, batch["text"].mask[clip]]
        sound = batch["audio"].values[clip, batch["audio"].mask[clip]].unsqueeze(0)
        grid, real = model.net(sound, torch.ones(sound.shape[:2], dtype=torch.bool))
        heard, _ = model.summary(grid, real)
        vectors.append(torch.cat([model.text(words.mean(dim=0)), heard[0]]))
    torch.testing.assert_close(model(batch).score, model.head(torch.stack(vectors)))


def test_table_3_stands_in_the_defaults() -> None:
    model = AudioAndText({"text": 768, "audio": 257}, Classes(tuple("abcdefghij")))
    assert (model.time_dim, model.dropout.p) == (750, 0.4)
    assert model.text.out_features == model.net.stages[-1].convolve.out_channels == 256
    assert model.summary.pool.sharpness == 0.3
    assert model.net.stages[0].norm.size is None
    assert model.head.weight.shape == (10, 512)


@pytest.mark.parametrize("net", ["alexnet", "small"])
@pytest.mark.parametrize("summary", ["attention", "linear"])
@pytest.mark.parametrize("dims", [{"text": 5}, {"audio": 3}, DIMS], ids="+".join)
def test_either_channel_will_do(dims, net, summary, batch: Batch) -> None:
    model = AudioAndText(dims, Regression(), net=net, summary=summary, width=4, time_dim=20)
    said = model(batch)
    assert said.score.shape == (4, 1)
    model.losses(said, batch)["task"].backward()
    assert all(w.grad is not None and w.grad.isfinite().all() for w in model.parameters())


@pytest.mark.parametrize("summary", ["attention", "linear"])
def test_a_long_clip_is_cut_and_the_rows_are_counted(summary, batch: Batch) -> None:
    model = AudioAndText(DIMS, Regression(), **SMALL, summary=summary, time_dim=4).eval()
    track = batch["audio"]
    assert track.mask.sum(dim=1).tolist() == [2, 5, 8, 2]
    assert model(batch).parts["cut"].tolist() == [0, 1, 4, 0]
    mask = track.mask.clone()
    mask[:, 4:] = False
    short = replace(batch, tracks={**batch.tracks, "audio": replace(track, mask=mask)})
    torch.testing.assert_close(model(short).score, model(batch).score)


def test_attention_looks_at_real_places_only(batch: Batch) -> None:
    weights = AudioAndText(DIMS, Regression(), **SMALL).eval()(batch).parts["attention"]
    torch.testing.assert_close(weights.sum(dim=(1, 2)), torch.ones(4))


@pytest.mark.parametrize(
    ("dims", "options", "message"),
    [
        ({"vision": 4}, {}, "AAT reads text and audio, and there is vision. Give it a store with "
         "one of them."),
        (DIMS, {"time_dim": 0}, "AAT reads at least one row of audio; time_dim is 0."),
        (DIMS, {"net": "vgg"}, "net is 'vgg'; take alexnet or small."),
        (DIMS, {"summary": "sum"}, "summary is 'sum'; take attention or linear."),
        (DIMS, {"lrn_mode": "none"}, "lrn_mode is 'none'; take full or half or single."),
    ],
)  # fmt: skip
def test_what_cannot_be_built_is_refused(dims, options, message: str) -> None:
    with pytest.raises(ModelError) as caught:
        AudioAndText(dims, Regression(), **options)
    assert str(caught.value) == message
