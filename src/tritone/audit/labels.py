"""Labels that cannot be, are not there, or contradict each other."""

import math
from collections.abc import Mapping

from tritone.audit.findings import Finding, found
from tritone.audit.subject import Subject, score_of
from tritone.core.clip import Clip
from tritone.core.labels import SENTIMENTS, sentiment_of_score
from tritone.core.task import Classes, Regression, Task

CHANNELS = ("score_text", "score_audio", "score_vision")
SCORES = ("score", "valence")
MANY = 0.05  # of the clips without a label, above which it is no accident
# Labels are rounded to steps of 0.1 or more; float32 files miss a bound by less than this.
SLACK = 1e-6
# A float32 file's 0.1 + 0.2 is no score of its own sign.
ZERO = 1e-6


def check_labels(subject: Subject) -> list[Finding]:
    """Everything that labels alone can show to be wrong."""
    return [
        *out_of_range(subject),
        *missing(subject),
        *channels_against_whole(subject),
        *class_against_score(subject),
    ]


def out_of_range(subject: Subject) -> list[Finding]:
    """Scores beyond their scale, and classes that their task does not name."""
    findings = []
    for target, task in subject.tasks.items():
        wrong = [clip for clip in subject.clips if not is_possible(task, clip.labels.get(target))]
        if wrong:
            worst = wrong[0].labels[target]
            scale = (
                f"[{task.low:g}, {task.high:g}]"
                if isinstance(task, Regression)
                else ", ".join(task.names)
            )
            what = f"{len(wrong):,} labels are none of {scale}, such as {worst!r}."
            ids = [clip.id for clip in wrong]
            findings.append(found("label_out_of_range", ids, what, channel=target))
    return findings


def is_possible(task: Task, label: str | float | None) -> bool:
    """Whether a task can have this label; an unknown one is possible."""
    if label is None or (isinstance(label, float) and math.isnan(label)):
        return True
    if isinstance(task, Classes):
        return str(label) in task.names or task.multi
    return isinstance(label, int | float) and task.low - SLACK <= label <= task.high + SLACK


def missing(subject: Subject) -> list[Finding]:
    """Clips without the label that is predicted by default."""
    target = subject.target
    if target is None or not subject.clips:
        return []
    without = [clip.id for clip in subject.clips if is_unknown(clip.labels.get(target))]
    if not without:
        return []
    share = len(without) / len(subject.clips)
    what = f"{len(without):,} of {len(subject.clips):,} clips ({100 * share:.1f} %) have none."
    severity = "warning" if share > MANY else "info"
    return [found("label_missing", without, what, severity=severity, channel=target)]


def is_unknown(label: str | float | None) -> bool:
    return label is None or (isinstance(label, float) and math.isnan(label))


def channels_against_whole(subject: Subject) -> list[Finding]:
    """Clips whose channels all lean one way, and the whole the other."""
    wrong, judged = [], 0
    for clip in subject.clips:
        parts = [score_of(clip.labels.get(name)) for name in CHANNELS]
        whole = next((score_of(clip.labels[n]) for n in SCORES if n in clip.labels), math.nan)
        known = [part for part in parts if not math.isnan(part)]
        if len(known) < 2 or math.isnan(whole):
            continue
        judged += 1
        if (min(known) > ZERO and whole < -ZERO) or (max(known) < -ZERO and whole > ZERO):
            wrong.append(clip.id)
    if not wrong:
        return []
    what = (
        f"In {len(wrong):,} of {judged:,} clips with labels of their channels, all channels have "
        "one sign and the whole the other."
    )
    return [found("channels_contradict_whole", wrong, what)]


def class_against_score(subject: Subject) -> list[Finding]:
    """Clips whose sentiment is not the sign of their score."""
    wrong = [clip for clip in subject.clips if disagree(clip.labels)]
    if not wrong:
        return []
    opposite = sum("neutral" not in (c.labels["sentiment"], sign(c)) for c in wrong)
    what = (
        f"In {len(wrong):,} clips the sentiment is not the sign of the score; in {opposite:,} it "
        "is the opposite."
    )
    return [found("annotation_contradicts_score", [clip.id for clip in wrong], what)]


def disagree(labels: Mapping[str, str | float]) -> bool:
    """Whether a sentiment and a score are both there and differ in sign."""
    sentiment = labels.get("sentiment")
    score = next((score_of(labels[name]) for name in SCORES if name in labels), math.nan)
    if sentiment not in SENTIMENTS or math.isnan(score):
        return False
    return sentiment != sentiment_of_score(0.0 if abs(score) < ZERO else score)


def sign(clip: Clip) -> str:
    """The sign of a clip's score, as a sentiment."""
    return sentiment_of_score(score_of(next(clip.labels[n] for n in SCORES if n in clip.labels)))
