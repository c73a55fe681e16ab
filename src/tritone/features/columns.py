"""What the columns of an extractor's rows are called, so that people can be told of one of them."""

from tritone.features.extractor import Extractor
from tritone.features.face_geometry import FaceGeometry
from tritone.features.joined import Joined
from tritone.features.openface import OpenFace
from tritone.features.tfidf import TfIdf


def columns_of(name: str, extractor: Extractor) -> tuple[str, ...]:
    """A name for each column: its own where the extractor has one, else its number.

    Args:
        name: of the extractor.
        extractor: whose rows are lists of numbers; one that learns has learned.
    """
    if isinstance(extractor, Joined):
        parts = extractor.parts.items()
        return tuple(column for own, part in parts for column in columns_of(own, part))
    own, width = own_names(extractor), extractor.rows.size
    if not own and width == 1:
        return (name,)
    # Rows may be wider than what was learned: columns without a name are zeros.
    rest = (str(place) for place in range(len(own) + 1, width + 1))
    return tuple(f"{name} {column}" for column in (*own, *rest))


def own_names(extractor: Extractor) -> tuple[str, ...]:
    """The names that an extractor gives its columns; none where it gives none."""
    if isinstance(extractor, FaceGeometry):
        return extractor.columns
    if isinstance(extractor, OpenFace):
        return extractor.names
    if isinstance(extractor, TfIdf) and extractor.terms is not None and not extractor.dim:
        return extractor.terms.names
    return ()
