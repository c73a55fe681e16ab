"""Changes of a batch for training: what they may touch, and that a seed repeats them."""

from collections.abc import Callable
from dataclasses import replace

import pytest
import torch

from tritone.core.batch import Batch, Tokens
from tritone.core.errors import RecipeError
from tritone.features.augment import CHANGES, Change, augment, read_changes

PICTURES = {"text": (5,), "audio": (12,), "vision": (16, 16)}
COLOURS = {"text": (5,), "audio": (12,), "vision": (9, 8, 3)}


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


KINDS = {
    "grey": (PICTURES, ("vision",)),
    "colours": (COLOURS, ("vision",)),
    "floats": (PICTURES, ()),
}
CASES = [(k, n) for k in KINDS for n in CHANGES if (k, n) != ("colours", "vary_faces")]
each = pytest.mark.parametrize(("kind", "name"), CASES)


@pytest.fixture
def batch_of(make_batch: Callable[..., Batch]) -> Callable[[str], Batch]:
    """A function that gives a batch with pictures of a kind, words, tokens and sound."""

    def made(kind: str) -> Batch:
        rows, pictures = KINDS[kind]
        return make_batch(rows=rows, pictures=pictures, tokens=True, clips=6)

    return made


def same(one: torch.Tensor, other: torch.Tensor) -> bool:
    return torch.equal(one.nan_to_num(-7.0), other.nan_to_num(-7.0))


@each
def test_padding_masks_times_and_targets_stay(batch_of, kind: str, name: str) -> None:
    any_batch = batch_of(kind)
    changed = augment(any_batch, read_changes([name]), seeded())
    for modality, track in any_batch.tracks.items():
        new = changed[modality]
        assert new.values.dtype == track.values.dtype and new.values.shape == track.values.shape
        assert same(new.values[~track.mask], track.values[~track.mask])
        assert new.values[track.mask].float().isfinite().all()
        assert torch.equal(new.mask, track.mask) or name == "word_dropout"
        assert not (new.mask & ~track.mask).any()
        assert same(new.spans, track.spans)
    assert any_batch.tokens is not None and changed.tokens is not None
    outside = ~any_batch.tokens.mask
    assert torch.equal(changed.tokens.ids[outside], any_batch.tokens.ids[outside])
    assert torch.equal(changed.tokens.mask, any_batch.tokens.mask) or name == "word_dropout"
    assert not (changed.tokens.mask & outside).any()
    assert changed.target is any_batch.target and changed.ids == any_batch.ids


@each
def test_a_seed_repeats_the_change_and_another_does_not(batch_of, kind: str, name: str) -> None:
    any_batch = batch_of(kind)
    changes = [Change(name, 0.5)]
    one, again, other = (augment(any_batch, changes, seeded(seed)) for seed in (1, 1, 2))

    def told(batch: Batch) -> list[torch.Tensor]:
        tokens = [] if batch.tokens is None else [batch.tokens.ids]
        return [*tokens, *(t.values for t in batch.tracks.values()), batch["text"].mask]

    assert all(same(a, b) for a, b in zip(told(one), told(again), strict=True))
    assert not all(same(a, b) for a, b in zip(told(one), told(other), strict=True))
    assert not all(same(a, b) for a, b in zip(told(one), told(any_batch), strict=True))


@each
def test_at_strength_0_nothing_changes(batch_of, kind: str, name: str) -> None:
    any_batch = batch_of(kind)
    assert augment(any_batch, read_changes([f"{name}:0"]), seeded()) is any_batch


@each
def test_a_batch_in_which_all_is_missing_stays(batch_of, kind: str, name: str) -> None:
    any_batch = batch_of(kind)
    tracks = {m: replace(t, mask=t.mask & False) for m, t in any_batch.tracks.items()}
    empty = replace(any_batch, tracks=tracks, tokens=None)
    changed = augment(empty, read_changes([name]), seeded())
    assert all(same(changed[m].values, empty[m].values) for m in tracks)


