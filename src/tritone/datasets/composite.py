"""A composite: one corpus for each channel, put together (S002).

    {"parts": {"text": "emotions:PATH", "vision": "faces:PATH",
               "audio": ["ravdess:SPEECH", "ravdess:SONG"]},
     "mode": "unpaired",               or "paired_by_label"
     "target": "sentiment",            two of them, by emotion; or "emotion"
     "clips": {"train": 8000, "test": 2000},      balanced; all there are by default
     "seed": 0}

    unpaired           every clip has one channel, and keeps to its split
    paired_by_label    clips of one label and split are matched at random, a channel each

Nobody ever said, sounded and looked so at once: given the label, the paired channels are
independent. Every report made from them is marked "synthetic_pairing".
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from tritone.core.clip import Clip
from tritone.core.labels import EMOTIONS, SENTIMENTS, SPLITS
from tritone.datasets.balance import balanced, wanted_of_each
from tritone.datasets.composite_plan import Plan, read_plan
from tritone.datasets.corpus import Corpus, Sheet, classes_of, only, splits_of
from tritone.datasets.findings import Findings
from tritone.datasets.spec import read_corpus
from tritone.datasets.splitting import digest
from tritone.datasets.targets import binary, table

PAIRED = "paired_by_label"
MARK = "synthetic_pairing"
ORDER = {"sentiment": (SENTIMENTS[0], SENTIMENTS[2]), "emotion": EMOTIONS}

SHEET = Sheet(
    needs="a JSON file that names a corpus for each channel; paths are from its folder",
    ask="each corpus at its own address",
    licence="those of the corpora",
    counts="as asked for, split by split; no clip is taken twice",
    splits="those of the corpora: a clip never changes its split",
    floors="chance: accuracy .5 where the two sentiments are balanced",
    source="S002: unpaired corpora, merged at the level of labels",
)


def read(path: Path, split: str = "all") -> Corpus:
    """The clips of one split of a composite.

    Source: S002, which draws 8,000 clips to train and 2,000 to test of each corpus, makes two
    sentiments of the emotions and pairs text, picture and sound by label.
    Differs: no clip stands there twice, and splits are those of the corpora.

    Args:
        path: the JSON file.
        split: train, val, test or all.

    Raises:
        DataError: the file, or a corpus that it names, is not as it should be.
        UnknownName: it names a corpus that there is not.
    """
    plan, findings = read_plan(path), Findings()
    sheets: dict[str, Sheet] = {}
    marks: set[str] = set()
    pools = {}
    for channel, specs in plan.parts.items():
        corpora = [read_corpus(spec) for spec in specs]
        sheets |= {corpus.name: corpus.sheet for corpus in corpora}
        marks |= {mark for corpus in corpora for mark in corpus.marks}
        pieces = [piece for one in corpora for piece in pieces_of(one, channel, plan, findings)]
        pools[channel] = without_copies(pieces, findings)
    clips = list(pairs(plan, pools, findings) if plan.mode == PAIRED else drawn(plan, pools))
    tell(plan, pools, clips, findings)
    corpus = Corpus(
        name="composite",
        clips=tuple(clips),
        classes=held_classes(plan.target, clips),
        splits=splits_of(clips),
        default_target=plan.target,
        modalities=tuple(pools),
        sheet=replace(SHEET, licence="; ".join(f"{n}: {s.licence}" for n, s in sheets.items())),
        notes=findings.notes,
        marks=tuple(sorted(marks | ({MARK} if plan.mode == PAIRED else set()))),
    )
    return only(corpus, split)


def pieces_of(corpus: Corpus, channel: str, plan: Plan, findings: Findings) -> Iterator[Clip]:
    """One channel of each clip that has it and a label of the target."""
    for note in corpus.notes:
        findings.tell(f"{corpus.name}: {note}")
    for clip in corpus.clips:
        there = clip.text is not None if channel == "text" else channel in clip.media
        emotion = clip.labels.get("emotion")
        label, old = binary(clip) if plan.target == "sentiment" else (emotion, str(emotion))
        if not there:
            findings.add(f"no {channel} in {corpus.name}", clip.id)
        elif label is None:
            findings.add(f"{old} of {corpus.name} is no {plan.target} of the composite", clip.id)
        else:
            yield piece_of(corpus.name, clip, channel, {plan.target: str(label)})


def piece_of(corpus: str, clip: Clip, channel: str, labels: dict[str, str]) -> Clip:
    """A clip that has nothing but one channel; its origin tells where that is from."""
    spoken = channel == "text"
    return Clip(
        f"{corpus}/{channel}/{clip.id}",
        media={} if spoken else {channel: clip.media[channel]},
        start=None if spoken else clip.start,
        end=None if spoken else clip.end,
        text=clip.text if spoken else None,
        words=clip.words if spoken else (),
        speaker=clip.speaker and f"{corpus}:{clip.speaker}",
        group=clip.group and f"{corpus}:{clip.group}",
        labels=labels,
        split=clip.split,
        region=clip.region if channel == "vision" else None,
        origins={channel: f"{corpus}:{clip.id}"},
    )


def without_copies(pieces: Sequence[Clip], findings: Findings) -> list[Clip]:
    """The pieces with ids of their own: two folders of one corpus may share clips."""
    kept: dict[str, Clip] = {}
    for piece in pieces:
        if piece.id in kept:
            findings.add("a clip that another part holds too", piece.id)
        else:
            kept[piece.id] = piece
    return list(kept.values())


def drawn(plan: Plan, pools: dict[str, list[Clip]]) -> Iterator[Clip]:
    """Unpaired: the pieces of every channel, split by split, as many as were asked for."""
    for pieces in pools.values():
        for split in SPLITS:
            there = [piece for piece in pieces if piece.split == split]
            size = (plan.sizes or {}).get(split)
            if size is None or not there:
                yield from there
            else:
                yield from balanced(
                    there, plan.target, total=even(there, plan, size), seed=plan.seed
                )


def even(pieces: Sequence[Clip], plan: Plan, size: int) -> int:
    """So many of the pieces that no label has fewer than its share; at most what was asked for."""
    counts = Counter(piece.labels[plan.target] for piece in pieces)
    return min(size, len(counts) * min(counts.values()))


def pairs(plan: Plan, pools: dict[str, list[Clip]], findings: Findings) -> Iterator[Clip]:
    """Paired by label: within a split, the nth piece of a label in each channel's own order."""
    if {"audio", "vision"} <= set(pools):
        pools = {name: whole(name, pieces, findings) for name, pieces in pools.items()}
    for split in SPLITS:
        held = {
            label: [shuffled(pieces, plan, split, label) for pieces in pools.values()]
            for label in ORDER[plan.target]
        }
        rows = {
            label: list(zip(*lists, strict=False)) for label, lists in held.items() if all(lists)
        }
        size = (plan.sizes or {}).get(split)
        smallest = min(map(len, rows.values()), default=0)
        total = min(size or 0, len(rows) * smallest)
        wanted = wanted_of_each(rows, None, total) if total else {}
        for label, those in rows.items():
            for place, pieces in enumerate(those[: wanted.get(label)]):
                yield joined(f"{split}_{label}_{place:05}", pieces)


