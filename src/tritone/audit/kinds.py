"""Every finding that an audit can make: its stable id, what it means, what to do about it.

Programs rely on the ids. Nothing heavy is imported here, so that `tritone audit --help` can list
them at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "info"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")


@dataclass(frozen=True)
class Kind:
    """One line of the table.

    Args:
        severity: how grave it is, where the check does not know better.
        meaning: what was found, in one line.
        advice: what to do.
    """

    severity: Severity
    meaning: str
    advice: str


KINDS: Mapping[str, Kind] = {
    "duplicate_ids": Kind(
        "error",
        "one id names several clips",
        "Give every clip an id of its own; until then labels and features can be mixed up.",
    ),
    "duplicate_across_splits": Kind(
        "error",
        "the same text, picture, sound or features in two splits",
        "Drop the copies from the training part, or score without them.",
    ),
    "near_duplicate_across_splits": Kind(
        "warning",
        "nearly the same text or picture in two splits",
        "Look at the pairs; keep those that are one thing in one split.",
    ),
    "short_text_across_splits": Kind(
        "info",
        "a text of few words stands in two splits, as greetings do",
        "Natural in dialogue. Score once without them to see what they carry.",
    ),
    "duplicate_within_split": Kind(
        "info",
        "the same content more than once in one split",
        "Drop the copies, or keep each group in one fold when you cross-validate.",
    ),
    "near_duplicate_within_split": Kind(
        "info",
        "nearly the same content more than once in one split",
        "Keep each pair in one fold when you cross-validate.",
    ),
    "speaker_across_splits": Kind(
        "warning",
        "the same speaker in two splits",
        "Split by speaker, or say that the score is for known speakers.",
    ),
    "group_across_splits": Kind(
        "error",
        "the same video, dialogue or actor in two splits",
        "Split by group: clips of one recording share voice, face, light and topic.",
    ),
    "source_across_splits": Kind(
        "error",
        "the same source clip or the same stretch of a file in two splits",
        "Draw the parts of composite clips within each split.",
    ),
    "source_reused": Kind(
        "info",
        "one source clip stands in several clips of a split",
        "There are fewer different samples than rows; count sources when you give intervals.",
    ),
    "sentence_across_splits": Kind(
        "warning",
        "all splits speak the same few sentences",
        "The words carry nothing. Do not claim results for unseen sentences; hold one out.",
    ),
    "synthetic_pairing": Kind(
        "warning",
        "the channels of a clip were not recorded together",
        "Report it with every score: paired by label, channels are independent given the label "
        "and fusion looks better than it is. Re-pair within each class: the score must stay.",
    ),
    "conflicting_labels": Kind(
        "warning",
        "the same text or picture has different labels",
        "Give the ceiling beside the score of that channel, or settle the labels.",
    ),
    "train_label_contamination": Kind(
        "error",
        "features know the training labels: right inside train, not beyond",
        "Do not cross-validate inside train. Choose on val only, or extract features anew with "
        "an extractor that has not seen these labels.",
    ),
    "scaler_saw_all_splits": Kind(
        "warning",
        "features were scaled with statistics of all splits together",
        "Fit means and scales on the training part alone, then apply them to the rest.",
    ),
    "shortcut": Kind(
        "warning",
        "something beside the content predicts the label",
        "Balance it over the classes, remove it from the input, or report scores by its slices.",
    ),
    "label_out_of_range": Kind(
        "error",
        "a label beyond its scale, or of no known class",
        "Correct or drop these rows; check that the scale is that of this corpus.",
    ),
    "label_missing": Kind(
        "warning",
        "clips without the label that is to be predicted",
        "They teach nothing and are not scored; make sure that this is meant.",
    ),
    "label_constant": Kind(
        "error",
        "all clips of a split have the same label",
        "Nothing can be learned or measured there; check the labels' column.",
    ),
    "class_imbalance": Kind(
        "info",
        "classes differ much in size",
        "Report macro-F1 and the recall of each class; weigh the classes or subsample.",
    ),
    "class_without_training": Kind(
        "warning",
        "a class is scored that the training part does not hold",
        "Leave it out of the score, or split anew by class.",
    ),
    "label_shift": Kind(
        "info",
        "the shares of the classes differ between splits",
        "Take floors from the split that is scored.",
    ),
    "channels_contradict_whole": Kind(
        "warning",
        "every channel's own label has one sign, the label of the whole the other",
        "Look at these clips; they may be irony, or a slip of the annotation.",
    ),
    "annotation_contradicts_score": Kind(
        "warning",
        "the class and the sign of the score disagree",
        "Decide which of the two is the truth, and say so.",
    ),
    "small_evaluation_split": Kind(
        "warning",
        "too few clips to tell close models apart",
        "Give intervals, call smaller differences ties, and train with several seeds.",
    ),
    "no_validation_split": Kind(
        "warning",
        "nothing to choose a model on but the test part",
        "Split a part of train off, by group, and choose on it.",
    ),
    "no_splits": Kind(
        "info",
        "the clips are in no split",
        "Split by speaker or recording; leaks between splits could not be looked for.",
    ),
    "nan_values": Kind(
        "error",
        "features hold NaN",
        "Extract these clips again, or mark the rows as missing; filling with 0 invents data.",
    ),
    "inf_values": Kind(
        "error",
        "features hold infinities, as COVAREP leaves them",
        "Take the logarithm of a floor above 0, or clip with limits from the training part.",
    ),
    "constant_columns": Kind(
        "warning",
        "columns that never change",
        "Drop them; a scaler would divide by 0.",
    ),
    "all_zero_sequences": Kind(
        "warning",
        "sequences of nothing but zeros that count as real",
        "Mark them as missing: most often the extractor found no face or no sound.",
    ),
    "padding_counted_as_real": Kind(
        "warning",
        "rows of zeros at an end of the sequence that count as real",
        "Cut them off or mask them; a mean over padding depends on the longest clip.",
    ),
    "length_mismatch": Kind(
        "warning",
        "the length that is told is shorter than the sequence",
        "Check the lengths' field; real rows are cut off.",
    ),
    "lengths_swapped": Kind(
        "error",
        "lengths of audio and vision seem to be exchanged",
        "Exchange the two fields of lengths.",
    ),
    "modalities_swapped": Kind(
        "error",
        "a channel has the width of another",
        "Check the order in which the file gives text, audio and vision.",
    ),
    "extreme_scale": Kind(
        "warning",
        "columns whose scales lie far apart",
        "Scale each column with statistics of the training part.",
    ),
    "modality_absent": Kind(
        "warning",
        "clips without any row of a channel",
        "Score with and without the channel; a whole split without it cannot be compared.",
    ),
    "missing_media": Kind(
        "error",
        "files that clips name are not there",
        "Copy them, or correct the folder.",
    ),
    "unreadable_media": Kind(
        "error",
        "files that cannot be decoded",
        "Copy or convert them again; extraction would list them as failed.",
    ),
    "long_clips": Kind(
        "warning",
        "clips far longer than the rest",
        "Listen to them: most often a cut failed. Drop them or cut them again.",
    ),
    "video_without_sound": Kind(
        "warning",
        "films without a sound track under the audio channel",
        "Take the sound from its own file, or expect the channel to be missing.",
    ),
    "silent_sound": Kind(
        "warning",
        "sound that is silence throughout",
        "Check the recording; the channel carries nothing there.",
    ),
    "blank_pictures": Kind(
        "warning",
        "pictures of one colour",
        "Drop them: they have labels and show nothing.",
    ),
    "licence_restricted": Kind(
        "info",
        "the data's licence forbids some uses",
        "Keep data, features and what is quoted from them within these terms.",
    ),
    "pickle_input": Kind(
        "info",
        "the data come as a pickle, which can run code when opened",
        "Tritone reads numbers and plain containers only. Import it once into a store, and "
        "compare its SHA-256 with the publisher's.",
    ),
    "reader_notes": Kind(
        "info",
        "rows that the reader could not use",
        "Read why; counts of papers may include them.",
    ),
}


def listing() -> str:
    """All ids with their meaning, a line each."""
    width = max(len(name) for name in KINDS)
    return "\n".join(f"{name:<{width}}  {kind.meaning}" for name, kind in KINDS.items())
