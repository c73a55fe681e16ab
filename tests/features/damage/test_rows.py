"""Damage to rows: it repeats, it nests, and it leaves alone what it is not for."""

import math
from dataclasses import replace

import pytest
import torch

from tritone.core.batch import Sample, Track
from tritone.core.collate import missing_track
from tritone.core.errors import RecipeError, UnknownName
from tritone.features.damage.names import damage
from tritone.features.damage.rows import Damage, DropBlock, DropModality, DropRows, KeepOnly, Noise

RATES = (0.0, 0.1, 0.3, 0.7, 1.0)
NAMES = ("text", "audio", "vision")


def track(count: int, width: int, scale: float = 1.0) -> Track:
    values = scale * torch.randn(count, width, generator=torch.Generator().manual_seed(width))
    edges = torch.arange(count + 1) / 10
    mask = torch.ones(count, dtype=torch.bool)
    mask[count // 2] = False
    return Track(values, mask, torch.stack([edges[:-1], edges[1:]], dim=1))


def sample(id: str = "a") -> Sample:
    return Sample(id, {"text": track(40, 5), "audio": track(300, 3, 50.0), "vision": track(70, 4)})


def same(one: Track, other: Track) -> bool:
    return (
        torch.equal(one.values, other.values)
        and torch.equal(one.mask, other.mask)
        and torch.equal(one.spans, other.spans)
    )


EACH = [
    "rows:0.4",
    "block:0.4",
    "lost:0.6",
    "noise:5",
    "rows:0.4:audio",
    "late:0.5:audio",
    "only:text",
]


@pytest.mark.parametrize("name", EACH)
def test_the_same_clip_and_seed_meet_the_same_fate(name: str) -> None:
    one, other = damage(name)(sample(), 1), damage(name)(sample(), 1)
    assert all(same(one[m], other[m]) for m in NAMES)


@pytest.mark.parametrize("name", ["rows:0.4", "block:0.4", "noise:5"])
def test_another_seed_or_another_clip_meets_another(name: str) -> None:
    made = damage(name)
    first = made(sample(), 1)
    assert not same(first["audio"], made(sample(), 2)["audio"])
    assert not same(first["audio"], made(sample("b"), 1)["audio"])


@pytest.mark.parametrize("name", EACH)
def test_what_was_not_real_stays_so_and_no_row_comes_or_goes(name: str) -> None:
    before, after = sample(), damage(name)(sample(), 3)
    for m in NAMES:
        assert after[m].values.shape == before[m].values.shape
        assert not bool((after[m].mask & ~before[m].mask).any())


@pytest.mark.parametrize("kind", [DropRows, DropBlock, DropModality])
def test_what_is_lost_at_one_rate_is_lost_at_a_higher_one(kind: type[Damage]) -> None:
    for clip in ("a", "b", "c"):
        left = [kind(rate)(sample(clip), 7) for rate in RATES]
        for fewer, more in zip(left[1:], left, strict=False):
            assert all(not bool((fewer[m].mask & ~more[m].mask).any()) for m in NAMES)


@pytest.mark.parametrize("kind", [DropRows, DropBlock, DropModality])
def test_nothing_is_lost_at_a_rate_of_0(kind: type[Damage]) -> None:
    assert all(same(kind(0.0)(sample(), 1)[m], sample()[m]) for m in NAMES)


def test_a_rate_of_1_loses_all_rows_but_never_all_channels() -> None:
    for kind in (DropRows, DropBlock):
        assert not any(bool(kind(1.0)(sample(), 1)[m].mask.any()) for m in NAMES)
    left = [m for m in NAMES if bool(DropModality(1.0)(sample(), 1)[m].mask.any())]
    assert len(left) == 1


def test_a_channel_that_was_missing_does_not_save_the_last_one() -> None:
    bare = replace(sample(), tracks={**sample().tracks, "audio": missing_track((3,))})
    for clip in ("a", "b", "c", "d"):
        after = DropModality(1.0)(replace(bare, id=clip), 1)
        assert any(bool(after[m].mask.any()) for m in ("text", "vision"))


def test_about_as_many_rows_are_lost_as_asked() -> None:
    lost = 1 - float(DropRows(0.3)(sample(), 1)["audio"].mask.sum()) / 299
    assert abs(lost - 0.3) < 0.08
    assert int((~DropBlock(0.3)(sample(), 1)["text"].mask).sum()) in (12, 13)


def test_a_block_is_one_stretch() -> None:
    lost = ~DropBlock(0.2)(sample(), 5)["audio"].mask
    lost[150] = lost[149] and lost[151]  # was not real before
    assert int((lost[1:] & ~lost[:-1]).sum()) + int(lost[0]) == 1


def test_a_lost_row_holds_nothing_that_could_be_read() -> None:
    after = DropRows(0.5)(sample(), 1)["audio"]
    assert not after.values[sample()["audio"].mask & ~after.mask].any()


def test_noise_is_as_loud_as_asked_and_leaves_padding_alone() -> None:
    before, after = sample(), Noise(10.0)(sample(), 1)
    for m in NAMES:
        real = before[m].mask
        assert torch.equal(after[m].values[~real], before[m].values[~real])
        noise = (after[m].values - before[m].values)[real]
        snr = 10 * torch.log10(before[m].values[real].pow(2).mean() / noise.pow(2).mean())
        assert abs(float(snr) - 10) < 1.5


def test_louder_noise_is_the_same_noise() -> None:
    before = sample()["audio"].values
    loud = Noise(0.0)(sample(), 1)["audio"].values - before
    soft = Noise(20.0)(sample(), 1)["audio"].values - before
    torch.testing.assert_close(soft * 10, loud, rtol=1e-3, atol=1e-2)
    assert same(Noise(math.inf)(sample(), 1)["audio"], sample()["audio"])


def test_only_the_named_channels_change() -> None:
    after = damage("rows:0.5:text,vision")(sample(), 1)
    assert same(after["audio"], sample()["audio"])
    assert not same(after["text"], sample()["text"])
    assert [m for m in NAMES if bool(KeepOnly(("text",))(sample(), 1)[m].mask.any())] == ["text"]


def test_a_late_channel_keeps_its_values_and_gets_other_times() -> None:
    after = damage("late:-0.5:audio")(sample(), 1)["audio"]
    torch.testing.assert_close(after.spans, sample()["audio"].spans - 0.5)
    assert torch.equal(after.values, sample()["audio"].values)


@pytest.mark.parametrize(
    ("text", "error", "says"),
    [
        (
            "fog:1",
            UnknownName,
            "No damage is named 'fog'. Known: only, rows, block, lost, noise, late, blur, "
            "shrink, occlude.",
        ),
        (
            "rows:many",
            RecipeError,
            "'rows:many' has no strength. Write it as rows:NUMBER or rows:NUMBER:MODALITY.",
        ),
        ("rows:1.5", RecipeError, "rate is a share from 0 to 1, got 1.5."),
        ("rows:nan", RecipeError, "rate is a share from 0 to 1, got nan."),
        ("noise:nan", RecipeError, "snr_db is above -100 dB, got nan."),
        ("late:1", RecipeError, "late is for one channel, got []: late:NUMBER:MODALITY."),
    ],
)
def test_a_wrong_damage_says_what_would_be_right(
    text: str, error: type[Exception], says: str
) -> None:
    with pytest.raises(error) as caught:
        damage(text)
    assert str(caught.value) == says


def test_a_channel_that_is_not_there_is_named() -> None:
    with pytest.raises(RecipeError) as caught:
        damage("rows:0.1:smell")(sample(), 1)
    assert str(caught.value) == "There is no 'smell' here, only text, audio, vision."