def whole(channel: str, pieces: list[Clip], findings: Findings) -> list[Clip]:
    """The pieces that are whole files: sound and film of one clip share one start and end."""
    kept = []
    for piece in pieces:
        if piece.start is None and piece.end is None:
            kept.append(piece)
        else:
            findings.add(
                f"{channel} that is cut from a longer recording cannot be paired", piece.id
            )
    return kept


def shuffled(pieces: list[Clip], plan: Plan, split: str, label: str) -> list[Clip]:
    """The pieces of a split and label in an order that only depends on the seed and their ids."""
    those = [p for p in pieces if p.split == split and p.labels[plan.target] == label]
    return sorted(those, key=lambda piece: digest(f"{plan.seed}\0{piece.id}"))


def joined(name: str, pieces: Sequence[Clip]) -> Clip:
    """One clip of a piece for each channel."""
    texts = [piece for piece in pieces if piece.text is not None]
    cut = next((piece for piece in pieces if piece.start is not None or piece.end), pieces[0])
    return Clip(
        name,
        media={channel: source for piece in pieces for channel, source in piece.media.items()},
        start=cut.start,
        end=cut.end,
        text=texts[0].text if texts else None,
        words=texts[0].words if texts else (),
        labels=pieces[0].labels,
        split=pieces[0].split,
        region=next((piece.region for piece in pieces if piece.region), None),
        origins={channel: origin for piece in pieces for channel, origin in piece.origins.items()},
    )


def held_classes(target: str, clips: Sequence[Clip]) -> dict[str, tuple[str, ...]]:
    declared = ORDER[target] if target == "sentiment" else ()
    return classes_of(clips, {target: declared})


def tell(plan: Plan, pools: dict[str, list[Clip]], clips: list[Clip], findings: Findings) -> None:
    """How many clips there are of each channel, split and label, and what follows from the mode."""
    if plan.target == "sentiment":
        findings.tell(f"Sentiment is {table(SENTIMENTS[1])}.")
    for channel in pools:
        counts = Counter(
            (clip.split, clip.labels[plan.target]) for clip in clips if channel in clip.origins
        )
        shown = []
        for split in SPLITS:
            of = {label: counts[split, label] for label in ORDER[plan.target]}
            if any(of.values()):
                shown.append(f"{split} {', '.join(f'{n} {name}' for name, n in of.items() if n)}")
            wanted = (plan.sizes or {}).get(split, 0)
            if 0 < sum(of.values()) < wanted:
                findings.tell(
                    f"{channel} has {sum(of.values())} clips in {split} of the {wanted} asked "
                    "for; none is taken twice."
                )
        findings.tell(f"{channel}: {'; '.join(shown) or 'none'}.")
    if plan.mode == PAIRED:
        findings.tell(
            "Synthetic pairing: the channels of a clip come from different corpora and were "
            f"matched at random within a label and split (seed {plan.seed}). Given the label they "
            "are independent: a figure on them says nothing of people who are seen and heard at "
            "once."
        )
