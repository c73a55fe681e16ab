"""What is wrong with sequences of features: numbers, zeros, padding, lengths, scales.

Every check is a function of the notes of one pass (`tracks.Tracks`) and the clips.
"""

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np

from tritone.audit.findings import Finding, found
from tritone.audit.leaks import duplicates
from tritone.audit.tracks import Columns, Gathered, Tracks, together
from tritone.core.clip import Clip

APART = 1e4  # times the median deviation of the other columns
HUGE = 1e6
MANY = 0.05
SCALED = 2e-3  # half floats round to a thousandth
CLEARLY = 10.0
FEWEST = 20  # rows or clips below which a statistic says little
PADDED = 0.01
# Columns of the files that are passed around: MMSA's, MulT's, CMU's.
WIDTHS = {
    "mosi": {"text": {768, 300}, "audio": {5, 74}, "vision": {20, 35, 47}},
    "mosei": {"text": {768, 300}, "audio": {74}, "vision": {35, 709}},
    "sims": {"text": {768}, "audio": {33}, "vision": {709}},
    "simsv2": {"text": {768}, "audio": {25, 33}, "vision": {177, 709}},
}


def check_sequences(gathered: Gathered, name: str) -> list[Finding]:
    """Everything that features alone can show to be wrong.

    Args:
        gathered: the notes of one pass.
        name: the corpus's name, for the widths that its files are known to have.
    """
    findings = [*widths(gathered.tracks, name), *swapped_lengths(gathered)]
    for channel, tracks in gathered.tracks.items():
        for check in (absent, not_numbers, zeros, padding, lengths, columns, scaler):
            findings += check(channel, tracks, gathered.clips)
        # The same words have the same features; texts are compared as texts.
        if channel != "text" or not any(clip.text for clip in gathered.clips):
            findings += copies(channel, tracks, gathered.clips)
    return findings


def ids_where(clips: Sequence[Clip], flags: Sequence[bool | int]) -> list[str]:
    return [clip.id for clip, flag in zip(clips, flags, strict=True) if flag]


def absent(channel: str, tracks: Tracks, clips: Sequence[Clip]) -> list[Finding]:
    """Clips without a row; a warning where a whole split has none and another has."""
    without = [real == 0 for real in tracks.real]
    if not any(without):
        return []
    held: dict[str, list[bool]] = {}
    for clip, gone in zip(clips, without, strict=True):
        held.setdefault(clip.split or "all", []).append(gone)
    shares = {split: sum(gone) / len(gone) for split, gone in held.items()}
    whole = [split for split, share in shares.items() if share == 1]
    told = ", ".join(f"{split} {100 * share:.1f} %" for split, share in shares.items())
    severity = "warning" if whole or sum(without) > MANY * len(without) else "info"
    what = f"{sum(without):,} of {len(clips):,} clips have no row of {channel} ({told})."
    ids = ids_where(clips, without)
    return [found("modality_absent", ids, what, severity=severity, channel=channel)]


def not_numbers(channel: str, tracks: Tracks, clips: Sequence[Clip]) -> list[Finding]:
    """Clips with NaN or infinities in real rows."""
    findings = []
    numbers = max(1, sum(tracks.real) * tracks.width)
    for kind, counts, word in (
        ("nan_values", tracks.nans, "NaN"),
        ("inf_values", tracks.infs, "inf"),
    ):
        ids = ids_where(clips, counts)
        if ids:
            share = 100 * sum(counts) / numbers
            what = f"{sum(counts):,} numbers ({share:.3g} %) in {len(ids):,} clips are {word}."
            figures = {"share": sum(counts) / numbers}
            findings.append(found(kind, ids, what, channel=channel, figures=figures))
    return findings


def zeros(channel: str, tracks: Tracks, clips: Sequence[Clip]) -> list[Finding]:
    """Clips whose real rows are zero throughout."""
    ids = ids_where(clips, tracks.zero)
    what = f"{len(ids):,} of {len(clips):,} clips are zero throughout and count as real."
    return [found("all_zero_sequences", ids, what, channel=channel)] if ids else []


def padding(channel: str, tracks: Tracks, clips: Sequence[Clip]) -> list[Finding]:
    """Rows of zeros at either end that count as real."""
    findings = []
    for side, counts in (("begin", tracks.leading), ("end", tracks.trailing)):
        padded = [count > 0 for count in counts]
        if sum(padded) <= PADDED * len(clips) or sum(padded) < 2:
            continue
        rows = sum(counts)
        what = (
            f"{sum(padded):,} of {len(clips):,} clips {side} with rows of zeros that count as "
            f"real: {rows:,} of {sum(tracks.real):,} rows ({100 * rows / sum(tracks.real):.1f} %)."
        )
        ids = ids_where(clips, padded)
        findings.append(found("padding_counted_as_real", ids, what, channel=channel))
    return findings


