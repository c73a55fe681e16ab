"""Plain sentences with negations, degrees, contrasts and questions, put together from parts.

The corpora say little of "not bad at all" or of a bare question; a grammar of our own does.
Every word here was written for this project. Scores lie on MOSI's scale, -3 to 3.
"""

import random

THINGS = (
    "film", "movie", "meal", "soup", "coffee", "service", "phone", "laptop", "talk", "hotel",
    "room", "book", "game", "meeting", "lesson", "website", "weather", "trip", "music", "app",
    "staff", "garden", "concert", "story", "show", "cake", "car", "train", "flight", "street",
    "office", "bed", "battery", "screen", "camera", "voice", "acting", "ending", "plot",
    "price", "waiter", "doctor", "teacher", "driver", "team", "update", "result", "party",
    "museum", "beach", "shop", "restaurant", "report", "idea", "plan",
)  # fmt: skip
GRADED = {
    "perfect": 2.9, "excellent": 2.8, "wonderful": 2.8, "amazing": 2.8, "fantastic": 2.8,
    "brilliant": 2.7, "great": 2.4, "beautiful": 2.2, "lovely": 2.1, "impressive": 2.0,
    "helpful": 1.7, "friendly": 1.7, "good": 1.7, "funny": 1.6, "nice": 1.5, "pleasant": 1.5,
    "comfortable": 1.4, "interesting": 1.4, "useful": 1.4, "clean": 1.2, "clever": 1.5,
    "decent": 0.8, "fine": 0.7, "acceptable": 0.4, "okay": 0.2,
    "forgettable": -0.9, "mediocre": -1.0, "slow": -1.1, "noisy": -1.2, "confusing": -1.3,
    "dull": -1.5, "boring": -1.8, "bad": -1.9, "poor": -1.9, "dirty": -1.8, "ugly": -1.7,
    "annoying": -1.9, "rude": -2.0, "disappointing": -2.0, "unfair": -1.9, "broken": -1.8,
    "useless": -2.4, "dreadful": -2.6, "awful": -2.8, "terrible": -2.8, "horrible": -2.8,
    "disgusting": -2.7,
}  # fmt: skip
DEGREES = {
    "": 1.0, "very ": 1.2, "really ": 1.2, "so ": 1.2, "extremely ": 1.35, "absolutely ": 1.3,
    "quite ": 0.9, "pretty ": 0.9, "rather ": 0.85, "fairly ": 0.8, "a bit ": 0.55,
    "slightly ": 0.5, "somewhat ": 0.55,
}  # fmt: skip
LIKING = {
    "I love": 2.6, "I adore": 2.8, "I really like": 2.2, "I like": 1.7, "I enjoyed": 1.9,
    "I would recommend": 2.1, "I am happy with": 2.2, "I am glad I chose": 2.0,
    "I was impressed by": 2.1, "we were delighted with": 2.5, "thank you for": 1.5,
    "I can't get enough of": 2.5, "I could not be happier with": 2.8,
    "nothing beats": 2.3, "I have no complaints about": 1.4, "I can't complain about": 1.2,
    "there is nothing wrong with": 0.8, "I was not disappointed by": 1.2,
    "I don't mind": 0.4, "I don't hate": 0.3, "I have no feelings about": 0.0,
    "I did not love": -0.8, "I don't like": -1.8, "I don't really like": -1.5,
    "I didn't enjoy": -1.8, "I am not happy with": -1.9, "I am not impressed by": -1.7,
    "I would not recommend": -2.2, "I could have done without": -1.5, "I regret": -1.9,
    "I was disappointed by": -2.0, "I dislike": -1.9, "I can't stand": -2.5,
    "I hate": -2.7, "I am sick of": -2.3, "don't waste your money on": -2.5,
    "I was annoyed by": -1.9, "I will never forgive": -2.5, "nobody likes": -2.0,
}  # fmt: skip
FACTS = (
    "the meeting starts at {n} o'clock", "the {thing} is on the second floor",
    "she took the bus to work", "I have {n} brothers", "we will talk on Monday",
    "please send me the file", "the {thing} opens at {n}", "he put the {thing} next to the door",
    "there are {n} chairs in the kitchen", "it is {n} degrees outside", "I work in an office",
    "the package arrives on Tuesday", "my sister lives in another city", "turn left at the bank",
    "the {thing} was made in nineteen eighty", "I am going to the shop", "call me later",
    "they moved here in spring", "this is the {thing} I told you about", "page {n} is next",
    "he is talking to the teacher about the {thing}", "the form has {n} questions",
    "I need to buy milk and bread", "the {thing} weighs {n} kilos", "she reads the report",
    "set the table for {n}", "put the green box by the window now", "the {thing} is over there",
)  # fmt: skip
QUESTIONS = (
    "what time does the {thing} start", "where did you put the {thing}", "is the {thing} open",
    "how much does the {thing} cost", "did you see the {thing}", "who is coming tonight",
    "do you know where the station is", "when is the {thing}", "which {thing} do you mean",
    "can you tell me about the {thing}", "how many people were there", "what did he say",
    "did you like the {thing}", "is it a good {thing}", "was the {thing} bad", "how are you",
    "are you coming to the {thing}", "shall we go to the {thing}", "have you tried the {thing}",
)  # fmt: skip
FEELINGS = {
    "anger": (
        "I am so angry with them", "this makes me furious", "how dare you talk to me like that",
        "I am mad at my brother", "stop lying to me", "he makes my blood boil",
        "I have had enough of this nonsense", "you never listen to me", "get out of my house",
    ),
    "disgust": (
        "that smell makes me sick", "this is gross", "what a revolting thing to say",
        "there was a hair in my soup", "the mould on it turned my stomach", "yuck, take it away",
    ),
    "fear": (
        "I am scared of the dark", "I am terrified of what comes next", "I was afraid to go in",
        "I am worried about the exam", "something is moving in the cellar", "my hands are shaking",
        "I am nervous about tomorrow", "please don't leave me alone here",
    ),
    "joy": (
        "I am so happy today", "what a wonderful day", "we won, we won", "I can't stop smiling",
        "this is the best day of my life", "I am delighted for you", "hooray, it worked",
        "we laughed the whole evening", "I feel great", "things could not be better",
    ),
    "love": (
        "I love you so much", "I adore my little daughter", "you mean the world to me",
        "I miss your arms around me", "I am in love with her", "she is the love of my life",
    ),
    "neutral": (),
    "sadness": (
        "I miss her every day", "I cried all night", "my grandfather died last week",
        "I feel so lonely", "nothing makes me happy anymore", "I am heartbroken",
        "we lost everything", "I feel down today", "he left and I am all alone",
    ),
    "surprise": (
        "wow, I did not expect that", "I can't believe it", "you are here already", "no way",
        "that came out of nowhere", "oh my god, really", "what on earth happened here",
    ),
}  # fmt: skip
SCORE_OF = {"anger": -2.2, "disgust": -2.2, "fear": -1.8, "joy": 2.6, "love": 2.6, "sadness": -2.2}

