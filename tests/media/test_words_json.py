"""Words with times from JSON; what is not that is refused in a clear message."""

import json
from pathlib import Path

import pytest

from tritone.core.clip import Word
from tritone.core.errors import TranscriptError
from tritone.media.transcripts import Transcript, read_transcript


def _write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    data = content.encode() if isinstance(content, str) else content
    path.write_bytes(data)
    return path


def _plain(transcript: Transcript) -> list[tuple]:
    return [(cue.start, cue.end, cue.speaker, cue.text) for cue in transcript.cues]


WORDS = [
    {"word": " so", "start": 0.5, "end": 1, "speaker": "A"},
    {"word": "good", "start": 1.25, "end": 1.5, "speaker": "A"},
    {"word": "yes", "start": 1.5, "end": 1.75, "speaker": "B"},
    {"text": "bye", "start": 4.0, "end": 4.5, "speaker": "B"},
]


@pytest.mark.parametrize("data", [WORDS, {"words": WORDS}, {"text": "so", "words": WORDS}])
def test_json_words_are_grouped_at_silences_and_speakers(tmp_path, data):
    transcript = read_transcript(_write(tmp_path, "a.json", json.dumps(data)))
    assert _plain(transcript) == [
        (0.5, 1.5, "A", "so good"),
        (1.5, 1.75, "B", "yes"),
        (4.0, 4.5, "B", "bye"),
    ]


def test_json_segments_keep_their_cues_and_words(tmp_path):
    words = [{"word": "so", "start": 0.0, "end": 0.5}, {"word": " good.", "start": 0.5, "end": 1}]
    segments = [
        {"start": 0.0, "end": 1.0, "text": " so good.", "words": words},
        {"start": 1.0, "end": 2.0, "text": "In 1984", "words": [{"word": "In"}, {"word": "1984"}]},
    ]
    transcript = read_transcript(_write(tmp_path, "a.json", json.dumps({"segments": segments})))
    assert _plain(transcript) == [(0.0, 1.0, None, "so good."), (1.0, 2.0, None, "In 1984")]
    assert transcript.cues[0].words == (Word("so", 0.0, 0.5), Word("good.", 0.5, 1.0))
    assert transcript.cues[1].words == ()
    assert "2 words have no times" in transcript.warnings[0]


def test_json_list_of_sentences_is_a_list_of_cues(tmp_path):
    data = [{"text": "so good", "start": 0, "end": 1}, {"text": "yes", "start": 1, "end": 2}]
    transcript = read_transcript(_write(tmp_path, "a.json", json.dumps(data)))
    assert _plain(transcript) == [(0.0, 1.0, None, "so good"), (1.0, 2.0, None, "yes")]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[" * 100_000, "nested too deeply"),
        ('[{"word": "a", "start": NaN, "end": 1}]', "holds NaN"),
        ('[{"word": "a", "start": 0, "end": 1e999}]', r"words\[0\]\.end is inf\."),
        ('[{"word": "a", "start": -1, "end": 1}]', r"words\[0\]\.start is -1\."),
        ('[{"word": "a", "start": "0.5", "end": 1}]', r"words\[0\]\.start is '0\.5'\."),
        ('[{"word": "a", "start": true, "end": 1}]', r"words\[0\]\.start is True\."),
        ('[{"word": "a", "end": 1}]', r"words\[0\]\.start is absent\."),
        ('[{"word": 7, "start": 0, "end": 1}]', r"words\[0\] has the word 7\."),
        ('["a"]', r"words\[0\] is 'a'\."),
        ('{"segments": [[]]}', r"segments\[0\] is a list\."),
        ('{"clips": []}', "holds the keys 'clips'"),
        ("7", "holds a value"),
        ('{"words": ', "is not JSON"),
        ("[" + "9" * 5000 + "]", "is not JSON"),
    ],
)
def test_hostile_json_is_refused_and_says_what_is_wrong(tmp_path, content, message):
    with pytest.raises(TranscriptError, match=message):
        read_transcript(_write(tmp_path, "a.json", content))
