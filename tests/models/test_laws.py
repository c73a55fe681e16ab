"""Laws that every model in the catalogue keeps. A new model is under test from its first line."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_model, save_model
from torch import Tensor, nn

from tritone.catalogue import MODELS, find
from tritone.core.batch import Batch, Prediction, Tokens, Track
from tritone.core.collate import unknown_like
from tritone.core.errors import ModelError
from tritone.core.labels import EMOTIONS, SENTIMENTS
from tritone.core.task import Classes, Regression, Task

DIMS = {"text": 5, "audio": 3, "vision": 4}
TASKS = (Regression(), Classes(("down", "level", "up")))
# The default model in small.
BASE_DIMS = {"text": 30, "audio": 8, "vision": 12}
BASE: Mapping[str, Any] = {
    "text": {
        "hidden_size": 8,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "intermediate_size": 16,
    },
    "voice": {"readers": 2, "hidden": 7},
    "face": {"widths": (4, 6), "depth": 1},
}

MakeBatch = Callable[..., Batch]
Arguments = Callable[[str], dict[str, Any]]


@dataclass(frozen=True)
class Case:
    """A model, and how to make a batch that it can read."""

    name: str
    build: Callable[[Arguments], nn.Module]
    batch: Callable[[MakeBatch], Batch]


def usual_case(name: str, task: Task) -> Case:
    """A model with the constructor that fusion models share."""

    def build(arguments: Arguments) -> nn.Module:
        return find("model", name)(DIMS, task, **arguments(name))

    def batch(make_batch: MakeBatch) -> Batch:
        made = find("model", name)
        batch = make_batch(task=task, tokens=made.reads_tokens)
        return in_dialogues(batch) if made.reads_dialogues else batch

    return Case(f"{name}-{type(task).__name__}", build, batch)


def in_dialogues(batch: Batch) -> Batch:
    """Three of the four clips as turns of one dialogue, told in another order than they stand."""
    return replace(
        batch,
        dialogues=("talk", None, "talk", "talk"),
        positions=torch.tensor([2, -1, 0, 1]),
        speakers=("ann", None, "ann", "bob"),
    )


def units(batch: Batch) -> list[list[int]]:
    """The clips that a model may read together: each dialogue, and each clip that is in none."""
    found: dict[object, list[int]] = {}
    for row, dialogue in enumerate(batch.dialogues):
        found.setdefault(row if dialogue is None else dialogue, []).append(row)
    return list(found.values())


def tritone_case() -> Case:
    """The default model, small: it reads tokens, mel rows and face crops."""

    def build(_: Arguments) -> nn.Module:
        return find("model", "tritone")(BASE_DIMS, **BASE)

    def batch(make_batch: MakeBatch) -> Batch:
        rows = {"text": (5,), "audio": (8,), "vision": (12, 12)}
        batch = make_batch(rows=rows, pictures=["vision"], tokens=True, task=Classes(SENTIMENTS))
        targets = {}
        for name, classes in (("emotion", EMOTIONS), ("sentiment", SENTIMENTS)):
            each = torch.arange(len(batch)) % len(classes)
            targets[name] = torch.eye(len(classes))[each]
            targets[f"{name}_classes"] = torch.ones(len(batch), len(classes), dtype=torch.bool)
        return replace(batch, targets=targets)

    return Case("tritone", build, batch)


def tuned_case() -> Case:
    """The default model, small, under heads for other classes: it reads pieces as rows."""
    classes = Classes(("happy", "sad", "odd"))

    def build(_: Arguments) -> nn.Module:
        dims = {"text": 1, "audio": 8, "vision": 144}
        return find("model", "tritone_tuned")(dims, classes, base={"dims": BASE_DIMS, **BASE})

    def batch(make_batch: MakeBatch) -> Batch:
        rows = {"text": (1,), "audio": (8,), "vision": (12, 12)}
        return make_batch(rows=rows, pictures=["vision"], task=classes)

    return Case("tritone_tuned", build, batch)


# Models with a constructor of their own have their case here.
OWN: dict[str, Case] = {"tritone": tritone_case(), "tritone_tuned": tuned_case()}
CASES = [*OWN.values(), *(usual_case(n, task) for n in MODELS if n not in OWN for task in TASKS)]


@pytest.fixture(params=CASES, ids=lambda case: case.name)
def case(request: pytest.FixtureRequest) -> Case:
    return request.param


@pytest.fixture
def model(case: Case, arguments: Arguments) -> nn.Module:
    torch.manual_seed(0)
    return case.build(arguments).eval()


@pytest.fixture
def batch(case: Case, make_batch: MakeBatch) -> Batch:
    return case.batch(make_batch)


def test_padding_does_not_change_the_answer(model: nn.Module, batch: Batch) -> None:
    assert_same(model(lengthen(batch, rows=5)), model(batch))


def test_what_stands_in_the_padding_does_not_matter(model: nn.Module, batch: Batch) -> None:
    assert_same(model(refill(batch)), model(batch))


def test_the_order_of_a_batch_changes_nothing(model: nn.Module, batch: Batch) -> None:
    order = [2, 0, 3, 1]
    assert_same(model(take(batch, order)), pick(model(batch), order))


def test_a_clip_scores_the_same_alone(model: nn.Module, batch: Batch) -> None:
    whole = model(batch)
    for rows in units(batch):
        assert_same(model(take(batch, rows)), pick(whole, rows))


def test_a_missing_modality_leaves_a_finite_score(model: nn.Module, batch: Batch) -> None:
    for gone in batch.tracks:
        assert_finite(model(blank(batch, [gone])))


def test_one_modality_alone_leaves_a_finite_score(model: nn.Module, batch: Batch) -> None:
    for kept in batch.tracks:
        assert_finite(model(blank(batch, [name for name in batch.tracks if name != kept])))


def test_a_clip_without_any_modality_leaves_a_finite_score(model: nn.Module, batch: Batch) -> None:
    assert_finite(model(blank(batch, list(batch.tracks))))


def test_a_modality_missing_in_one_clip_does_not_touch_the_others(
    model: nn.Module, batch: Batch
) -> None:
    first, *others = units(batch)
    rest = [row for rows in others for row in rows]
    whole = model(batch)
    for gone in batch.tracks:
        assert_same(pick(model(blank(batch, [gone], clips=first)), rest), pick(whole, rest))


def test_labels_are_not_needed_to_predict(model: nn.Module, batch: Batch) -> None:
    assert_same(model(replace(batch, target=None, targets={})), model(batch))


def test_every_weight_learns(model: nn.Module, batch: Batch) -> None:
    spared = spared_names(model)
    losses(model, batch).backward()
    still = {name for name, weight in model.named_parameters() if not learns(weight)}
    assert still == spared


def test_a_missing_modality_leaves_finite_gradients(model: nn.Module, batch: Batch) -> None:
    losses(model, blank(batch, [next(iter(batch.tracks))])).backward()
    for name, weight in model.named_parameters():
        assert weight.grad is None or weight.grad.isfinite().all(), name


def test_an_unknown_target_teaches_nothing(model: nn.Module, batch: Batch) -> None:
    assert batch.target is not None
    targets = {
        name: unknown_like(target) if target.is_floating_point() else target
        for name, target in batch.targets.items()
    }
    unknown = replace(batch, target=unknown_like(batch.target), targets=targets)
    loss = losses(model, unknown)
    loss.backward()
    assert loss == 0
    assert not any(w.grad is not None and w.grad.any() for w in model.parameters())


def test_mixed_precision_leaves_finite_losses_and_gradients(model: nn.Module, batch: Batch) -> None:
    with torch.autocast("cpu", dtype=torch.bfloat16):
        loss = losses(model.train(), batch)
    loss.backward()
    assert loss.isfinite()
    for name, weight in model.named_parameters():
        assert weight.grad is None or weight.grad.isfinite().all(), name


def test_every_trained_weight_is_in_one_group(model: nn.Module) -> None:
    grouped = [id(weight) for group in model.groups() for weight in group["params"]]
    assert len(grouped) == len(set(grouped))
    spared = spared_names(model)
    assert set(grouped) >= {id(w) for n, w in model.named_parameters() if n not in spared}


def test_a_loaded_model_is_the_saved_one(
    model: nn.Module, case: Case, batch: Batch, arguments: Arguments, tmp_path: Path
) -> None:
    save_model(model, str(tmp_path / "model.safetensors"))
    torch.manual_seed(1)
    again = case.build(arguments).eval()
    load_model(again, tmp_path / "model.safetensors")
    assert_same(again(batch), model(batch), exactly=True)


@pytest.mark.parametrize("name", MODELS)
def test_the_paper_is_named(name: str) -> None:
    assert "Source: " in inspect.cleandoc(find("model", name).__doc__ or "")


@pytest.mark.parametrize("name", [n for n in MODELS if n not in OWN])
def test_a_modality_that_the_batch_lacks_is_named(
    name: str, batch_of_words: Batch, arguments: Arguments
) -> None:
    model = find("model", name)(DIMS, Regression(), **arguments(name))
    with pytest.raises(ModelError) as caught:
        model(batch_of_words)
    assert str(caught.value) == (
        f"{type(model).__name__} reads text, audio, vision; the batch has text. Give it a "
        f"store with audio, or build the model without it."
    )


@pytest.mark.parametrize("name", [n for n in MODELS if n not in OWN])
def test_rows_of_another_width_are_named(
    name: str, make_batch: MakeBatch, arguments: Arguments
) -> None:
    model = find("model", name)({**DIMS, "vision": 8}, Regression(), **arguments(name))
    with pytest.raises(ModelError) as caught:
        model(make_batch(tokens=model.reads_tokens))
    assert str(caught.value).startswith(
        f"{type(model).__name__} reads vision rows of width 8; the batch's are (4,)."
    )


@pytest.mark.parametrize("name", [n for n in MODELS if n not in OWN])
def test_half_floats_are_read_as_floats(
    name: str, make_batch: MakeBatch, arguments: Arguments
) -> None:
    model = find("model", name)(DIMS, Regression(), **arguments(name)).eval()
    batch = make_batch(tokens=model.reads_tokens)
    rounded = {m: t.values.half().float() for m, t in batch.tracks.items()}
    exact = replace(batch, tracks={m: replace(batch[m], values=v) for m, v in rounded.items()})
    half = {m: replace(batch[m], values=v.half()) for m, v in rounded.items()}
    assert_same(model(replace(batch, tracks=half)), model(exact))


@pytest.fixture
def batch_of_words(make_batch: MakeBatch) -> Batch:
    return make_batch(rows={"text": (5,)}, tokens=True)


def losses(model: nn.Module, batch: Batch) -> Tensor:
    """All of a model's terms, added up as the loop does."""
    return torch.stack(list(model.losses(model(batch), batch).values())).sum()


