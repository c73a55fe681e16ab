"""How a file's path tells labels: by a pattern of the user's, by a known code, by its folder."""

import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import PurePosixPath

from tritone.core.errors import DataError, RecipeError
from tritone.core.labels import SENTIMENTS, read_emotion
from tritone.datasets.manifest_labels import OWN, SENTIMENT_ALIASES
from tritone.datasets.named_files import LONGEST_NAME, read_name

GROUPS = ("id", "text", "speaker", "group", "split", "emotion", "sentiment", "score", "valence")
POLAR = {*SENTIMENTS, *SENTIMENT_ALIASES} - {"neutral", "neu"}


class Pattern:
    """A regular expression whose named groups are columns.

    It is tried on no more than 255 characters, for what a careless one takes grows fast.

    Args:
        text: such as (?P<speaker>[^_]+)_(?P<emotion>[^_]+); a group label_NAME is a column too.

    Raises:
        RecipeError: it is no regular expression, or its groups are no columns.
    """

    def __init__(self, text: str) -> None:
        try:
            self.compiled = re.compile(text)
        except (re.error, OverflowError, RecursionError) as error:
            raise RecipeError(f"{text!r} is no regular expression: {error}.") from None
        unknown = [
            name
            for name in self.compiled.groupindex
            if name not in GROUPS and not (name.startswith(OWN) and name != OWN)
        ]
        if unknown or not self.compiled.groupindex:
            what = f"names the group {unknown[0]!r}" if unknown else "names no group"
            raise RecipeError(
                f"The pattern {text!r} {what}. Name groups as columns, such as "
                f"(?P<emotion>[a-z]+): {', '.join(GROUPS)}, label_NAME."
            )

    def read(self, name: str) -> dict[str, str]:
        """What the groups hold; nothing where the pattern is not found."""
        found = self.compiled.search(name[-LONGEST_NAME:])
        held = {} if found is None else found.groupdict()
        return {group: value.strip() for group, value in held.items() if value and value.strip()}


def by_name(name: str) -> tuple[dict[str, str], str]:
    """What a known code says, and whose it is."""
    # Not the name's stem: what stands after a dot is part of it here.
    named = read_name(f"{PurePosixPath(name).name}.wav")
    if named is None:
        return {}, ""
    found = {"speaker": named.speaker, "group": named.speaker, "emotion": named.emotion or ""}
    found |= {f"{OWN}{label}": value for label, value in named.labels.items()}
    return found, f"{named.rule}'s file names"


class ClassFolders:
    """Folders that are called after emotions or sentiments.

    One alone may be called so by chance (content, calm): there must be at least two beside each
    other. "neutral" is of the kind that its neighbours are.

    Args:
        names: paths of all files, with forward slashes.
    """

    def __init__(self, names: Iterable[str]) -> None:
        beside: dict[PurePosixPath, set[str]] = defaultdict(set)
        for name in names:
            for folder in PurePosixPath(name).parents:
                if class_of(folder.name):
                    beside[folder.parent].add(folder.name.lower())
        self.beside = {above: those for above, those in beside.items() if len(those) > 1}

    def read(self, name: str) -> dict[str, str]:
        """The label of the nearest such folder; nothing where there is none."""
        for folder in PurePosixPath(name).parents:
            neighbours = self.beside.get(folder.parent, set())
            if folder.name.lower() in neighbours:
                target = "sentiment" if neighbours & POLAR else "emotion"
                return {target: class_of(folder.name)}
        return {}


def class_of(folder: str) -> str:
    """The shared word that a folder is called after; nothing where it is none."""
    word = folder.lower()
    if word in POLAR:
        return SENTIMENT_ALIASES.get(word, word)
    try:
        return read_emotion(word)
    except DataError:
        return ""
