"""The page: one file, complete, and nothing that a user wrote can act in it."""

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest

from tritone.analyze.chart import columns, spans
from tritone.analyze.html import page
from tritone.analyze.result import (
    Channel,
    ClipResult,
    Failure,
    Overall,
    Result,
    SegmentResult,
)

EVIL = "\"'><script>alert(1)</script><img src=x onerror=alert(2)></style></details>&lt;\x1b[2J"
JPEG = b"\xff\xd8\xff\xe0 a picture"
MODEL = {"name": "default", "version": "0.1.0"}


def make_segment(place=0, text="I love this", *, timed=True, valence=0.4, **changes):
    values = {
        "start": 2.0 * place if timed else None,
        "end": 2.0 * place + 1.5 if timed else None,
        "text": text,
        "sentiment": "positive",
        "valence": valence,
        "probabilities": {"negative": 0.1, "neutral": 0.2, "positive": 0.7},
        "emotions": {"joy": 0.6, "sadness": 0.3, "anger": 0.1},
        "confidence": 0.7,
        "modalities": {
            "text": Channel(True, 0.5, 0.3),
            "audio": Channel(True, -0.2, -0.1),
            "vision": Channel(False, reason="no face found"),
        },
        "thumbnail": JPEG,
    }
    return SegmentResult(**(values | changes))


def make_result(*clips, errors=()):
    made = tuple(
        ClipResult(f"clip{n}.mp4", 2.0 * len(segments), tuple(segments), Overall("positive", 0.4))
        for n, segments in enumerate(clips)
    )
    return Result(MODEL, made, tuple(errors))


class Tags(HTMLParser):
    """Collects tags and attributes, and checks that every tag is closed in its turn."""

    VOID = ("meta", "link", "img", "br")

    def __init__(self, html):
        super().__init__()
        self.seen, self.open, self.text = [], [], []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)

    def named(self, name):
        return [attrs for tag, attrs in self.seen if tag == name]


def evil_result():
    segment = make_segment(
        text=EVIL,
        speaker=EVIL,
        highlights=tuple(0.5 for _ in EVIL.split()),
        emotions={EVIL: 1.0},
        sentiment=EVIL,
        mixed=True,
        thumbnail=EVIL.encode(),
        modalities={EVIL: Channel(True, 0.9, 0.1), "b": Channel(False, reason=EVIL)},
    )
    clip = ClipResult(EVIL, 4.0, (segment, make_segment(1)), Overall(EVIL, 0.1), (EVIL,))
    return Result({"name": EVIL, "version": EVIL}, (clip, clip), (Failure(EVIL, EVIL),))


def test_nothing_that_a_user_wrote_becomes_a_tag_or_an_attribute():
    html = page(evil_result())
    plain = Tags(page(make_result([make_segment(), make_segment(1)], [make_segment()])))
    tags = Tags(html)
    assert len(tags.named("script")) == 1
    assert {tag for tag, _ in tags.seen} <= {tag for tag, _ in plain.seen} | {
        "details", "section", "summary", "mark", "b"
    }  # fmt: skip
    assert not any(name.startswith("on") for _, attrs in tags.seen for name in attrs)
    assert "\x1b" not in html
    classes = " ".join(attrs.get("class") or "" for _, attrs in tags.seen)
    assert "script" not in classes


def test_what_a_user_wrote_is_still_there_to_read():
    assert "<script>alert(1)</script>" in "".join(Tags(page(evil_result())).text)


def test_the_page_asks_for_nothing_outside_itself():
    tags = Tags(page(make_result([make_segment(), make_segment(1)])))
    for _, attrs in tags.seen:
        for name in ("src", "href", "srcset", "action", "data", "poster"):
            assert (attrs.get(name) or "#").startswith(("#", "data:"))
    html = page(make_result([make_segment()]))
    assert not re.search(r"url\(|@import|https?://", html)