def spared_names(model: nn.Module) -> set[str]:
    """Weights that need no gradient, by the model's own word."""
    return {*model.frozen(), *model.fitted()}


def learns(weight: nn.Parameter) -> bool:
    return (
        weight.grad is not None and bool(weight.grad.any()) and bool(weight.grad.isfinite().all())
    )


def lengthen(batch: Batch, *, rows: int) -> Batch:
    """`rows` more rows of padding on every track, inf where the values can hold it."""
    tracks = {}
    for name, track in batch.tracks.items():
        shape = (len(batch), rows, *track.values.shape[2:])
        fill = float("inf") if track.values.is_floating_point() else 255
        tracks[name] = Track(
            torch.cat([track.values, track.values.new_full(shape, fill)], dim=1),
            torch.cat([track.mask, track.mask.new_zeros(len(batch), rows)], dim=1),
            torch.cat([track.spans, track.spans.new_full((len(batch), rows, 2), torch.nan)], dim=1),
        )
    tokens = batch.tokens
    if tokens is not None:
        more = torch.arange(rows).expand(len(batch), rows)
        assert tokens.words is not None
        tokens = replace(
            tokens,
            ids=torch.cat([tokens.ids, more], dim=1),
            mask=torch.cat([tokens.mask, torch.zeros_like(more, dtype=torch.bool)], dim=1),
            words=torch.cat([tokens.words, more], dim=1),
        )
    return replace(batch, tracks=tracks, tokens=tokens)


