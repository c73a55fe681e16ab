"""Evaluation of a tiny model: laws, floors and marks, and what is done with bad clips."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch

from tritone import metrics
from tritone.assess.evaluate import evaluate, restricted, with_target
from tritone.assess.predict import Answers, ask, batches, predict
from tritone.core.errors import DataError, ModelError
from tritone.core.labels import EMOTIONS
from tritone.datasets.spec import read_corpus
from tritone.features.clips import sample_of_clip


@pytest.fixture(params=["tweets", "voices", "faces", "opinions"])
def spec(request):
    return request.getfixturevalue(request.param)


def test_a_report_has_a_figure_with_its_interval_and_a_floor_for_each_metric(trained, spec):
    report = evaluate(trained, spec, "dev", draws=10).to_json()
    assert report["schema"] == 1
    assert report["model"] == {"name": "tiny", "version": "0"}
    assert report["data"]["spec"] == spec
    assert report["data"]["split"] == "val"
    for name in ("accuracy", "uar", "f1_macro", "f1_weighted", "ece", "nll"):
        figure = report["metrics"][name]
        assert figure["value"] >= 0
        assert figure["low"] <= figure["high"]
    assert set(report["floors"]["majority"]) > {"accuracy", "f1_macro"}
    assert set(report["floors"]) == {"majority", "prior"}
    json.dumps(report, allow_nan=False)


def test_the_figures_are_those_of_the_probabilities(trained, tweets):
    report = evaluate(trained, tweets, "val", draws=10)
    corpus = read_corpus(tweets)
    classes = corpus.classes["emotion"]
    given = restricted(predict(trained, corpus.clips), "emotion", classes)
    true = [classes.index(clip.labels["emotion"]) for clip in corpus.clips]
    assert report.metrics["accuracy"].value == metrics.accuracy(given, true)
    assert report.metrics["ece"].value == metrics.ece(given, true)
    assert report.metrics["f1_joy"].value == metrics.f1_class(given, true, classes.index("joy"))
    assert report.confusion["counts"][classes.index("joy")] == pytest.approx(
        metrics.confusion_matrix(given, true, labels=range(6))[classes.index("joy")]
    )


def test_the_order_and_the_company_of_clips_change_nothing(trained, voices, tweets):
    for spec in (voices, tweets):
        clips = read_corpus(spec).clips
        whole = predict(trained, clips)
        back = predict(trained, clips[::-1])
        alone = predict(trained, clips[2:3])
        np.testing.assert_allclose(back.emotions[::-1], whole.emotions, atol=1e-5)
        np.testing.assert_allclose(alone.valence, whole.valence[2:3], atol=1e-5)


def test_windows_do_not_show(trained, tweets, monkeypatch):
    clips = read_corpus(tweets).clips
    whole = predict(trained, clips)
    monkeypatch.setattr("tritone.assess.predict.WINDOW", 5)
    monkeypatch.setattr("tritone.assess.predict.ROWS", 6)
    np.testing.assert_allclose(predict(trained, clips).emotions, whole.emotions, atol=1e-6)


def test_batches_hold_every_row_once_and_are_not_too_large():
    lengths = [5, 900, 3, 7000, 12, 20_000, 0] * 20
    made = list(batches(lengths))
    assert sorted(row for batch in made for row in batch) == list(range(len(lengths)))
    for batch in made:
        assert len(batch) == 1 or len(batch) * max(lengths[row] for row in batch) <= 12_000
        assert len(batch) <= 64


def test_probabilities_are_restricted_to_the_corpus_and_sum_to_one():
    shares = np.linspace(0.02, 0.2, 9)
    emotions = np.stack([shares / shares.sum(), np.eye(9)[0]])
    answers = Answers((), emotions, np.full((2, 3), 1 / 3), np.zeros(2))
    kept = restricted(answers, "emotion", ("joy", "love"))
    joy, love = emotions[0, EMOTIONS.index("joy")], emotions[0, EMOTIONS.index("love")]
    np.testing.assert_allclose(kept[0], [joy / (joy + love), love / (joy + love)])
    np.testing.assert_allclose(kept[1], [0.5, 0.5])  # all its mass lies elsewhere


def test_the_same_seed_gives_the_same_report(trained, tweets):
    first, again = (evaluate(trained, tweets, "val", seed=3, draws=10) for _ in range(2))
    other = evaluate(trained, tweets, "val", seed=4, draws=10)
    assert first.to_json() == again.to_json()
    assert first.metrics["accuracy"].value == other.metrics["accuracy"].value
    assert first.band != other.band


def test_a_constant_model_is_marked(trained, tweets):
    """Twelve tweets, eight of them joy: naming joy always is the majority floor itself."""
    model = trained.model
    state = {name: value.clone() for name, value in model.state_dict().items()}
    try:
        with torch.no_grad():
            model.branches["text"].emotion.weight.zero_()
            model.branches["text"].emotion.bias[EMOTIONS.index("joy")] = 5.0
        report = evaluate(trained, tweets, "val", draws=50)
    finally:
        model.load_state_dict(state)
    assert report.metrics["accuracy"].value == pytest.approx(8 / 12)
    assert report.floors["majority"]["accuracy"] == pytest.approx(8 / 12)
    assert report.marks == ("below_floor", "degenerate")


def test_a_right_model_has_no_marks_and_scores_one():
    from tritone.assess.marks import marks_of
    from tritone.assess.report import Figure

    counts = np.array([[5, 0], [0, 5]])
    assert marks_of(Figure(1.0, 1.0, 1.0), 0.5, counts) == ()
    assert marks_of(Figure(0.6, 0.4, 0.8), 0.5, counts) == ("near_floor",)


def test_broken_clips_are_listed_and_the_others_done(trained, voices, tmp_path):
    (tmp_path / "03-01-05-01-01-01-19.wav").write_bytes(b"RIFF broken")
    report = evaluate(trained, voices, "val", draws=10)
    assert [one.id for one in report.errors] == ["03-01-05-01-01-01-19"]
    assert report.data["n"] == 4
    assert "1 clips could not be read and are not in the figures." in report.notes
    assert report.to_json()["errors"][0]["path"].endswith("19.wav")


def test_when_no_clip_can_be_read_it_says_so(trained, tmp_path):
    (tmp_path / "03-01-05-01-01-01-19.wav").write_bytes(b"")
    with pytest.raises(DataError, match=r"Not one of 1 clips can be read\. The first: "):
        evaluate(trained, f"ravdess:{tmp_path}", "val")


def test_only_the_channel_of_the_corpus_is_given(trained, voices, faces, tweets):
    for spec, channel in ((voices, "audio"), (faces, "vision"), (tweets, "text")):
        sample = sample_of_clip(trained.preprocessor, read_corpus(spec).clips[0])
        present = {name for name, track in sample.tracks.items() if track.mask.any()}
        assert present == {channel}


def test_clips_that_hold_nothing_are_counted(trained, tmp_path):
    import soundfile

    for actor in (17, 18):
        soundfile.write(tmp_path / f"03-01-05-01-01-01-{actor}.wav", np.zeros(800), 16000)
    report = evaluate(trained, f"ravdess:{tmp_path}", "val", draws=10)
    assert "2 clips hold nothing to judge by; the prior answered for them." in report.notes


def test_scores_are_measured_by_sign_and_by_valence(trained, opinions):
    report = evaluate(trained, opinions, "dev", draws=20)
    answers = predict(trained, read_corpus(opinions, "dev").clips)
    sign = answers.sentiments[:, 2] - answers.sentiments[:, 0]
    scores = np.array([2.4, 0.0, -3.0, 0.6], dtype=np.float32)
    assert report.metrics["acc2_nonzero"].value == metrics.acc2_nonzero(sign, scores)
    assert report.metrics["mae"].value == pytest.approx(metrics.mae(answers.valence, scores / 3))
    assert report.metrics["accuracy"].value == report.metrics["acc2_nonzero"].value
    assert report.floors["majority"]["acc2_nonzero"] == pytest.approx(2 / 3)
    assert report.floors["majority"]["mae"] == pytest.approx((0.7 + 0.1 + 1.1 + 0.1) / 4)
    assert (report.data["n"], report.data["n_classified"], report.data["groups"]) == (4, 3, 2)
    assert "1 clips are none of negative, positive; the class metrics leave them out." in (
        report.notes
    )
    assert "The intervals are over 2 groups; so few make them too narrow." in report.notes


def test_sentiment_may_follow_from_emotion(tweets):
    corpus = with_target(read_corpus(tweets), "sentiment")
    assert corpus.classes["sentiment"] == ("negative", "positive")
    assert [clip.labels["sentiment"] for clip in corpus.clips[:2]] == ["positive", "negative"]
    assert "The sentiment labels follow from the emotion labels." in corpus.notes


def test_a_target_that_is_not_there_lists_those_that_are(opinions):
    with pytest.raises(DataError) as raised:
        with_target(read_corpus(opinions), "emotion")
    assert str(raised.value) == "mosi has no emotion labels. It has: sentiment."


def test_a_model_without_emotions_says_so():
    answers = Answers((), None, np.full((1, 3), 1 / 3), np.zeros(1))
    with pytest.raises(ModelError, match="This model names no emotions"):
        restricted(answers, "emotion", ("joy", "love"))


def test_the_text_names_the_worst_and_the_best(trained, voices):
    report = evaluate(trained, voices, "val", draws=20)
    text = report.to_text()
    assert text.startswith("tiny 0 on ravdess:")
    assert [row[0] for row in report.table()][:2] == ["accuracy", "balanced_accuracy"]
    assert "a perfectly calibrated model" in text
    assert "note: The intervals are over 2 groups" in text


def test_progress_is_told_to_the_end(trained, tweets):
    told = []
    predict(trained, read_corpus(tweets).clips, lambda name, done: told.append((name, done)))
    assert len(told) == 12
    assert told[-1] == ("val_12", 1.0)


def test_no_samples_are_no_answers(trained):
    assert {name: len(part) for name, part in ask(trained, []).items()} == {
        "emotions": 0,
        "sentiments": 0,
        "valence": 0,
    }


def test_undefined_values_are_null(trained, opinions):
    report = evaluate(trained, opinions, "dev", draws=5)
    figure = report.metrics["mae"]
    blank = replace(report, metrics={"mae": replace(figure, value=float("nan"))}, band=None)
    assert blank.to_json()["metrics"]["mae"]["value"] is None