def test_the_policy_allows_only_the_style_and_the_script_that_stand_in_the_page():
    html = page(make_result([make_segment()]))
    (policy,) = [
        attrs["content"]
        for attrs in Tags(html).named("meta")
        if attrs.get("http-equiv") == "Content-Security-Policy"
    ]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    for tag in ("style", "script"):
        (inside,) = re.findall(f"<{tag}>(.*?)</{tag}>", html, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert not any("style" in attrs for _, attrs in Tags(html).seen)


def test_only_a_jpeg_is_shown_as_a_face():
    good, bad = make_segment(), make_segment(1, thumbnail=b"<svg onload=alert(1)>")
    (image,) = Tags(page(make_result([good, bad]))).named("img")
    head, data = image["src"].split(",")
    assert head == "data:image/jpeg;base64"
    assert base64.b64decode(data) == JPEG
    assert image["alt"] == "the face at 0:00"


def test_every_link_leads_to_a_place_on_the_page():
    tags = Tags(page(make_result([make_segment(), make_segment(1)], [make_segment()])))
    places = {attrs["id"] for _, attrs in tags.seen if "id" in attrs}
    targets = {attrs["href"][1:] for attrs in tags.named("a")}
    assert targets <= places
    assert {"c0", "c1", "c0s1"} <= places


def test_absent_channels_warnings_and_errors_are_told():
    clip = ClipResult("a.mp4", 4.0, (make_segment(),), Overall("positive", 0.4), ("too dark",))
    said = "".join(Tags(page(Result(MODEL, (clip,), (Failure("b.mp4", "is empty"),)))).text)
    for words in ("No vision: no face found", "too dark", "b.mp4: is empty"):
        assert words in said


def test_the_numbers_of_a_segment_are_there_in_words():
    said = "".join(Tags(page(make_result([make_segment()]))).text)
    for words in ("positive +0.40", "70% sure", "+0.50", "\u22120.20", "joy", "60%"):
        assert words in said


def test_words_are_tinted_by_their_effect_and_told_apart_without_colour():
    html = page(make_result([make_segment(highlights=(0.0, 0.3, -0.05))]))
    assert '<mark class="g3" title="+0.30">love</mark>' in html
    assert '<mark class="b1" title="\u22120.05">this</mark>' in html
    assert "underline dashed" in html


def test_a_mixed_segment_says_who_stands_against_whom():
    said = "".join(Tags(page(make_result([make_segment(mixed=True, conflict=0.35)]))).text)
    assert "text says good, audio says bad" in said


@pytest.mark.parametrize("number", [0, 1, 2, 50])
@pytest.mark.parametrize("timed", [True, False])
def test_a_page_of_any_number_of_segments_is_whole(number, timed):
    segments = [make_segment(n, timed=timed, thumbnail=None) for n in range(number)]
    html = page(make_result(segments))
    assert len([a for a in Tags(html).named("li") if a.get("class") == "segment"]) == number
    assert "nan" not in re.sub(r"<(style|script)>.*?</\1>", "", html, flags=re.DOTALL).lower()


@pytest.mark.slow
def test_a_quarter_of_an_hour_stays_below_a_megabyte():
    segments = [
        make_segment(n, "a few words that somebody said " * 3, thumbnail=JPEG + bytes(800))
        for n in range(200)
    ]
    assert len(page(make_result(segments))) < 1e6


def test_the_curve_covers_all_segments_however_many():
    for number in (1, 7, 100, 101, 999):
        clip = make_result([make_segment(n) for n in range(number)]).clips[0]
        steps = columns(clip)
        assert len(steps) <= 100
        assert steps[0].left == 0.0
        assert steps[-1].right == pytest.approx(spans(clip)[-1][1])


def test_the_mean_of_the_curve_is_the_mean_of_its_neighbours():
    clip = make_result([make_segment(n, valence=n / 200) for n in range(200)]).clips[0]
    assert [step.fused for step in columns(clip)[:2]] == pytest.approx([0.5 / 200, 2.5 / 200])


def test_reversed_and_overlong_times_stay_on_the_page():
    odd = make_segment(start=-3.0, end=900.0), make_segment(start=5.0, end=2.0)
    clip = ClipResult("a.mp4", 0.0, odd, Overall("neutral", 0.0))
    assert all(0 <= edge <= 100 for span in spans(clip) for edge in span)
    Tags(page(Result(MODEL, (clip,))))