Row = dict[str, str | float | None]


def phrases(count: int = 3600, seed: int = 0) -> list[Row]:
    """Rows like those of the cached texts: corpus "phrases", all in train, no sentence twice."""
    chance = random.Random(seed)
    makers = [described] * 4 + [denied] * 5 + [liked] * 3 + [opposed] * 2 + [told] * 3 + [felt] * 2
    rows: dict[str, Row] = {}
    while len(rows) < count:
        text, score, emotion = chance.choice(makers)(chance)
        text = dressed(text, chance)
        rows[text] = {
            "corpus": "phrases",
            "split": "train",
            "text": text,
            "emotion": emotion,
            "sentiment": "neutral" if score == 0.0 else None,
            "score": score,
            "group": None,
        }
    return list(rows.values())


Said = tuple[str, float | None, str | None]


def described(chance: random.Random) -> Said:
    """A thing and a graded word."""
    word, score = chance.choice(list(GRADED.items()))
    degree, factor = chance.choice(list(DEGREES.items()))
    thing = chance.choice(THINGS)
    shape = chance.choice(
        ("the {t} was {d}{w}", "the {t} is {d}{w}", "this {t} is {d}{w}", "{d}{w} {t}",
         "I think the {t} was {d}{w}", "they said the {t} was {d}{w}", "that was a {w} {t}",
         "it's {d}{w}", "what a {w} {t}")
    )  # fmt: skip
    factor = factor if "{d}" in shape else 1.1
    return shape.format(t=thing, d=degree, w=word), bounded(score * factor), None


