"""A model that reads media under damage as it happens to media; tiny model, tiny corpora."""

import json

import numpy as np
import pytest

from tritone.assess.curves import read_robustness
from tritone.assess.media_studies import media_studies
from tritone.assess.page import page
from tritone.assess.predict import predict
from tritone.assess.raw import Hidden, Lose, Noisy, Only, Raw, Shelf, Unsaid, made_of
from tritone.assess.report import Report
from tritone.datasets.spec import read_corpus
from tritone.features.clips import Read


@pytest.fixture
def whole() -> Raw:
    """A clip with all three channels."""
    chance = np.random.default_rng(0)
    faces = chance.integers(0, 256, (2, 48, 48), dtype=np.uint8)
    sound = chance.normal(size=8000).astype(np.float32) * 0.1
    return Raw("clip", {}, read=Read("it was a great film", sound, faces))


def test_undamaged_the_study_scores_what_the_report_scores(trained, tweets):
    found = media_studies(trained, tweets, "val", None, ("robustness",), draws=5)["robustness"]
    corpus = read_corpus(tweets)
    said = predict(trained, corpus.clips)
    classes = corpus.classes["emotion"]
    shelf = Shelf(corpus, trained)
    true = [classes.index(clip.labels["emotion"]) for clip in corpus.clips]
    assert [int(shelf.target_of(row)) for row in shelf.rows("val")] == true
    assert said.emotions is not None
    clean = found.curve("rows", "text").values["accuracy"][0].value
    assert clean == found.patterns["text",]["accuracy"].value
    assert list(found.patterns) == [("text",)]
    assert read_robustness(json.loads(json.dumps(found.to_json()))).n == len(corpus.clips)


@pytest.mark.parametrize(
    ("corpus", "curve"),
    [("tweets", ("rows", "text")), ("voices", ("noise", "audio")), ("faces", ("hidden", "vision"))],
)
def test_each_channel_has_the_damage_that_happens_to_it(trained, corpus, curve, request):
    spec = request.getfixturevalue(corpus)
    found = media_studies(trained, spec, "val", None, ("robustness",), draws=5)["robustness"]
    assert [(one.damage, one.of) for one in found.curves] == [curve]
    told = "\n".join(found.to_lines())
    assert ", ".join(curve) in told
    assert json.dumps(found.to_json(), allow_nan=False)


def test_what_is_lost_of_a_clip_is_lost_in_its_rows(whole, trained):
    rows = {name: t.mask.sum() for name, t in made_of(whole, trained).tracks.items()}
    for channel in ("text", "audio", "vision"):
        left = made_of(Only((channel,))(whole, 0), trained)
        for name, track in left.tracks.items():
            assert int(track.mask.sum()) == (int(rows[name]) if name == channel else 0)
    assert len(made_of(Only(("audio",))(whole, 0), trained).tokens.ids) == 0


def test_nothing_is_damaged_at_rate_zero_and_one_channel_always_stays(whole):
    for clean in (Unsaid(0.0), Hidden(0.0), Noisy(0.0), Lose(0.0)):
        same = clean(whole, 0).read
        assert same.text == whole.read.text
        assert np.array_equal(same.faces, whole.read.faces)
        assert np.allclose(same.samples, whole.read.samples)
    left = Lose(1.0)(whole, 0).read
    assert sum(one is not None for one in (left.text, left.samples, left.faces)) == 1
    assert not Unsaid(1.0)(whole, 0).read.text
    assert (Hidden(1.0)(whole, 0).read.faces == 128).all()


def test_confidence_is_mended_for_media_too(trained, tweets):
    found = media_studies(trained, tweets, "val", None, ("calibration",), draws=5)["calibration"]
    assert list(found.promises) == [("text",)]
    assert found.folds > 1
    assert set(found.diagrams) == {"before", "after"}


def test_the_page_draws_what_was_found_of_media(trained, voices):
    parts = media_studies(trained, voices, "val", None, ("robustness",), draws=5)
    report = Report(
        {"name": "m", "version": "0"},
        {"spec": voices, "split": "val", "target": "emotion", "n": 2},
        {"accuracy": next(iter(parts["robustness"].patterns.values()))["accuracy"]},
        {},
        parts=parts,
    )
    assert "noise, audio" in page(report)