def test_dropping_every_word_leaves_one_in_each_clip(batch_of) -> None:
    any_batch = batch_of("grey")
    changed = augment(any_batch, read_changes(["word_dropout:1"]), seeded())
    assert (changed["text"].mask.sum(dim=1) == 1).all()


def test_about_the_asked_share_of_the_words_is_dropped(make_batch) -> None:
    batch = make_batch(clips=400)
    changed = augment(batch, read_changes(["word_dropout:0.3"]), seeded())
    long = batch["text"].mask.sum(dim=1) >= 4
    kept, all_of_them = changed["text"].mask[long].sum(), batch["text"].mask[long].sum()
    assert float(kept / all_of_them) == pytest.approx(0.7, abs=0.06)


def test_words_lose_all_their_pieces_and_special_pieces_stay(make_batch) -> None:
    batch = make_batch(clips=400, tokens=True)
    changed = augment(batch, read_changes(["word_dropout:0.4"]), seeded()).tokens
    before = batch.tokens
    special = before.mask & (before.words < 0)
    assert torch.equal(changed.ids, before.ids)
    assert changed.mask[special].all()
    for clip in range(400):
        words, kept = before.words[clip], changed.mask[clip]
        said = before.mask[clip] & (words >= 0)
        for word in words[said].unique():
            assert kept[said & (words == word)].unique().numel() == 1
        assert kept[said].any() or not said.any()
    said = before.mask & (before.words >= 0) & (before.said[:, None] > 2)
    assert float(changed.mask[said].float().mean()) == pytest.approx(0.6, abs=0.08)


def test_pieces_of_unknown_words_turn_into_the_unknown_one(make_batch) -> None:
    batch = make_batch(clips=40, tokens=True)
    plain = replace(batch, tokens=Tokens(batch.tokens.ids, batch.tokens.mask))
    changed = augment(plain, read_changes(["word_dropout:0.5"]), seeded()).tokens
    assert torch.equal(changed.mask, batch.tokens.mask)
    assert set(changed.ids[changed.ids != batch.tokens.ids].tolist()) == {1}


def test_spec_augment_puts_the_mean_over_whole_bands(make_batch) -> None:
    batch = make_batch(rows={"audio": (40,)}, clips=30)
    changed = augment(batch, read_changes(["spec_augment:2"]), seeded())
    for clip in range(30):
        real = batch["audio"].mask[clip]
        before, after = batch["audio"].values[clip, real], changed["audio"].values[clip, real]
        hidden = before != after
        mean = before.mean(dim=0).expand_as(after)
        torch.testing.assert_close(after[hidden], mean[hidden])
        bands, stretches = hidden.all(dim=0), hidden.all(dim=1)
        assert torch.equal(hidden, bands.unsqueeze(0) | stretches.unsqueeze(1))
        assert int(bands.sum()) <= 2 * 16 or len(before) == 1
    assert not same(changed["audio"].values, batch["audio"].values)


def test_noise_is_as_strong_as_it_is_asked_to_be(make_batch) -> None:
    batch = make_batch(clips=300)
    changed = augment(batch, read_changes(["noise:0.5"]), seeded())
    long = batch["audio"].mask.sum(dim=1) == 8
    before, after = (one["audio"].values[long, :8] for one in (batch, changed))
    added = after - before
    spread = before.std(dim=1, correction=0, keepdim=True)
    assert float((added / spread).std()) == pytest.approx(0.5, rel=0.05)


def test_noise_leaves_pictures_alone(make_batch) -> None:
    batch = make_batch(rows=PICTURES, pictures=("vision",))
    changed = augment(batch, read_changes(["noise:1"]), seeded())
    assert changed["vision"] is batch["vision"]