def denied(chance: random.Random) -> Said:
    """A graded word under a negation: weaker and on the other side, by the negation's kind."""
    word, score = chance.choice([pair for pair in GRADED.items() if abs(pair[1]) > 1])
    shape, good, bad = chance.choice(
        (("the {t} was not {w}", -0.8, 0.5), ("the {t} isn't {w}", -0.8, 0.5),
         ("not {w} at all", -1.0, 0.8), ("the {t} was not {w} at all", -1.0, 0.8),
         ("it wasn't that {w}", -0.6, 0.4), ("the {t} is not very {w}", -0.7, 0.3),
         ("the {t} was anything but {w}", -1.0, 0.9), ("it was far from {w}", -1.0, 0.8),
         ("the {t} was never {w}", -0.8, 0.7), ("there was nothing {w} about the {t}", -1.0, 0.7),
         ("I don't think the {t} is {w}", -0.8, 0.5), ("hardly {w}", -0.8, 0.4),
         ("nobody could call this {t} {w}", -0.9, 0.6), ("not {w}", -0.8, 0.6),
         ("the {t} was by no means {w}", -0.9, 0.7), ("it ain't {w}", -0.8, 0.5),
         ("I can't say the {t} was {w}", -0.7, 0.4))
    )  # fmt: skip
    factor = good if score > 0 else -bad
    return shape.format(t=chance.choice(THINGS), w=word), bounded(score * factor), None


def liked(chance: random.Random) -> Said:
    """Somebody's liking of a thing, or the lack of it."""
    phrase, score = chance.choice(list(LIKING.items()))
    end = chance.choice(("", "", " a lot", " so far", " this time", " from start to finish"))
    return (
        f"{phrase} {chance.choice(('the', 'this', 'that'))} {chance.choice(THINGS)}{end}",
        score,
        None,
    )


def opposed(chance: random.Random) -> Said:
    """Two sides: what comes after "but" weighs more, what follows "although" less."""
    good = chance.choice([w for w, s in GRADED.items() if s > 1])
    bad = chance.choice([w for w, s in GRADED.items() if s < -1])
    first, last = (good, bad) if chance.random() < 0.5 else (bad, good)
    one, two = chance.sample(THINGS, 2)
    if chance.random() < 0.7:
        word = chance.choice((" but", ", but", ", however"))
        text = f"the {one} was {first}{word} the {two} was {last}"
        return text, 0.25 * GRADED[first] + 0.55 * GRADED[last], None
    text = f"although the {one} was {first}, the {two} was {last}"
    return text, 0.2 * GRADED[first] + 0.7 * GRADED[last], None


def told(chance: random.Random) -> Said:
    """A fact or a question without a feeling."""
    pool = FACTS if chance.random() < 0.6 else QUESTIONS
    text = chance.choice(pool)
    mark = "?" if pool is QUESTIONS and chance.random() < 0.8 else ""
    return text.format(thing=chance.choice(THINGS), n=chance.randint(2, 12)) + mark, 0.0, "neutral"


def felt(chance: random.Random) -> Said:
    """A feeling said outright."""
    emotion = chance.choice([name for name, said in FEELINGS.items() if said])
    start = chance.choice(("", "", "oh, ", "well, ", "honestly, ", "you know, ", "and "))
    end = chance.choice(("", "", " right now", " today", ", I mean it", " and that's that"))
    return start + chance.choice(FEELINGS[emotion]) + end, SCORE_OF.get(emotion), emotion


def dressed(text: str, chance: random.Random) -> str:
    """A sentence with or without its capital, its stop, its apostrophes."""
    if chance.random() < 0.25:
        text = text.replace("'", "")
    if chance.random() < 0.5:
        text = text[0].upper() + text[1:]
    if text[-1] not in "?!" and chance.random() < 0.5:
        text += chance.choice((".", ".", "!"))
    return text


def bounded(score: float) -> float:
    """A score held on the scale, never quite neutral."""
    return max(-3.0, min(3.0, score))
