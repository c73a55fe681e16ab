"""Every suite that ships, by name: from the folder that holds the corpora to what is compared."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from tritone.recipes.benchmark.cross import cross
from tritone.recipes.benchmark.papers_here import papers_mmmo, papers_mosi
from tritone.recipes.benchmark.papers_mvsa import papers_mvsa
from tritone.recipes.benchmark.papers_s002 import papers_s002
from tritone.recipes.benchmark.papers_voice import papers_voice
from tritone.recipes.benchmark.quick import quick
from tritone.recipes.benchmark.real import real
from tritone.recipes.benchmark.suite import Suite

# Each is called as (root, fast=...) and raises DataError where the root lacks what it needs.
SUITES: Mapping[str, Callable[..., Suite]] = MappingProxyType(
    {
        "quick": quick,
        "real": real,
        "cross": cross,
        "papers-mosi": papers_mosi,
        "papers-mmmo": papers_mmmo,
        "papers-s002": papers_s002,
        "papers-mvsa": papers_mvsa,
        "papers-voice": papers_voice,
    }
)
MADE = ("quick",)  # their data are made on the spot: they need no folder of corpora
WRITTEN = ("cross", "papers-s002")  # they describe their data in files, below `out`
KNOWN = ", ".join(SUITES)
