"""What stands in two splits: ids, speakers, groups, sources, sentences, texts.

Texts are compared by their words: case, accents, punctuation and spaces do not count.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence

from tritone.audit.findings import Finding, found
from tritone.audit.near import NEAR, near_pairs, words_of
from tritone.audit.subject import Subject
from tritone.core.clip import Clip
from tritone.core.labels import SPLITS

FEW_WORDS = 6  # shorter texts are said again by chance, where people speak
FIXED = 5.0  # clips a text above which the texts are a script, not found
RAVDESS = re.compile(r"0[1-3]-0[12]-0[1-8]-0[12]-(0[12])-0[12]-\d\d")


def check_leaks(subject: Subject) -> list[Finding]:
    """Everything in two splits that clips alone can show."""
    clips = subject.clips
    return [
        *duplicate_ids(clips),
        *people(clips),
        *sentences(clips),
        *texts(clips),
        *sources(clips),
    ]


def duplicate_ids(clips: Sequence[Clip]) -> list[Finding]:
    """Ids that name more than one clip."""
    twice = [name for name, count in Counter(clip.id for clip in clips).items() if count > 1]
    what = f"{len(twice):,} ids name more than one clip."
    return [found("duplicate_ids", twice, what)] if twice else []


def people(clips: Sequence[Clip]) -> list[Finding]:
    """Speakers and groups in two splits; where the group is the speaker, once, and graver."""
    known = [clip for clip in clips if clip.speaker]
    same = bool(known) and all(clip.group == clip.speaker for clip in known)
    told = shared(clips, lambda clip: clip.speaker, "speakers")
    findings = [
        found(
            "speaker_across_splits",
            groups,
            what,
            severity="error" if same else "warning",
            count=count,
        )
        for groups, what, count in told
    ]
    if not same:
        told = shared(clips, lambda clip: clip.group, "groups")
        findings += [found("group_across_splits", *one[:2], count=one[2]) for one in told]
    return findings


def shared(
    clips: Sequence[Clip], key: Callable[[Clip], str | None], word: str
) -> list[tuple[list[tuple[str, ...]], str, int]]:
    """One clip of each split for each key in several of them; a sentence; how many keys."""
    places = grouped(clips, key)
    across = {name: held for name, held in places.items() if is_across(held)}
    if not across:
        return []
    judged = [clip for clip in clips if clip.split not in (None, "train")]
    touched = sum(key(clip) in across for clip in judged)
    what = (
        f"{len(across):,} of {len(places):,} {word} stand in more than one split; "
        f"{touched:,} of {len(judged):,} clips outside of train are theirs."
    )
    return [([one_of_each(held) for held in across.values()], what, len(across))]


def sentences(clips: Sequence[Clip]) -> list[Finding]:
    """A few sentences that all splits speak, as actors do."""
    places = grouped(clips, statement)
    if is_script(places):
        how = "by their labels or file names"
    else:
        places, how = grouped(clips, normal_text), "by their texts"
        if not is_script(places):
            return []
    splits = {clip.split for clip in clips if clip.split}
    all_over = {name: held for name, held in places.items() if {c.split for c in held} == splits}
    if len(splits) < 2 or not all_over:
        return []
    what = (
        f"{len(all_over):,} of {len(places):,} sentences ({how}) are spoken in all of "
        f"{', '.join(split for split in SPLITS if split in splits)}."
    )
    return [found("sentence_across_splits", [one_of_each(h) for h in all_over.values()], what)]


def statement(clip: Clip) -> str | None:
    """Which of a corpus's fixed sentences a clip says."""
    told = clip.labels.get("statement")
    code = RAVDESS.fullmatch(clip.id.rpartition("/")[2].partition(".")[0])
    return str(told) if told is not None else (code[1] if code else None)


def is_script(places: Mapping[str, list[Clip]]) -> bool:
    """Whether texts are spoken so often that somebody wrote them for it."""
    return sum(map(len, places.values())) >= FIXED * max(1, len(places))


