"""What the four founding papers claim, table by table: facts of the papers, each with its place."""

from tritone.recipes.papers.claims.cited import CITED
from tritone.recipes.papers.claims.kinds import Cited, Claim, Paper, Study, Where
from tritone.recipes.papers.claims.s000 import S000
from tritone.recipes.papers.claims.s001 import S001
from tritone.recipes.papers.claims.s002 import S002
from tritone.recipes.papers.claims.s003 import S003

__all__ = ["CITED", "PAPERS", "Cited", "Claim", "Paper", "Study", "Where"]

PAPERS = (S000, S001, S002, S003)