def refill(batch: Batch) -> Batch:
    """The same batch with other values and other ids in its padding."""
    tracks = {}
    for name, track in batch.tracks.items():
        values = track.values.clone()
        values[~track.mask] = 7
        tracks[name] = replace(track, values=values)
    tokens = batch.tokens
    if tokens is not None:
        assert tokens.words is not None
        ids = tokens.ids.where(tokens.mask, (tokens.ids + 11) % 30)
        tokens = replace(tokens, ids=ids, words=tokens.words.where(tokens.mask, 1))
    return replace(batch, tracks=tracks, tokens=tokens)


def take(batch: Batch, order: list[int]) -> Batch:
    """Some clips of a batch, in the order given."""

    def pick_rows(tensor: Tensor | None) -> Tensor | None:
        return None if tensor is None else tensor[order]

    tokens = batch.tokens
    return Batch(
        ids=tuple(batch.ids[i] for i in order),
        tracks={
            name: Track(track.values[order], track.mask[order], track.spans[order])
            for name, track in batch.tracks.items()
        },
        target=pick_rows(batch.target),
        targets={name: target[order] for name, target in batch.targets.items()},
        tokens=tokens if tokens is None else Tokens(*map(pick_rows, vars(tokens).values())),
        rows=pick_rows(batch.rows),
        dialogues=tuple(batch.dialogues[i] for i in order),
        positions=pick_rows(batch.positions),
        speakers=tuple(batch.speakers[i] for i in order) if batch.speakers else (),
    )


