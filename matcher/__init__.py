"""Rank, explain, compose: pairings with their evidence, and the measure of how good the ranking is."""

from matcher.duplicates import Duplicate, Reason, find_duplicates
from matcher.evaluation import BadQrels, Evaluation, Query, evaluate, read_qrels, write_run
from matcher.evidence import Evidence, Quote
from matcher.explanation import Change, Explanation, Term, explain
from matcher.fusion import FIT_SIGNALS, SIGNALS
from matcher.measures import Measure
from matcher.pairing import Basis, Match, Pairing, match

__all__ = [
    "FIT_SIGNALS",
    "SIGNALS",
    "BadQrels",
    "Basis",
    "Change",
    "Duplicate",
    "Evaluation",
    "Evidence",
    "Explanation",
    "Match",
    "Measure",
    "Pairing",
    "Query",
    "Quote",
    "Reason",
    "Term",
    "evaluate",
    "explain",
    "find_duplicates",
    "match",
    "read_qrels",
    "write_run",
]
