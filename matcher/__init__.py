"""Rank, explain, compose: pairings with their evidence, and the measure of how good the ranking is."""

from matcher.all_pairs import Pair, Row, match_all
from matcher.counted_works import CountedWork
from matcher.duplicates import Duplicate, Reason, find_duplicates
from matcher.evaluation import BadQrels, Evaluation, Query, evaluate, read_qrels, write_run
from matcher.evidence import Evidence, Quote
from matcher.explanation import Change, Explanation, Term, Unsaid, explain
from matcher.fusion import FIT_SIGNALS, SIGNALS
from matcher.learning.attention import Attention, measure_attention
from matcher.learning.calibration import Calibration, Reliability
from matcher.learning.promotion import Step, history, roll_back, teach
from matcher.learning.weights import FEWEST_LISTS, Lesson, Trial
from matcher.matching import Match, match
from matcher.measures import Measure
from matcher.pairing import Basis, Pairing
from matcher.scoring import DEFAULT_SCORING, Scoring, scoring_in_force

__all__ = [
    "DEFAULT_SCORING",
    "FEWEST_LISTS",
    "FIT_SIGNALS",
    "SIGNALS",
    "Attention",
    "BadQrels",
    "Basis",
    "Calibration",
    "Change",
    "CountedWork",
    "Duplicate",
    "Evaluation",
    "Evidence",
    "Explanation",
    "Lesson",
    "Match",
    "Measure",
    "Pair",
    "Pairing",
    "Query",
    "Quote",
    "Reason",
    "Reliability",
    "Row",
    "Scoring",
    "Step",
    "Term",
    "Trial",
    "Unsaid",
    "evaluate",
    "explain",
    "find_duplicates",
    "history",
    "match",
    "match_all",
    "measure_attention",
    "read_qrels",
    "roll_back",
    "scoring_in_force",
    "teach",
    "write_run",
]
