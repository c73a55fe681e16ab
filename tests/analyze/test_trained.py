"""Any model that a training left reads raw media: with its store gone, and for what it is."""

import io
import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
import torch
from rich.console import Console

import tritone
from tritone.analyze.analyzer import Analyzer, load
from tritone.analyze.result import Result
from tritone.catalogue import find
from tritone.core.batch import Sample
from tritone.core.clip import Clip
from tritone.core.collate import missing_track
from tritone.core.errors import ModelError
from tritone.core.parts import Rows
from tritone.core.store import Store
from tritone.core.store_writer import StoreWriter
from tritone.core.task import Classes, Regression, Task
from tritone.features.extractor import build, settings_of
from tritone.learn.normalise import Normaliser
from tritone.learn.recipe import Recipe
from tritone.learn.record import keep
from tritone.learn.settings import Fit
from tritone.recipes.scoring import evaluate
from tritone.recipes.training import train

RATE_HZ = 16_000
GLAD, LOW = "so very glad today", "so very low today"
TEXT, AUDIO, FACE = ("hashed_words", {"dim": 5}), ("pitch", {}), ("face_geometry", {})
SENTIMENT = Classes(("negative", "neutral", "positive"))


def tweets(folder: Path) -> Path:
    """A corpus of glad and low tweets."""
    folder.mkdir()
    for split in ("train", "val"):
        lines = [f"{GLAD} {i};joy" if i % 2 else f"{LOW} {i};sadness" for i in range(16)]
        (folder / f"{split}.txt").write_text("\n".join(lines))
    return folder


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A training of two seeds whose corpus and store are gone."""
    place = tmp_path_factory.mktemp("trained")
    recipe = Recipe(
        "concat_mlp",
        f"emotions:{tweets(place / 'tweets')}",
        {"width": 6},
        extractors={"text": "tfidf"},
        extracting={"text": {"dim": 6, "least": 1}},
        fit=Fit(epochs=40, lr=0.03, batch=8),
        seeds=2,
    )
    train(recipe, out=place / "run")
    shutil.rmtree(place / "stores")
    shutil.rmtree(place / "tweets")
    return place / "run"


@pytest.fixture
def analyzer(run: Path) -> Analyzer:
    return load(run, device="cpu")


Make = Callable[..., Analyzer]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """A function that gives an untrained model of some channels, behind the true loading code."""

    def made(
        task: Task,
        target: str,
        channels: Mapping[str, tuple[str, dict[str, Any]]],
        *,
        align: str | float = "none",
        model: str = "concat_mlp",
        provenance: Mapping[str, Any] | None = None,
    ) -> Analyzer:
        return load(kept(tmp_path, task, target, channels, align, model, provenance), device="cpu")

    return made


def kept(
    folder: Path,
    task: Task,
    target: str,
    channels: Mapping[str, tuple[str, dict[str, Any]]],
    align: str | float = "none",
    model: str = "concat_mlp",
    provenance: Mapping[str, Any] | None = None,
) -> Path:
    """The folder of a model as a training leaves it, with weights of chance."""
    extractors = {name: build(*one) for name, one in channels.items()}
    rows = {name: Rows(one.rows.shape, one.rows.dtype) for name, one in extractors.items()}
    given = {name: {"name": channels[name][0], **settings_of(e)} for name, e in extractors.items()}
    facts = {"extractors": given, "align": align, "fps": 5.0} if provenance is None else provenance
    with StoreWriter(folder / "store", rows, tasks={target: task}, provenance=facts) as writer:
        kinds = {name: getattr(torch, one.dtype) for name, one in rows.items()}
        tracks = {name: missing_track(one.shape, kinds[name]) for name, one in rows.items()}
        writer.append(Sample("a", tracks), Clip("a", split="train"))
    dims = {name: one.size for name, one in rows.items()}
    torch.manual_seed(1)
    made = find("model", model)(dims, task).eval()
    store = Store(folder / "store", target=target)
    keep(folder / "model", Recipe(model), store, made, Normaliser({}))
    shutil.rmtree(folder / "store")
    return folder / "model"


def buzz(seconds: float = 1.0) -> np.ndarray:
    """A voice-like sound with a pitch."""
    time = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    return sum(0.2 * np.sin(2 * np.pi * 150 * k * time) / k for k in range(1, 8)).astype(np.float32)


def picture() -> np.ndarray:
    """A small picture, which counts as a face already cut out."""
    return np.random.default_rng(0).integers(0, 256, (48, 40, 3)).astype(np.uint8)


def printed(result: Result, width: int = 100) -> str:
    """What a terminal shows, its lines run together."""
    console = Console(width=width, record=True, file=io.StringIO())
    result.print(console)
    return " ".join(console.export_text().split())


def test_a_run_reads_text_when_its_store_and_corpus_are_gone(analyzer: Analyzer) -> None:
    glad, low = analyzer.analyze(text=[GLAD, LOW]).clips
    assert (glad.overall.sentiment, low.overall.sentiment) == ("positive", "negative")
    assert glad.segments[0].target["label"] == "joy"
    assert set(low.segments[0].emotions) >= {"joy", "sadness"}


def test_the_contribution_of_a_channel_is_what_it_adds_to_having_heard_nothing(
    analyzer: Analyzer,
) -> None:
    (segment,) = analyzer.analyze(text=GLAD).clips[0].segments
    text = segment.modalities["text"]
    assert text.valence == pytest.approx(segment.valence)
    assert text.contribution == pytest.approx(segment.valence - analyzer.mind.about["prior"])


def test_channels_that_the_model_does_not_read_say_so(analyzer: Analyzer) -> None:
    (segment,) = analyzer.analyze(text=GLAD).clips[0].segments
    for name in ("audio", "vision"):
        assert segment.modalities[name].reason == "the model does not read it"


def test_a_wav_for_a_model_of_text_says_what_to_give(analyzer: Analyzer, tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", buzz(2.0), RATE_HZ)
    (tmp_path / "b.txt").write_text(GLAD)
    result = analyzer.analyze([tmp_path / "a.wav", tmp_path / "b.txt"])
    assert [clip.path for clip in result.clips] == [str(tmp_path / "b.txt")]
    (failure,) = result.errors
    assert failure.error == (
        "There is nothing to read in it (text: no transcript; audio: the model does not read it; "
        "vision: the model does not read it). This model reads text: give words."
    )


def test_a_broken_file_does_not_stop_the_others(analyzer: Analyzer, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(GLAD)
    (tmp_path / "broken.mp4").write_bytes(b"\0" * 100)
    result = analyzer.analyze([tmp_path])
    assert [Path(one.path).name for one in result.clips] == ["a.txt"]
    assert [Path(one.path).name for one in result.errors] == ["broken.mp4"]


def test_the_best_seed_on_val_is_taken_and_named(run: Path, analyzer: Analyzer) -> None:
    summaries = {
        seed: json.loads((run / seed / "summary.json").read_text()) for seed in ("seed-0", "seed-1")
    }
    best = min(summaries, key=lambda seed: summaries[seed]["metrics"]["val"]["loss"])
    about = analyzer.mind.about
    assert (about["seed"], about["seeds"]) == (best, 2)
    alone = load(run / best, device="cpu").analyze(text=GLAD)
    assert alone.clips[0].segments[0].valence == (
        analyzer.analyze(text=GLAD).clips[0].segments[0].valence
    )
    assert alone.model["seeds"] == 1


def test_the_page_and_the_terminal_tell_which_model_it_is(analyzer: Analyzer) -> None:
    from tritone.analyze.html import page

    result = analyzer.analyze(text=GLAD)
    for shown in (printed(result), page(result)):
        assert "the best of 2 on val by loss" in shown
        assert "trained for emotion on emotions:" in shown
        assert "16 clips" in shown
        assert "accuracy 1.000 (mean of 2 seeds" in shown
        assert "always the most frequent 0.500" in shown


def test_a_confidence_is_mended_by_the_temperature_of_val(run: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(run / "seed-0", tmp_path / "seed-0")
    config = folder / "model" / "config.json"
    said = json.loads(config.read_text())
    sure = []
    for calibration in (None, {"temperature": 5.0}):
        config.write_text(json.dumps(said | {"calibration": calibration}))
        result = load(folder, device="cpu").analyze(text=GLAD)
        sure.append(result.clips[0].segments[0].confidence)
        told = "is not calibrated" if calibration is None else "is calibrated on val"
        assert f"Its confidence {told}" in printed(result)
    assert sure[0] > sure[1] > 0.5


@pytest.mark.parametrize(
    "summary",
    [
        "{}",
        "[]",
        '{"metrics": {"val": {"accuracy": NaN, "f1_macro": 1e999}}}',
        '{"metrics": {"val": {"accuracy": "<b>"}}, "data": {"spec": [], "marks": 3}}',
        '{"metrics": 7, "data": {"clips": {"train": NaN}}, "selected_on": "x", "versions": 1}',
    ],
)
def test_a_summary_that_says_nonsense_harms_nothing(
    run: Path, tmp_path: Path, summary: str
) -> None:
    folder = shutil.copytree(run / "seed-0", tmp_path / "seed-0")
    (folder / "summary.json").write_text(summary)
    result = load(folder, device="cpu").analyze(text=GLAD)
    assert json.loads(result.json_text())["model"]["val"] == {}
    assert "Its figures on val are not known." in printed(result)


def test_words_that_decide_are_marked(analyzer: Analyzer) -> None:
    from tritone.analyze.job import jobs_of

    jobs, _ = jobs_of([], [GLAD])
    (segment,) = analyzer.run(jobs, words=True).clips[0].segments
    effects = dict(zip(GLAD.split(), segment.highlights, strict=True))
    assert max(effects, key=effects.__getitem__) == "glad"


def test_a_model_of_scores_has_valence_and_no_probabilities(make: Make) -> None:
    result = make(Regression(), "score", {"text": TEXT, "audio": AUDIO}).analyze(
        audio=(buzz(), RATE_HZ), text="I love this"
    )
    (said,) = result.to_json()["clips"][0]["segments"]
    assert said["valence"] == pytest.approx(said["target"]["score"] / 3, abs=1e-3)
    assert said["probabilities"] == {"negative": None, "neutral": None, "positive": None}
    assert said["confidence"] is None
    assert "It gives no confidence." in printed(result)


def test_a_model_of_sarcasm_says_nothing_of_sentiment(make: Make, tmp_path: Path) -> None:
    analyzer = make(Classes(("no", "yes")), "sarcasm", {"text": TEXT, "audio": AUDIO})
    result = analyzer.analyze(audio=(buzz(), RATE_HZ), text="I love this")
    (said,) = result.to_json()["clips"][0]["segments"]
    assert (said["sentiment"], said["valence"]) == (None, None)
    label = said["target"]["label"]
    assert said["confidence"] == said["target"]["probabilities"][label] > 0.5
    assert all(
        one["share"] is not None for one in (said["modalities"][c] for c in ("text", "audio"))
    )
    assert result.clips[0].overall.target["label"] == label
    assert f"sarcasm: {label}" in printed(result)
    html = result.save_html(tmp_path / "page.html").read_text()
    assert f"sarcasm: {label}" in html
    assert "Valence runs from" not in html
    assert next(iter(result.rows()))["label"] == label


def test_two_kinds_of_one_channel_are_told_apart(make: Make) -> None:
    channels = {"audio": AUDIO, "audio_context": ("intensity", {})}
    result = make(SENTIMENT, "sentiment", channels).analyze(audio=(buzz(), RATE_HZ))
    (segment,) = result.clips[0].segments
    present = [name for name, one in segment.modalities.items() if one.present]
    assert present == ["audio", "audio_context"]
    assert segment.modalities["text"].reason == "the model does not read it"


@pytest.mark.parametrize("align", ["words", 4.0])
def test_a_text_alone_is_read_by_a_model_whose_rows_go_by_a_clock(
    make: Make, align: str | float
) -> None:
    analyzer = make(SENTIMENT, "sentiment", {"text": TEXT, "audio": AUDIO}, align=align)
    result = analyzer.analyze(text="I love this film")
    assert result.errors == ()
    (segment,) = result.clips[0].segments
    assert segment.modalities["text"].present
    assert segment.modalities["audio"].reason == "a written text has no sound"


def test_a_sound_without_words_is_nothing_to_a_model_that_goes_by_words(make: Make) -> None:
    analyzer = make(SENTIMENT, "sentiment", {"text": TEXT, "audio": AUDIO}, align="words")
    (failure,) = analyzer.analyze(audio=(buzz(), RATE_HZ)).errors
    assert "audio: it is read word by word, and there are no words here" in failure.error


def test_a_conversation_is_asked_about_as_a_whole(make: Make, tmp_path: Path) -> None:
    """The answer for a sentence depends on those before it, whatever else is asked."""
    analyzer = make(SENTIMENT, "sentiment", {"text": TEXT}, model="bc_lstm")
    talk = "I love this. You hate it. We all go home."
    other = [f"A short word {place}." for place in range(5)]
    alone = analyzer.analyze(text=talk).clips[0]
    among = analyzer.analyze(text=[*other, talk]).clips[-1]
    assert [s.valence for s in among.segments] == pytest.approx(
        [s.valence for s in alone.segments], abs=1e-6
    )
    apart = analyzer.analyze(text=talk.split(". ")).clips
    assert apart[1].segments[0].valence != pytest.approx(alone.segments[1].valence, abs=1e-6)


def test_a_picture_is_read_whole_where_the_model_does(make: Make) -> None:
    channels = {"text": TEXT, "vision": ("picture", {"side": 64})}
    result = make(SENTIMENT, "sentiment", channels, model="ote").analyze(
        image=picture(), text="I love this"
    )
    (segment,) = result.clips[0].segments
    assert segment.modalities["vision"].present
    assert segment.thumbnail is not None


def test_a_model_of_published_vectors_names_what_it_lacks(tmp_path: Path) -> None:
    facts = {"sources": [{"name": "mosi.npz"}]}
    folder = kept(tmp_path, Regression(), "score", {"text": TEXT, "audio": AUDIO}, provenance=facts)
    with pytest.raises(ModelError) as caught:
        tritone.load(folder)
    assert str(caught.value) == (
        f"{folder} was trained on published vectors (mosi.npz), and cannot read media: there is no "
        "extractor that makes its text (5 numbers a row), audio (2 numbers a row). Score it with "
        "`tritone evaluate`, or train on a corpus as it lies on disk or on a store that "
        "`tritone extract` made."
    )


def test_a_run_of_an_older_tritone_says_so(run: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(run / "seed-0" / "model", tmp_path / "model")
    (folder / "preprocessor.json").unlink()
    with pytest.raises(ModelError, match=r"was left by an older Tritone, which kept no pre"):
        load(folder)


def test_a_run_without_weights_says_so(tmp_path: Path) -> None:
    (tmp_path / "recipe.json").write_text("{}")
    with pytest.raises(ModelError) as caught:
        load(tmp_path)
    assert str(caught.value) == (
        f"{tmp_path} holds no trained model: there is neither config.json in it nor "
        "seed-0/model/config.json. Train it on with --resume, or name another folder."
    )


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"arguments": {"width": 7}}, "do not fit together"),
        ({"dims": {"text": 7}}, "do not fit together"),
        ({"dims": {"text": "wide"}}, "do not fit together"),
        ({"dims": [3]}, r"has \[3\] as its dims"),
        ({"calibration": {"temperature": -1}}, "do not fit together: a temperature of -1"),
        ({"model": "os:system"}, "may only name models of the catalogue"),
        ({"task": {"task": "classes", "names": ["joy"]}}, "needs at least 2 classes"),
    ],
)
def test_an_edited_config_is_refused(
    run: Path, tmp_path: Path, changes: dict[str, Any], says: str
) -> None:
    folder = shutil.copytree(run / "seed-0" / "model", tmp_path / "model")
    config = folder / "config.json"
    config.write_text(json.dumps(json.loads(config.read_text()) | changes))
    with pytest.raises((ModelError, ValueError), match=says):
        load(folder)


def test_a_detector_of_ones_own_does_not_fit_a_trained_model(make: Make, tmp_path: Path) -> None:
    analyzer = make(SENTIMENT, "sentiment", {"vision": FACE})
    result = analyzer.analyze(image=picture(), detector=tmp_path / "x.onnx")
    assert result.errors[0].error == (
        "A trained model finds faces as it was trained to: leave --detector."
    )


def test_a_training_is_scored_on_other_data_by_its_own_extractors(
    run: Path, tmp_path: Path
) -> None:
    """Learned anew from these texts, the columns would mean other words."""
    other = tmp_path / "others"
    other.mkdir()
    for split in ("train", "val"):
        lines = ["glad tidings;joy" if i % 3 else "low spirits;sadness" for i in range(9)]
        (other / f"{split}.txt").write_text("\n".join(lines))
    copy = shutil.copytree(run, tmp_path / "run")
    report = evaluate(copy, f"emotions:{other}", "val", draws=20)
    assert report.metrics["accuracy"].value == 1.0


def test_a_store_of_other_extractors_is_refused(run: Path, tmp_path: Path) -> None:
    from tritone.prepare.extract import extract
    from tritone.prepare.plan import Plan

    plan = Plan({"text": "hashed_words"}, {"text": {"dim": 6}})
    extract(f"emotions:{tweets(tmp_path / 'tweets')}", tmp_path / "store", plan)
    with pytest.raises(ModelError, match=r"reads text by tfidf .*; .* holds it by hashed_"):
        evaluate(run, f"store:{tmp_path / 'store'}", "val", draws=20)
