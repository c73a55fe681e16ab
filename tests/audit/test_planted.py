"""The first law of an audit: clean data have no finding, and a planted fault has just its own."""

from dataclasses import replace

import numpy as np
import pytest

from tritone.core.task import Classes, Regression

EVERY = 5  # each fifth clip carries the fault


def test_clean_clips_have_no_finding(planted):
    assert planted.findings() == []


def test_clean_features_have_no_finding(planted):
    assert planted.findings(features=True) == []


def text_of(planted, name):
    return next(clip.text for clip in planted.subject.clips if clip.id == name)


def same_text_across(planted):
    for_one = text_of(planted, "train_3")
    labels = next(clip.labels for clip in planted.subject.clips if clip.id == "train_3")
    planted.change(text={"val_4": for_one.upper() + " !"}, labels={"val_4": labels})


def same_text_within(planted):
    labels = next(clip.labels for clip in planted.subject.clips if clip.id == "train_3")
    planted.change(text={"train_4": text_of(planted, "train_3")}, labels={"train_4": labels})


def near_text_across(planted):
    planted.change(text={"test_4": text_of(planted, "train_3").rsplit(" ", 1)[0] + " else"})


def near_text_within(planted):
    planted.change(text={"val_5": text_of(planted, "val_4").rsplit(" ", 1)[0] + " else"})


def short_text_across(planted):
    labels = next(clip.labels for clip in planted.subject.clips if clip.id == "train_3")
    planted.change(text={"train_3": "oh my god", "val_4": "Oh, my God!"}, labels={"val_4": labels})


def same_id_twice(planted):
    clips = planted.subject.clips
    again = replace(clips[1], id=clips[0].id)
    planted.subject = replace(planted.subject, clips=(clips[0], again, *clips[2:]))


def speaker_across(planted):
    planted.change(speaker={"val_4": "train_video0_host"})


def group_across(planted):
    planted.change(group={"test_4": "train_video0"})


def script(planted):
    given = {
        c.id: {**c.labels, "statement": f"{n % 2}"} for n, c in enumerate(planted.subject.clips)
    }
    planted.change(labels=given)


def marked_as_paired(planted):
    planted.subject = replace(planted.subject, marks=("synthetic_pairing",))


def channels_from_two_corpora(planted):
    planted.change(origins={"val_4": {"text": "emotions:train_1", "audio": "ravdess:03"}})


def source_in_two_splits(planted):
    planted.change(origins={name: {"audio": "ravdess:03"} for name in ("train_3", "val_4")})


def source_twice(planted):
    planted.change(origins={name: {"audio": "ravdess:03"} for name in ("val_3", "val_4")})


def score_beyond(planted):
    labels = {"sentiment": "positive", "score": 3.5}
    planted.change(labels={"train_3": labels})


def class_unknown(planted):
    planted.change(labels={"train_3": {"sentiment": "mixed", "score": 1.0}})


def label_gone(planted):
    planted.change(labels={"train_3": {"score": 1.0}})


def all_alike(planted):
    planted.label(val={"sentiment": "positive", "score": None})


def few_of_a_class(planted):
    clips = [clip for clip in planted.subject.clips if clip.labels["sentiment"] == "negative"]
    kept = {clip.id for number, clip in enumerate(clips) if number % 8 == 0}
    clips = [
        c for c in planted.subject.clips if c.labels["sentiment"] == "positive" or c.id in kept
    ]
    planted.subject = replace(planted.subject, clips=tuple(clips))


def class_only_in_test(planted):
    tasks = {"sentiment": Classes(("negative", "neutral", "positive")), "score": Regression(-3, 3)}
    planted.subject = replace(planted.subject, tasks=tasks)
    labels = {"sentiment": "neutral", "score": 0.0}
    planted.change(labels={"test_3": labels, "test_4": labels})


def channels_against_whole(planted):
    labels = {"sentiment": "negative", "score": -0.6}
    parts = {"score_text": 0.4, "score_audio": 0.2, "score_vision": 1.0}
    planted.change(labels={"train_3": labels | parts})


def channels_below_a_whole_above(planted):
    parts = {"score_text": -0.4, "score_audio": -0.2}
    planted.change(labels={"train_3": {"sentiment": "positive", "score": 0.6} | parts})


def class_against_score(planted):
    planted.change(labels={"train_3": {"sentiment": "negative", "score": 1.4}})


def no_validation(planted):
    clips = [clip for clip in planted.subject.clips if clip.split != "val"]
    planted.subject = replace(planted.subject, clips=tuple(clips))


def unsplit(planted):
    planted.change(split={clip.id: None for clip in planted.subject.clips})


def licence(planted):
    planted.subject = replace(planted.subject, licence="CC BY-NC-SA 4.0")


def skipped(planted):
    planted.subject = replace(planted.subject, notes=("3 skipped, no text (first: line 7).",))


def long_text_for_one_class(planted):
    given = {
        clip.id: clip.text + " " + " ".join(f"x{n}{clip.id}" for n in range(9))
        for clip in planted.subject.clips
        if clip.labels["sentiment"] == "positive"
    }
    planted.change(text=given)