def texts(clips: Sequence[Clip]) -> list[Finding]:
    """The same, and nearly the same, text in two splits and within one."""
    places = grouped(clips, normal_text)
    if is_script(places):
        return []
    # People say the same few words again; what is written down twice was copied.
    spoken = any(clip.group or clip.speaker or "audio" in clip.media for clip in clips)
    fewest = FEW_WORDS if spoken else 1
    long = {text: held for text, held in places.items() if len(text.split()) >= fewest}
    short = {text: held for text, held in places.items() if text not in long}
    findings = duplicates(long.values(), "text", "texts")
    across = [held for held in short.values() if is_across(held)]
    if across:
        what = f"{len(across):,} texts of fewer than {FEW_WORDS} words stand in several splits."
        findings.append(found("short_text_across_splits", [one_of_each(h) for h in across], what))
    keys = list(long)
    pairs = near_pairs([text.split() for text in keys], NEAR)
    return findings + near_duplicates(
        [(long[keys[a]][0], long[keys[b]][0], share) for a, b, share in pairs],
        "text",
        "Pairs of texts that share most of their words",
    )


def duplicates(groups: Iterable[list[Clip]], channel: str, word: str) -> list[Finding]:
    """Findings of groups of clips with the same content."""
    several = [held for held in groups if len(held) > 1]
    across = [held for held in several if is_across(held)]
    within = [held for held in several if not is_across(held)]
    findings = []
    if across:
        clips = sum(map(len, across))
        what = f"{word.capitalize()} in more than one split: {len(across):,}, in {clips:,} clips."
        groups_of_ids = [one_of_each(held) for held in across]
        findings.append(found("duplicate_across_splits", groups_of_ids, what, channel=channel))
    if within:
        extra = sum(len(held) - 1 for held in within)
        what = (
            f"{word.capitalize()} more than once in one split: {len(within):,}, with {extra:,} "
            "clips too many."
        )
        ids = [tuple(clip.id for clip in held) for held in within]
        findings.append(found("duplicate_within_split", ids, what, channel=channel))
    return findings


def near_duplicates(
    pairs: Sequence[tuple[Clip, Clip, float]], channel: str, sentence: str
) -> list[Finding]:
    """Findings of pairs of clips with nearly the same content."""
    findings = []
    for kind, kept in (
        ("near_duplicate_across_splits", [p for p in pairs if is_across(p[:2])]),
        ("near_duplicate_within_split", [p for p in pairs if not is_across(p[:2])]),
    ):
        if kept:
            ids = [(one.id, other.id) for one, other, _ in kept]
            what = f"{sentence}: {len(kept):,}."
            findings.append(found(kind, ids, what, channel=channel))
    return findings


def sources(clips: Sequence[Clip]) -> list[Finding]:
    """Source clips of composites, and stretches of files, that several clips use."""
    places: dict[Hashable, list[Clip]] = defaultdict(list)
    for clip in clips:
        for key in set(stretches(clip)):
            places[key].append(clip)
    several = [held for held in places.values() if len(held) > 1]
    across = [held for held in several if is_across(held)]
    findings = []
    if across:
        what = f"{len(across):,} sources are used in more than one split."
        findings.append(found("source_across_splits", [one_of_each(h) for h in across], what))
    reused = [held for held in several if not is_across(held)]
    if reused:
        what = f"{len(reused):,} of {len(places):,} sources are used in several clips of a split."
        ids = [tuple(clip.id for clip in held) for held in reused]
        findings.append(found("source_reused", ids, what))
    return findings


def stretches(clip: Clip) -> Iterable[Hashable]:
    """What a clip is made of: source clips by channel, or stretches of files."""
    if clip.origins:
        yield from clip.origins.items()
        return
    for source in clip.media.values():
        yield str(source.path), source.member, clip.start, clip.end, clip.region


def normal_text(clip: Clip) -> str | None:
    """The words of a clip's text in small letters; None where there is none."""
    return " ".join(words_of(clip.text or "")) or None


def grouped(clips: Iterable[Clip], key: Callable[[Clip], str | None]) -> dict[str, list[Clip]]:
    """Clips by key, in the order of their first; clips without one are left out."""
    places: dict[str, list[Clip]] = defaultdict(list)
    for clip in clips:
        name = key(clip)
        if name is not None:
            places[name].append(clip)
    return dict(places)


def is_across(clips: Iterable[Clip]) -> bool:
    """Whether clips are in two splits or more."""
    return len({clip.split for clip in clips if clip.split}) > 1


def one_of_each(clips: Iterable[Clip]) -> tuple[str, ...]:
    """The first clip of each split."""
    return tuple({clip.split: clip.id for clip in reversed(list(clips))}.values())[::-1]
