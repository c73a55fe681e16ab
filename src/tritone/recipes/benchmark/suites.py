"""Every suite that ships, by name: from the folder that holds the corpora to what is compared."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from tritone.recipes.benchmark.cross import cross
from tritone.recipes.benchmark.quick import quick
from tritone.recipes.benchmark.real import real
from tritone.recipes.benchmark.suite import Suite

# Each is called as (root, fast=...) and raises DataError where the root lacks what it needs.
SUITES: Mapping[str, Callable[..., Suite]] = MappingProxyType(
    {
        "quick": quick,
        "real": real,
        "cross": cross,
    }
)
MADE = ("quick",)  # their data are made on the spot: they need no folder of corpora
KNOWN = ", ".join(SUITES)
