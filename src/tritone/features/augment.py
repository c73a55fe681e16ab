"""Random changes of a batch, for training only, as a list in the recipe.

    ["spec_augment", "noise:0.05", "flip", "crop:0.1", "word_dropout:0.1"]

A number after the colon is the strength. Padding is never touched; at strength 0 nothing is.
The chance comes from a generator on the CPU, so that a seed repeats it on any device.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import torch
from jaxtyping import Bool, Float, Int, Shaped
from torch import Tensor
from torch.nn import functional

from tritone.core.batch import Batch, Tokens, Track
from tritone.core.errors import RecipeError
from tritone.layers.augment import drop_tokens, vary_faces

MASKS = 2  # bands of columns, and of rows, that SpecAugment hides
COLUMN_SHARE, ROW_SHARE = 0.2, 0.1  # widest band at strength 1, of a row and of the clip
UNKNOWN = 1  # id of the unknown token in the vocabularies of the BERT family here


@dataclass(frozen=True)
class Change:
    """One random change and how strong it is.

    Args:
        name: one of `CHANGES`.
        strength: what it means is said where the change is defined.
    """

    name: str
    strength: float


def read_changes(recipe: Sequence[str]) -> tuple[Change, ...]:
    """The changes of a recipe, such as ["spec_augment", "word_dropout:0.1"].

    Raises:
        RecipeError: a name is unknown, or a strength is outside of its range.
    """
    return tuple(read_change(line) for line in recipe)


def read_change(line: str) -> Change:
    """One change, such as "noise:0.05" or "noise"."""
    name, colon, said = line.strip().partition(":")
    if name not in CHANGES:
        raise RecipeError(f"No change is named {name!r}. Known: {', '.join(CHANGES)}.")
    _, usual, most = CHANGES[name]
    try:
        strength = float(said) if colon else usual
    except ValueError:
        strength = -1.0
    if not 0 <= strength <= most:
        raise RecipeError(f"{name} takes a strength from 0 to {most:g}, got {said!r}.")
    return Change(name, strength)


def augment(batch: Batch, changes: Sequence[Change], generator: torch.Generator) -> Batch:
    """The batch after all changes, in their order.

    Args:
        batch: of training clips.
        changes: as `read_changes` gives them.
        generator: where the chance comes from; on the CPU.

    Raises:
        RecipeError: a change does not fit the rows of the batch.
    """
    for change in changes:
        if change.strength > 0:
            batch = CHANGES[change.name][0](batch, change.strength, generator)
    return batch


def spec_augment(batch: Batch, strength: float, generator: torch.Generator) -> Batch:
    """Hide bands of columns and of rows of the audio behind the clip's own mean.

    Source:  Park et al. 2019, "SpecAugment: A Simple Data Augmentation Method for Automatic
        Speech Recognition", Interspeech. https://arxiv.org/abs/1904.08779
    Differs: no time warping, which the authors found to matter least.

    Args:
        batch: its audio has rows of numbers.
        strength: 1 hides two bands of up to 20 % of the columns, two of up to 10 % of the rows.
        generator: where the chance comes from.
    """
    track = rows_of(batch, "audio", "spec_augment")
    clips, columns = len(track.mask), track.values.shape[2]
    lengths = track.mask.sum(dim=1)
    real = track.mask.unsqueeze(2)
    kept = track.values.masked_fill(~real, 0.0)
    mean = kept.sum(dim=1, keepdim=True) / lengths.clamp(min=1).reshape(-1, 1, 1)
    place = track.mask.cumsum(dim=1) - 1
    widths = torch.full_like(lengths, columns)
    hidden = torch.zeros_like(track.values, dtype=torch.bool)
    for _ in range(MASKS):
        band = bands(
            torch.arange(columns, device=widths.device).expand(clips, -1),
            widths,
            strength * COLUMN_SHARE,
            generator,
        )
        span = bands(place, lengths, strength * ROW_SHARE, generator)
        hidden |= band.unsqueeze(1) | span.unsqueeze(2)
    return with_values(batch, "audio", torch.where(hidden & real, mean, track.values))


def bands(
    places: Int[Tensor, "batch place"],
    lengths: Int[Tensor, " batch"],
    share: float,
    generator: torch.Generator,
) -> Bool[Tensor, "batch place"]:
    """A random stretch of each row of places, up to a share of its length."""
    width = (chance(generator, lengths) * share * lengths).round()
    start = (chance(generator, lengths) * (lengths - width + 1)).floor()
    begin, end = start.unsqueeze(1), (start + width).unsqueeze(1)
    return (places >= begin) & (places < end)


def noise(batch: Batch, strength: float, generator: torch.Generator) -> Batch:
    """Add white noise to all rows of numbers, pictures left out.

    Args:
        batch: any.
        strength: standard deviation of the noise, as a share of that of each clip's column.
        generator: where the chance comes from.
    """
    for name, track in batch.tracks.items():
        if not track.values.is_floating_point():
            continue
        real = track.mask.reshape(*track.mask.shape, *[1] * (track.values.ndim - 2))
        count = real.sum(dim=1, keepdim=True).clamp(min=1)
        kept = track.values.masked_fill(~real, 0.0)
        mean = kept.sum(dim=1, keepdim=True) / count
        spread = ((kept - mean).masked_fill(~real, 0.0).square().sum(dim=1, keepdim=True)) / count
        drawn = torch.randn(kept.shape, generator=generator).to(kept)
        loud = kept + strength * spread.sqrt() * drawn
        batch = with_values(batch, name, torch.where(real, loud, track.values))
    return batch


def flip(batch: Batch, strength: float, generator: torch.Generator) -> Batch:
    """Mirror all pictures of a clip from left to right.

    Args:
        batch: its vision are pictures.
        strength: share of the clips.
        generator: where the chance comes from.
    """
    track = pictures_of(batch, "flip")
    mirrored = track.values.flip(3)
    chosen = chance(generator, track.mask[:, 0]) < strength
    return with_values(batch, "vision", where(chosen[:, None] & track.mask, mirrored, track.values))


def crop(batch: Batch, strength: float, generator: torch.Generator) -> Batch:
    """Cut the same part out of all pictures of a clip, and stretch it to their size.

    Args:
        batch: its vision are pictures.
        strength: largest share of height and width that is cut away.
        generator: where the chance comes from.
    """
    track = pictures_of(batch, "crop")
    pictures = track.values[track.mask]
    if not len(pictures):
        return batch
    clips = track.mask.nonzero()[:, 0]
    size = 1 - strength * chance(generator, track.mask[:, 0])
    across, down = ((1 - size) * (2 * chance(generator, track.mask[:, 0]) - 1) for _ in range(2))
    nothing = torch.zeros_like(size)
    move = torch.stack(
        [torch.stack([size, nothing, across], 1), torch.stack([nothing, size, down], 1)], 1
    )[clips]
    stacked = pictures.float().reshape(*pictures.shape[:3], -1).movedim(3, 1)
    grid = functional.affine_grid(move, list(stacked.shape), align_corners=False)
    cut = functional.grid_sample(stacked, grid, padding_mode="border", align_corners=False)
    cut = cut.movedim(1, 3).reshape(pictures.shape)
    values = track.values.clone()
    values[track.mask] = like(cut, values)
    return with_values(batch, "vision", values)


def vary(batch: Batch, strength: float, generator: torch.Generator) -> Batch:
    """Mirror, turn, zoom, shift, relight, blur and partly cover each grey face by itself.

    Args:
        batch: its vision are square grey pictures, 0 to 255.
        strength: 1 is what the default model was trained with.
        generator: where the chance comes from.
    """
    track = pictures_of(batch, "vary_faces")
    if track.values.ndim != 4 or track.values.shape[2] != track.values.shape[3]:
        shape = tuple(track.values.shape[2:])
        raise RecipeError(f"vary_faces changes grey square pictures; vision has rows {shape}.")
    faces = track.values[track.mask]
    if not len(faces):
        return batch
    varied = vary_faces(
        faces.float().cpu(),
        generator,
        turn=0.22 * strength,
        zoom=0.12 * strength,
        shift=0.1 * strength,
        light=30.0 * strength,
        erase=0.3 * strength,
    )
    values = track.values.clone()
    values[track.mask] = like(varied, values)
    return with_values(batch, "vision", values)


def word_dropout(batch: Batch, strength: float, generator: torch.Generator) -> Batch:
    """Mask words of the text, though never all of a clip; replace tokens by the unknown one.

    Args:
        batch: with text, as rows, as tokens or both.
        strength: share of the words.
        generator: where the chance comes from.
    """
    if "text" in batch.tracks:
        track = batch["text"]
        drawn = torch.rand(track.mask.shape, generator=generator).to(track.mask.device)
        drawn = drawn.masked_fill(~track.mask, -1.0)
        luckiest = drawn == drawn.amax(dim=1, keepdim=True)
        mask = track.mask & ((drawn >= strength) | luckiest)
        batch = replace(batch, tracks={**batch.tracks, "text": replace(track, mask=mask)})
    if batch.tokens is not None:
        batch = replace(batch, tokens=fewer_pieces(batch.tokens, strength, generator))
    return batch


def fewer_pieces(tokens: Tokens, strength: float, generator: torch.Generator) -> Tokens:
    """Pieces without some words; special pieces stay, and one word of each text.

    Where it is not known which word a piece is of, some pieces turn into the unknown one, as the
    default model's tokenizer has it.
    """
    ids, mask, words = tokens.ids, tokens.mask, tokens.words
    if words is None:
        dropped = drop_tokens(ids.cpu(), strength, UNKNOWN, generator).to(ids.device)
        return replace(tokens, ids=torch.where(mask, dropped, ids))
    said = mask & (words >= 0)
    most = max(1, int(words.max()) + 1)
    luck = torch.rand(len(words), most, generator=generator).to(ids.device)
    drawn = luck.gather(1, words.clamp(min=0)).masked_fill(~said, -1.0)
    luckiest = drawn == drawn.amax(dim=1, keepdim=True)
    return replace(tokens, mask=mask & (~said | (drawn >= strength) | luckiest))


def rows_of(batch: Batch, modality: str, change: str) -> Track:
    """The track of a modality, if its rows are lists of numbers."""
    track = batch.tracks.get(modality)
    if track is None or track.values.ndim != 3 or not track.values.is_floating_point():
        has = "none" if track is None else f"rows {tuple(track.values.shape[2:])}"
        raise RecipeError(f"{change} changes {modality} of numbers in a line; the batch has {has}.")
    return track


def pictures_of(batch: Batch, change: str) -> Track:
    """The pictures of a batch, grey or in colour."""
    track = batch.tracks.get("vision")
    if track is None or track.values.ndim not in (4, 5):
        has = "none" if track is None else f"rows {tuple(track.values.shape[2:])}"
        raise RecipeError(f"{change} changes pictures; as vision the batch has {has}.")
    return track


def with_values(batch: Batch, modality: str, values: Shaped[Tensor, "*rows"]) -> Batch:
    """The batch with other values of a modality; mask and times stay."""
    changed = replace(batch[modality], values=values)
    return replace(batch, tracks={**batch.tracks, modality: changed})


def where(
    chosen: Bool[Tensor, "batch time"], one: Shaped[Tensor, "*rows"], other: Shaped[Tensor, "*rows"]
) -> Shaped[Tensor, "*rows"]:
    """Rows of one where chosen, else of the other."""
    return torch.where(chosen.reshape(*chosen.shape, *[1] * (one.ndim - 2)), one, other)


def like(values: Float[Tensor, "*rows"], kind: Tensor) -> Shaped[Tensor, "*rows"]:
    """Floats as the type of a picture; whole numbers are rounded."""
    whole = values if kind.is_floating_point() else values.round().clamp(0, 255)
    return whole.to(device=kind.device, dtype=kind.dtype)


def chance(generator: torch.Generator, clips: Shaped[Tensor, " batch"]) -> Float[Tensor, " batch"]:
    """A number from 0 to 1 for each clip."""
    return torch.rand(len(clips), generator=generator).to(clips.device)


# Name to the change, its usual strength and its largest one.
CHANGES: Mapping[str, tuple[Callable[[Batch, float, torch.Generator], Batch], float, float]] = {
    "spec_augment": (spec_augment, 1.0, 4.0),
    "noise": (noise, 0.05, 10.0),
    "flip": (flip, 0.5, 1.0),
    "crop": (crop, 0.1, 0.9),
    "vary_faces": (vary, 1.0, 3.0),
    "word_dropout": (word_dropout, 0.1, 1.0),
}