def blank(batch: Batch, names: list[str], *, clips: list[int] | None = None) -> Batch:
    """Take modalities away from clips (all clips by default); words go with "text"."""
    rows = torch.arange(len(batch)) if clips is None else torch.tensor(clips)
    tracks = dict(batch.tracks)
    for name in names:
        mask = tracks[name].mask.clone()
        mask[rows] = False
        values = tracks[name].values.clone()
        values[~mask] = float("inf") if values.is_floating_point() else 255
        tracks[name] = replace(tracks[name], values=values, mask=mask)
    tokens = batch.tokens
    if tokens is not None and "text" in names:
        mask = tokens.mask.clone()
        mask[rows] = False
        tokens = replace(tokens, mask=mask)
    return replace(batch, tracks=tracks, tokens=tokens)


def pick(prediction: Prediction, rows: list[int]) -> Prediction:
    """What was said of some of the clips."""
    clips = len(prediction.score)
    parts = {n: part[rows] for n, part in prediction.parts.items() if part.shape[:1] == (clips,)}
    return Prediction(prediction.score[rows], parts)


def assert_same(one: Prediction, other: Prediction, *, exactly: bool = False) -> None:
    """The same score, and the same in every part that has kept its shape."""
    close = {"rtol": 0.0, "atol": 0.0} if exactly else {"rtol": 1e-4, "atol": 1e-5}
    torch.testing.assert_close(one.score, other.score, **close)
    for name in one.parts.keys() & other.parts.keys():
        if one.parts[name].shape == other.parts[name].shape:
            torch.testing.assert_close(
                one.parts[name], other.parts[name], **close, msg=lambda m, n=name: f"{n}: {m}"
            )


def assert_finite(prediction: Prediction) -> None:
    assert prediction.score.isfinite().all()
    for name, part in prediction.parts.items():
        assert part.isfinite().all(), name