CLIPS = {
    same_text_across: {"duplicate_across_splits"},
    same_text_within: {"duplicate_within_split"},
    near_text_across: {"near_duplicate_across_splits"},
    near_text_within: {"near_duplicate_within_split"},
    short_text_across: {"short_text_across_splits"},
    same_id_twice: {"duplicate_ids"},
    speaker_across: {"speaker_across_splits"},
    group_across: {"group_across_splits"},
    script: {"sentence_across_splits"},
    marked_as_paired: {"synthetic_pairing"},
    channels_from_two_corpora: {"synthetic_pairing"},
    source_in_two_splits: {"source_across_splits"},
    source_twice: {"source_reused"},
    score_beyond: {"label_out_of_range"},
    class_unknown: {"label_out_of_range"},
    label_gone: {"label_missing"},
    all_alike: {"label_constant", "label_shift"},
    few_of_a_class: {"class_imbalance"},
    class_only_in_test: {"class_without_training"},
    channels_against_whole: {"channels_contradict_whole"},
    channels_below_a_whole_above: {"channels_contradict_whole"},
    class_against_score: {"annotation_contradicts_score"},
    no_validation: {"no_validation_split"},
    unsplit: {"no_splits"},
    licence: {"licence_restricted"},
    skipped: {"reader_notes"},
    long_text_for_one_class: {"shortcut"},
}


@pytest.mark.parametrize("plant", CLIPS, ids=lambda plant: plant.__name__)
def test_a_fault_of_clips_is_found_and_no_other(planted, plant):
    plant(planted)
    assert {finding.id for finding in planted.findings()} == CLIPS[plant]


def test_a_short_text_that_nobody_speaks_is_a_copy(planted):
    short_text_across(planted)
    nobody = {clip.id: None for clip in planted.subject.clips}
    planted.change(speaker=nobody, group=nobody)
    assert {finding.id for finding in planted.findings()} == {"duplicate_across_splits"}


def test_a_speaker_who_is_the_group_is_one_error(planted):
    planted.change(group={clip.id: clip.speaker for clip in planted.subject.clips})
    planted.change(speaker={"val_4": "train_video0_host"}, group={"val_4": "train_video0_host"})
    (found,) = planted.findings()
    assert (found.id, found.severity) == ("speaker_across_splits", "error")


def some(planted):
    return [clip.id for clip in planted.subject.clips][::EVERY]


def nan(planted):
    planted.arrays["train_3"]["vision"][1, 2] = np.nan


def infinite(planted):
    planted.arrays["val_3"]["audio"][1, 2] = -np.inf


def column_still(planted):
    for arrays in planted.arrays.values():
        arrays["audio"][:, 1] = 7.0


def all_zero(planted):
    planted.arrays["train_3"]["vision"][:] = 0.0


def padded_behind(planted):
    for name in some(planted):
        rows = planted.arrays[name]["audio"]
        planted.arrays[name]["audio"] = np.concatenate([rows, np.zeros((4, 3), np.float32)])


def padded_before(planted):
    for name in some(planted):
        rows = planted.arrays[name]["vision"]
        planted.arrays[name]["vision"] = np.concatenate([np.zeros((2, 4), np.float32), rows])


def told_too_short(planted):
    for name in some(planted):
        planted.real[name] = {"audio": len(planted.arrays[name]["audio"]) - 1}


def lengths_exchanged(planted):
    for name, arrays in planted.arrays.items():
        audio, vision = len(arrays["audio"]), len(arrays["vision"])
        for channel, width in (("audio", 3), ("vision", 4)):
            padding = np.zeros((20 - len(arrays[channel]), width), np.float32)
            arrays[channel] = np.concatenate([arrays[channel], padding])
        planted.real[name] = {"audio": vision, "vision": audio}


def absent_in_val(planted):
    for name, arrays in planted.arrays.items():
        if name.startswith("val"):
            arrays["text"] = np.zeros((0, 5), np.float32)


def one_column_huge(planted):
    for arrays in planted.arrays.values():
        arrays["audio"][:, 1] *= 1e6


def scaled_over_all(planted):
    rng = np.random.default_rng(3)
    for name, arrays in planted.arrays.items():
        shift = 1.0 if name.startswith("train") else -1.0
        arrays["vision"] += rng.normal(shift, 1, 4).astype(np.float32)
    rows = np.concatenate([arrays["vision"] for arrays in planted.arrays.values()])
    for arrays in planted.arrays.values():
        arrays["vision"] = (arrays["vision"] - rows.mean(axis=0)) / rows.std(axis=0)


def knows_the_labels_of_train(planted):
    for clip in planted.subject.clips:
        if clip.split == "train":
            sign = 1 if clip.labels["sentiment"] == "positive" else -1
            planted.arrays[clip.id]["text"][:, 1] += 6 * sign


def copied_features(planted):
    planted.arrays["test_3"]["audio"] = planted.arrays["train_3"]["audio"].copy()


def channels_exchanged(planted):
    planted.subject = replace(planted.subject, name="mosi")
    rng = np.random.default_rng(3)
    for arrays in planted.arrays.values():
        arrays["audio"] = rng.normal(0, 1, (4, 20)).astype(np.float32)
        arrays["vision"] = rng.normal(0, 1, (4, 5)).astype(np.float32)


FEATURES = {
    nan: {"nan_values"},
    infinite: {"inf_values"},
    column_still: {"constant_columns"},
    all_zero: {"all_zero_sequences"},
    padded_behind: {"padding_counted_as_real"},
    padded_before: {"padding_counted_as_real"},
    told_too_short: {"length_mismatch"},
    lengths_exchanged: {"lengths_swapped", "length_mismatch", "padding_counted_as_real"},
    absent_in_val: {"modality_absent"},
    one_column_huge: {"extreme_scale"},
    scaled_over_all: {"scaler_saw_all_splits"},
    knows_the_labels_of_train: {"train_label_contamination"},
    copied_features: {"duplicate_across_splits"},
    channels_exchanged: {"modalities_swapped"},
}


@pytest.mark.parametrize("plant", FEATURES, ids=lambda plant: plant.__name__)
def test_a_fault_of_features_is_found_and_no_other(planted, plant):
    plant(planted)
    assert {finding.id for finding in planted.findings(features=True)} == FEATURES[plant]
