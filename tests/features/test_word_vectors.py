"""Words as vectors: hashed, learned, counted, or read from a file of others'."""

import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from sklearn.feature_extraction.text import TfidfVectorizer

from tritone.core.clip import Clip, Word
from tritone.core.errors import DataError, MissingExtra, ModelError, RecipeError
from tritone.features.extractor import Material, build
from tritone.features.glove import Glove
from tritone.features.hashed_words import HashedWords, hashes
from tritone.features.tfidf import TfIdf
from tritone.features.vocabulary import packed, unpacked
from tritone.features.word2vec import Word2Vec

TEXTS = ["the cat sat", "the dog sat", "a cat and a dog", "the sun"]
CLIPS = [Clip(str(place), text=text) for place, text in enumerate(TEXTS)]


def said(text: str) -> Material:
    return Material("a", text=text)


@pytest.fixture
def vectors(tmp_path: Path) -> Path:
    path = tmp_path / "glove.txt"
    path.write_text(
        "the 1 0 0\nThe 9 9 9\n. . 8 8 8\ncat 0 1 0\nsun 0.5 -1e-3 2\ncat 7 7 7\n", encoding="utf-8"
    )
    return path


def test_a_word_that_falls_apart_shares_its_time() -> None:
    words = (Word("Well-known,", 1.0, 2.0), Word("--", 2.0, 2.2), Word("fact", 2.2, 2.6))
    track = HashedWords().track(Material("a", words=words))
    torch.testing.assert_close(track.spans, torch.tensor([[1.0, 1.5], [1.5, 2.0], [2.2, 2.6]]))


def test_the_same_word_has_the_same_row_wherever_it_stands() -> None:
    values = HashedWords().track(said("good day, GOOD night")).values
    assert torch.equal(values[0], values[2])
    assert not torch.equal(values[0], values[1])


def test_words_without_times_have_none() -> None:
    assert HashedWords().track(said("good day")).spans.isnan().all()


def test_hashes_are_the_same_in_every_process() -> None:
    # The first 8 bytes of BLAKE2b-512, as `b2sum` gives them.
    assert hashes("joy")[0] == 15404108928293093995
    assert hashes("naïve").tolist() != hashes("naive").tolist()


def test_hashed_words_hardly_coincide_and_are_about_square_to_each_other() -> None:
    words = " ".join(f"word{place}" for place in range(2000))
    rows = HashedWords().track(said(words)).values
    assert len(rows.unique(dim=0)) == 2000
    likeness = rows @ rows.T
    assert likeness.diagonal() == pytest.approx(1.0, abs=1e-5)
    assert likeness.fill_diagonal_(0).abs().mean() < 0.05
    assert abs(float(likeness.mean())) < 0.002


def test_tfidf_is_that_of_scikit_learn() -> None:
    ours = TfIdf(dim=0, most=9, least=1).fit(CLIPS)
    theirs = TfidfVectorizer(token_pattern=r"\S+").fit(TEXTS)
    row = ours.track(said("The cat, the SUN!")).values[0].numpy()
    np.testing.assert_allclose(
        row[:7], theirs.transform(["the cat the sun"]).toarray()[0], rtol=1e-5
    )
    assert (row[7:] == 0).all() and len(row) == 9


def test_directions_keep_the_likeness_of_the_texts() -> None:
    whole, short = (TfIdf(dim=dim, least=1).fit(CLIPS) for dim in (0, 16))
    one, other = (
        torch.cat([extractor.track(said(text)).values for text in TEXTS])
        for extractor in (whole, short)
    )
    torch.testing.assert_close(other @ other.T, one @ one.T, atol=1e-5, rtol=0)
    assert (other[:, 4:] == 0).all()


def test_pairs_of_words_are_terms_too() -> None:
    extractor = TfIdf(dim=0, least=2, longest=2).fit(CLIPS)
    assert list(unpacked(extractor.state()["terms"])) == ["cat", "dog", "sat", "the"]
    assert "cat sat" in unpacked(TfIdf(dim=0, least=1, longest=2).fit(CLIPS).state()["terms"])


