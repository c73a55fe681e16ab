"""Whether the channels of a clip belong together, and from where they come."""

from tritone.audit.findings import Finding, found
from tritone.audit.subject import Subject

MARK = "synthetic_pairing"


def check_pairing(subject: Subject) -> list[Finding]:
    """Clips whose channels come from different corpora, or that their corpus marks so."""
    mixed = [clip.id for clip in subject.clips if len(set(clip.origins.values())) > 1]
    if MARK not in subject.marks and not mixed:
        return []
    corpora = sorted({o.partition(":")[0] for clip in subject.clips for o in clip.origins.values()})
    told = f" from {', '.join(corpora)}" if corpora else ""
    how = "by label, as the corpus says" if MARK in subject.marks else "after the recording"
    what = f"{len(mixed):,} clips join channels{told} {how}."
    return [found("synthetic_pairing", mixed, what, count=max(1, len(mixed)))]