def lengths(channel: str, tracks: Tracks, clips: Sequence[Clip]) -> list[Finding]:
    """Clips with content beyond the rows that are told to be real."""
    pairs = zip(tracks.content, tracks.real, tracks.held, strict=True)
    # A mask with holes has fewer real rows than its last one's place; only the end tells.
    beyond = [real < held and content > real for content, real, held in pairs]
    ids = ids_where(clips, beyond)
    what = f"In {len(ids):,} of {len(clips):,} clips rows beyond the told length hold numbers."
    return [found("length_mismatch", ids, what, channel=channel)] if ids else []


def columns(channel: str, tracks: Tracks, clips: Sequence[Clip]) -> list[Finding]:
    """Columns that never change, and those on a scale of their own."""
    if not tracks.columns:
        return []
    every = together(tracks.columns.values())
    if every.count.max() < FEWEST:
        return []
    findings, still = [], np.flatnonzero((every.count > 0) & (every.low == every.high))
    if len(still):
        named = ", ".join(str(place) for place in still[:10])
        what = f"{len(still):,} of {tracks.width:,} columns never change: {named}" + (
            " ..." if len(still) > 10 else "."
        )
        findings.append(found("constant_columns", [], what, count=len(still), channel=channel))
    spread = every.deviation[every.deviation > 0]
    largest = float(np.max(np.abs([every.low, every.high])[:, every.count > 0]))
    if len(spread) and (largest > HUGE or spread.max() > APART * np.median(spread)):
        worst = int(np.argmax(np.nan_to_num(every.deviation)))
        what = (
            f"Column {worst} deviates by {spread.max():.3g}, the median column by "
            f"{np.median(spread):.3g}; the largest number is {largest:.3g}."
        )
        findings.append(found("extreme_scale", [], what, count=1, channel=channel))
    return findings


def scaler(channel: str, tracks: Tracks, clips: Sequence[Clip]) -> list[Finding]:
    """Columns that are standardised over all splits together, and not over train."""
    train = tracks.columns.get("train")
    if train is None or len(tracks.columns) < 2 or train.count.min() < FEWEST:
        return []
    every = together(tracks.columns.values())
    for how, off in (("mean 0 and deviation 1", off_standard), ("bounds 0 and 1", off_bounds)):
        moves = every.low < every.high
        all_off, train_off = off(every)[moves], off(train)[moves]
        exact = all_off < SCALED
        if not len(exact) or exact.mean() < 0.9:
            continue
        apart = train_off[exact] > CLEARLY * np.maximum(all_off[exact], SCALED / CLEARLY)
        if apart.mean() > 0.5:
            what = (
                f"{int(exact.sum()):,} of {len(exact):,} columns have {how} over all splits "
                f"together; of these {int(apart.sum()):,} have not over train alone."
            )
            n = int(apart.sum())
            return [found("scaler_saw_all_splits", [], what, count=n, channel=channel)]
    return []


def off_standard(columns: Columns) -> np.ndarray:
    """How far each column is from mean 0 and deviation 1."""
    return np.maximum(np.abs(columns.mean), np.abs(columns.deviation - 1))


def off_bounds(columns: Columns) -> np.ndarray:
    """How far each column is from reaching from 0 to 1."""
    return np.maximum(np.abs(columns.low), np.abs(columns.high - 1))


def copies(channel: str, tracks: Tracks, clips: Sequence[Clip]) -> list[Finding]:
    """Clips with the same sequence of numbers."""
    groups: dict[str, list[Clip]] = {}
    for clip, key in zip(clips, tracks.prints, strict=True):
        if key:
            groups.setdefault(key, []).append(clip)
    return duplicates(groups.values(), f"features of {channel}", "sequences of features")


def swapped_lengths(gathered: Gathered) -> list[Finding]:
    """Whether audio is as long as vision is told to be, and vision as audio."""
    if not {"audio", "vision"} <= set(gathered.tracks):
        return []
    audio, vision = gathered.tracks["audio"], gathered.tracks["vision"]
    wrong = [
        told_a != told_v and told_a == true_v and told_v == true_a
        for told_a, true_a, told_v, true_v in zip(
            audio.real, audio.content, vision.real, vision.content, strict=True
        )
    ]
    differ = sum(a != v for a, v in zip(audio.real, vision.real, strict=True))
    if not differ or sum(wrong) < 0.5 * differ:
        return []
    what = (
        f"In {sum(wrong):,} of {differ:,} clips the told lengths of audio and vision fit only "
        "when they are exchanged."
    )
    return [found("lengths_swapped", ids_where(gathered.clips, wrong), what)]


def widths(tracks: Mapping[str, Tracks], name: str) -> list[Finding]:
    """Whether two channels have the widths of each other in known files of this corpus."""
    known = WIDTHS.get(name, {})
    has = {channel: tracks[channel].width for channel in known if channel in tracks}
    return [
        found(
            "modalities_swapped",
            [],
            f"{one} has {has[one]} columns and {other} {has[other]}; in files of {name} it is "
            "the other way round.",
            count=1,
            channel=f"{one} and {other}",
        )
        for one, other in combinations(has, 2)
        if has[one] in known[other] - known[one] and has[other] in known[one] - known[other]
    ]