def test_a_clip_is_one_row_that_lasts_as_long_as_it() -> None:
    track = TfIdf(least=1).fit(CLIPS).track(Material("a", text="the cat", start=3.0, end=4.5))
    assert track.spans.tolist() == [[3.0, 4.5]]


def test_terms_too_rare_to_keep_are_named() -> None:
    with pytest.raises(DataError) as error:
        TfIdf(least=2).fit([Clip("a", text="one two"), Clip("b", text="three four")])
    assert str(error.value) == "No term stands in 2 of the 2 training texts. Lower least."


def test_word2vec_finds_words_that_are_said_alike() -> None:
    rng = np.random.default_rng(0)
    kinds = [("cat", "dog", "cow"), ("red", "blue", "green")]
    frames = [
        ("the {} eats grass", "a {} sleeps at night"),
        ("paint it {} now", "its colour is {}"),
    ]
    clips = [
        Clip(
            str(place), text=str(rng.choice(frames[place % 2])).format(rng.choice(kinds[place % 2]))
        )
        for place in range(400)
    ]
    extractor = Word2Vec(dim=16, epochs=200).fit(clips)
    rows = extractor.track(said("cat dog red blue")).values
    cat, dog, red, blue = torch.nn.functional.normalize(rows, dim=1)
    assert min(cat @ dog, red @ blue) > max(cat @ red, cat @ blue, dog @ red, dog @ blue) + 0.2


def test_word2vec_does_not_depend_on_the_process_but_on_the_seed() -> None:
    one, again, other = (Word2Vec(dim=8, seed=seed).fit(CLIPS).state() for seed in (1, 1, 2))
    np.testing.assert_array_equal(one["vectors"], again["vectors"])
    assert not np.array_equal(one["vectors"], other["vectors"])


def test_an_unknown_word_is_a_row_of_zeros() -> None:
    values = Word2Vec(dim=8).fit(CLIPS).track(said("cat zyzzyva dog")).values
    assert (values[1] == 0).all() and values[0].any() and values[2].any()


def test_the_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "gensim.models", None)
    with pytest.raises(MissingExtra) as error:
        Word2Vec().fit(CLIPS)
    assert str(error.value) == (
        "Learning word vectors needs the package 'gensim', which is not installed. "
        "Install it with: pip install 'tritone[word2vec]'"
    )


def test_words_too_rare_to_learn_are_named() -> None:
    with pytest.raises(DataError) as error:
        Word2Vec(least=9).fit(CLIPS)
    assert str(error.value) == "No word is said 9 times in the 4 training texts. Lower least."


def test_a_file_of_vectors_gives_its_words(vectors: Path) -> None:
    values = Glove(dim=3, path=str(vectors)).fit(CLIPS).track(said("The SUN, cat moon")).values
    expected = [[1, 0, 0], [0.5, -1e-3, 2], [0, 1, 0], [0, 0, 0]]
    torch.testing.assert_close(values, torch.tensor(expected))


def test_a_line_of_counts_changes_nothing(vectors: Path, tmp_path: Path) -> None:
    counted = tmp_path / "counted.txt"
    counted.write_text("6 3\n" + vectors.read_text("utf-8"), encoding="utf-8")
    for path in (vectors, counted):
        taught = Glove(dim=3, path=str(path), keep=1).fit([Clip("a", text="sun")])
        assert unpacked(taught.state()["words"]) == ("the", "sun")


def test_only_frequent_words_and_those_of_the_clips_are_kept(vectors: Path) -> None:
    clips = [Clip("a", text="sun")]
    few = Glove(dim=3, path=str(vectors), keep=1).fit(clips)
    all_of_them = Glove(dim=3, path=str(vectors)).fit(clips)
    assert unpacked(few.state()["words"]) == ("the", "sun")
    assert unpacked(all_of_them.state()["words"]) == ("the", "cat", "sun")