@pytest.mark.parametrize("rows", [PICTURES, COLOURS])
def test_a_clip_is_mirrored_whole_or_not_at_all(make_batch, rows: dict) -> None:
    batch = make_batch(rows=rows, pictures=("vision",), clips=20)
    changed = augment(batch, read_changes(["flip"]), seeded())["vision"].values
    before, mask = batch["vision"].values, batch["vision"].mask
    turned = [
        torch.equal(changed[clip, mask[clip]], before[clip, mask[clip]].flip(2))
        for clip in range(20)
    ]
    stayed = [torch.equal(changed[clip], before[clip]) for clip in range(20)]
    assert all(a != b for a, b in zip(turned, stayed, strict=True))
    assert 4 < sum(turned) < 16
    everything = augment(batch, read_changes(["flip:1"]), seeded())["vision"].values
    assert torch.equal(everything[mask], before[mask].flip(2))


def test_a_crop_is_the_same_for_all_pictures_of_a_clip(make_batch) -> None:
    batch = make_batch(rows=COLOURS, pictures=("vision",))
    values = batch["vision"].values[:, :1].expand_as(batch["vision"].values).clone()
    tracks = {**batch.tracks, "vision": replace(batch["vision"], values=values)}
    batch = replace(batch, tracks=tracks)
    changed = augment(batch, read_changes(["crop:0.4"]), seeded())["vision"]
    for clip in range(4):
        real = changed.values[clip, changed.mask[clip]]
        assert (real == real[:1]).all()


def test_a_crop_of_a_slope_is_a_gentler_slope_within_it(make_batch) -> None:
    batch = make_batch(rows={"vision": (16, 16)}, pictures=("vision",), clips=12)
    slope = (torch.arange(16) * 10).to(torch.uint8).expand_as(batch["vision"].values).clone()
    batch = replace(batch, tracks={"vision": replace(batch["vision"], values=slope)})
    changed = augment(batch, read_changes(["crop:0.5"]), seeded())["vision"]
    real = changed.values[changed.mask].float()
    steps = real[..., 8] - real[..., 7]
    assert (steps >= 4).all() and (steps <= 10).all() and real.max() <= 150


@pytest.mark.parametrize(
    ("recipe", "says"),
    [
        (
            "mixup",
            "No change is named 'mixup'. Known: spec_augment, noise, flip, crop, vary_faces, "
            "word_dropout.",
        ),
        ("word_dropout:2", "word_dropout takes a strength from 0 to 1, got '2'."),
        ("noise:loud", "noise takes a strength from 0 to 10, got 'loud'."),
        ("noise:nan", "noise takes a strength from 0 to 10, got 'nan'."),
        ("crop:", "crop takes a strength from 0 to 0.9, got ''."),
    ],
)
def test_a_recipe_that_cannot_be_read_is_named(recipe: str, says: str) -> None:
    with pytest.raises(RecipeError) as error:
        read_changes([recipe])
    assert str(error.value) == says


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("flip", "flip changes pictures; as vision the batch has rows (4,)."),
        ("crop", "crop changes pictures; as vision the batch has rows (4,)."),
        ("vary_faces", "vary_faces changes pictures; as vision the batch has rows (4,)."),
    ],
)
def test_pictures_that_are_none_are_named(batch: Batch, name: str, says: str) -> None:
    with pytest.raises(RecipeError) as error:
        augment(batch, read_changes([name]), seeded())
    assert str(error.value) == says


def test_a_batch_without_sound_is_named(make_batch) -> None:
    with pytest.raises(RecipeError) as error:
        augment(make_batch(rows={"text": (5,)}), read_changes(["spec_augment"]), seeded())
    assert str(error.value) == (
        "spec_augment changes audio of numbers in a line; the batch has none."
    )


def test_faces_in_colour_are_not_varied(make_batch) -> None:
    batch = make_batch(rows=COLOURS, pictures=("vision",))
    with pytest.raises(RecipeError) as error:
        augment(batch, read_changes(["vary_faces"]), seeded())
    assert str(error.value) == (
        "vary_faces changes grey square pictures; vision has rows (9, 8, 3)."
    )
