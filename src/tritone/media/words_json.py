"""Words with times from JSON, as recognisers write it.

[{"word" | "text", "start", "end", "speaker"?}, ...]
{"words": [...]}
{"segments": [{"start", "end", "text", "speaker"?, "words"?: [...]}, ...]}
"""

import json
import math
from typing import Any

from tritone.core.clip import Word
from tritone.core.errors import TranscriptError
from tritone.media.cues import MAX_WORDS, Cue, group_words


def read_words_json(text: str, name: str) -> tuple[list[Cue], list[str]]:
    """Cues of a JSON transcript; bare words are grouped at silences and at speakers.

    Entries of a bare list that hold several words are cues of their own.

    Raises:
        TranscriptError: it is not JSON, not one of the three forms, or a time is not a
            number of seconds from 0 on.
    """
    return _Reader(name).read(text)


class _Reader:
    """Reads one file; knows its name, so that every message can say where."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.untimed = 0

    def read(self, text: str) -> tuple[list[Cue], list[str]]:
        data = self._parse(text)
        segments, words = self._parts(data)
        cues = [self._segment(item, f"segments[{place}]") for place, item in enumerate(segments)]
        if not segments or (words and not any(cue.words for cue in cues)):
            cues = self._bare(words)
        said = []
        if self.untimed:
            said.append(
                f"transcript {self.name}: {self.untimed} words have no times; "
                "those of their segments are spread over it."
            )
        return [cue for cue in cues if cue.text], said

    def _parse(self, text: str) -> object:
        try:
            return json.loads(text, parse_constant=self._refuse_constant)
        except RecursionError:
            raise TranscriptError(
                f"transcript {self.name} is nested too deeply to be a list of words."
            ) from None
        except TranscriptError:
            raise
        except ValueError as fault:
            raise TranscriptError(f"transcript {self.name} is not JSON: {fault}.") from None

    def _refuse_constant(self, constant: str) -> float:
        raise TranscriptError(
            f"transcript {self.name} holds {constant}, which is no time and not JSON. "
            "Times are seconds from 0 on."
        )

    def _parts(self, data: object) -> tuple[list[Any], list[Any]]:
        """Segments and bare words; what is absent is empty."""
        if isinstance(data, list):
            return [], data
        if isinstance(data, dict):
            segments, words = data.get("segments"), data.get("words")
            if isinstance(segments, list):
                return segments, words if isinstance(words, list) else []
            if isinstance(words, list):
                return [], words
        found = (
            f"the keys {', '.join(map(repr, data))[:80]}" if isinstance(data, dict) else "a value"
        )
        raise TranscriptError(
            f"transcript {self.name} holds {found}. Right would be a list of "
            '{"word", "start", "end"}, or {"words": [...]}, or {"segments": [...]}.'
        )

    def _bare(self, items: list[Any]) -> list[Cue]:
        spoken: list[tuple[Word, str | None]] = []
        if len(items) > MAX_WORDS:
            raise TranscriptError(
                f"transcript {self.name} holds {len(items)} words. At most {MAX_WORDS} are read."
            )
        for place, item in enumerate(items):
            where = f"words[{place}]"
            entry = self._entry(item, where)
            word = Word(self._text(entry, where), *self._times(entry, where))
            if word.text:
                spoken.append((word, self._speaker(entry)))
        if any(" " in word.text for word, _ in spoken):
            return [Cue(word.text, word.start, word.end, speaker) for word, speaker in spoken]
        return list(group_words(spoken))

    def _segment(self, item: object, where: str) -> Cue:
        entry = self._entry(item, where)
        start, end = self._times(entry, where)
        words = self._words(entry.get("words"), where)
        if "text" in entry:
            text = self._text(entry, where)
        else:
            text = " ".join(word.text for word in words)
        return Cue(text, start, end, self._speaker(entry), words)

    def _words(self, items: object, where: str) -> tuple[Word, ...]:
        if not isinstance(items, list):
            return ()
        words: list[Word] = []
        untimed = 0
        for place, item in enumerate(items):
            inner = f"{where}.words[{place}]"
            entry = self._entry(item, inner)
            text = self._text(entry, inner)
            # WhisperX leaves the times of numerals out.
            if entry.get("start") is None or entry.get("end") is None:
                untimed += 1
            elif text:
                words.append(Word(text, *self._times(entry, inner)))
        self.untimed += untimed
        return () if untimed else tuple(words)

    def _entry(self, item: object, where: str) -> dict[str, Any]:
        if isinstance(item, dict):
            return item
        raise TranscriptError(
            f"transcript {self.name}: {where} is {_show(item)}. "
            'Right would be an object such as {"word": "so", "start": 0.3, "end": 0.6}.'
        )

    def _text(self, entry: dict[str, Any], where: str) -> str:
        text = entry.get("word", entry.get("text"))
        if isinstance(text, str):
            return " ".join(text.split())
        raise TranscriptError(
            f"transcript {self.name}: {where} has the word {_show(text)}. "
            'Right would be a string under "word" or "text".'
        )

    def _times(self, entry: dict[str, Any], where: str) -> tuple[float, float]:
        return self._time(entry, "start", where), self._time(entry, "end", where)

    def _time(self, entry: dict[str, Any], key: str, where: str) -> float:
        value = entry.get(key)
        if isinstance(value, int | float) and not isinstance(value, bool):
            try:
                seconds = float(value)
            except OverflowError:
                seconds = math.inf
            if math.isfinite(seconds) and seconds >= 0:
                return seconds
        raise TranscriptError(
            f"transcript {self.name}: {where}.{key} is {_show(value)}. "
            "A time is a number of seconds from 0 on."
        )

    def _speaker(self, entry: dict[str, Any]) -> str | None:
        speaker = entry.get("speaker")
        return str(speaker) if isinstance(speaker, str | int) and speaker != "" else None


def _show(value: object) -> str:
    """A value short enough for a message, however long or deep it is."""
    if value is None:
        return "absent"
    if isinstance(value, dict | list):
        return f"a {'list' if isinstance(value, list) else 'object'}"
    return repr(value)[:40]