def test_what_was_kept_needs_no_file_any_more(vectors: Path) -> None:
    taught = Glove(dim=3, path=str(vectors)).fit(CLIPS)
    again = build("glove", {"path": "gone.txt", "dim": 3}).restored(taught.state())
    torch.testing.assert_close(
        again.track(said("the sun")).values, taught.track(said("the sun")).values
    )


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "{} has -1 numbers a word, and dim is 3. Set dim to -1."),
        ("the 1 2\n", "{} has 2 numbers a word, and dim is 3. Set dim to 2."),
        ("9 50\nthe 1 2\n", "{} has 50 numbers a word, and dim is 3. Set dim to 50."),
        ("the 1 2 3\ncat 1 2\n", "{}, line 2: this is no word with 3 numbers."),
        ("the 1 2 3\n\ncat 1 2 x\n", "{}, line 3: this is no word with 3 numbers."),
        ("the 1 2 nan\n", "{}, line 1: this is no word with 3 numbers."),
        ("the 1 2 1e300\n", "{}, line 1: this is no word with 3 numbers."),
        (
            "the 1 2 3\n" + "x" * 70_000,
            "{}, line 2: it is longer than 65536 bytes, so this is no file of word vectors.",
        ),
        ("Moon 1 2 3\n", "{} has none of the 7 words of the training clips."),
        (None, "{} cannot be read: No such file or directory."),
    ],
)
def test_a_file_that_is_none_of_vectors_is_named(
    tmp_path: Path, content: str | None, says: str
) -> None:
    path = tmp_path / "vectors.txt"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(DataError) as error:
        Glove(dim=3, path=str(path)).fit(CLIPS)
    assert str(error.value) == says.format(path)


def test_no_file_at_all_is_named() -> None:
    with pytest.raises(RecipeError) as error:
        Glove().fit(CLIPS)
    assert str(error.value) == "glove has no file. Set its path, such as path=glove.6B.300d.txt."


def test_clips_without_words_teach_nothing() -> None:
    with pytest.raises(DataError) as error:
        TfIdf().fit([Clip("a"), Clip("b", text="...")])
    assert str(error.value) == "No training clip has words to learn from. Give clips with text."


def test_words_of_a_state_survive_in_any_script() -> None:
    words = ("love", "naïve", "我", "🙂", "x:y")
    assert unpacked(packed(words)) == words
    assert unpacked(packed(())) == ()


@pytest.mark.parametrize(
    ("state", "says"),
    [
        ({}, "The state of the extractor lacks 'words'. It has: ."),
        (
            {"words": packed(["a", "b"]), "vectors": np.zeros((3, 100), np.float32)},
            "2 words have 3 vectors; each has one.",
        ),
        (
            {"words": packed(["a"]), "vectors": np.zeros((1, 7), np.float32)},
            "The saved vectors have 7 numbers, this extractor's 100. Set dim to 7.",
        ),
        (
            {"words": packed(["a"]), "vectors": np.full((1, 100), np.nan)},
            "'vectors' of the saved extractor is float64 of the shape (1, 100); it is finite "
            "numbers with 2 axes.",
        ),
        (
            {"words": np.array([255, 254], np.uint8), "vectors": np.zeros((1, 100), np.float32)},
            "The words of a saved extractor are no UTF-8.",
        ),
    ],
)
def test_a_damaged_state_is_named(state: dict, says: str) -> None:
    with pytest.raises(ModelError) as error:
        Word2Vec().restored(state)
    assert str(error.value) == says


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"idf": np.ones(3)}, "4 terms have 3 weights; each has one."),
        (
            {"directions": np.zeros((5, 4), np.float32)},
            "The saved directions have the shape (5, 4); with dim 2 and 4 terms it is (2, 4).",
        ),
    ],
)
def test_damaged_terms_are_named(change: dict, says: str) -> None:
    taught = TfIdf(dim=2).fit(CLIPS)
    with pytest.raises(ModelError) as error:
        TfIdf(dim=2).restored({**taught.state(), **change})
    assert str(error.value) == says
