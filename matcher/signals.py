"""Signals: what speaks for a candidate, one pure function each, over text scores, works and facts."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from index import Floats, Integers
from ingest import Facts, PersonRole, accented_view, fold, is_same_organisation, parent_fields, strip_titles
from ingest.industries import fields_of_industries
from ingest.places import PLACES_APART
from matcher.task_states import read_state

_SENTENCE = 100  # code points: the length of a sentence
# One who took part knows less of a work than the one who led it; a work of fifteen years ago counts half, and nothing
# counts less than a third: a person who knew it once is still nearer than one who never did.
_ROLE_WEIGHT: Mapping[PersonRole | None, float] = {"lead": 1.0, None: 1.0, "member": 0.7}
_HALF_LIFE_YEARS = 15.0
_LEAST_WORK_WEIGHT = 1 / 3
# A passage this many standard deviations above the mean of all passages is a relevant one (about one in fifteen).
_RELEVANT_Z = 1.5
_TRL_STEPS = 4.0  # a technology so many levels below what is asked fits not at all
_BUDGET_SLACK = 1.25  # forms ask for round sums
_BUDGET_DOUBLINGS = 3.0  # eight times the money does not fit at all
_MOST_OVERDUE = 3  # years
_RUNNING_HALVES = 2.0  # one who leads so many running tasks is half as free
_SAME_PROVINCE = 0.75
_OTHER_INDUSTRY = 0.75  # the most that two industries fit which the same sciences serve


def normalise_lengths(bm25: Floats, lengths: Integers, asked: Integers | int) -> Floats:
    """BM25 of a text with every passage, over the square roots of their lengths: (passages,); or of several texts:
    (texts, passages).

    Against a whole text BM25 grows with both lengths, a cosine of TF-IDF does not; a length is added to both, so that
    the shortest are not favoured (A. Singhal, C. Buckley, M. Mitra, Pivoted document length normalization, 1996).
    `lengths` (passages,) and `asked`, of several texts (texts, 1), are code points.
    """
    of_passages, of_texts = (np.asarray(1.0 / np.sqrt(many + _SENTENCE), np.float32) for many in (lengths, asked))
    return np.asarray(bm25 * of_passages * of_texts, dtype=np.float32)


def work_weights(roles: Sequence[PersonRole | None], years: Sequence[int | None], newest: int | None) -> list[float]:
    """How much each work counts, 1/3 to 1, by the person's role in it and its age against the newest work of all.
    What is not known counts fully.

    Exponential decay as in X. Li, W. B. Croft, Time-based language models, 2003.
    """
    weights = []
    for role, year in zip(roles, years, strict=True):
        age = max(0, newest - year) if newest is not None and year is not None else 0
        weights.append(max(_ROLE_WEIGHT[role] * 0.5 ** (age / _HALF_LIFE_YEARS), _LEAST_WORK_WEIGHT))
    return weights


def weigh_passages(scores: Floats, weights: Floats) -> Floats:
    """Scores (…, passages) with what lies above their mean weighted by (passages,), at most 1 each: an old or lesser
    work is brought nearer to any work, and never below it."""
    mean = scores.mean(axis=-1, keepdims=True)
    excess = scores - mean
    # Below the mean the product is the greater of the two.
    np.minimum(excess, excess * weights, out=excess)
    excess += mean
    return np.asarray(excess, dtype=np.float32)


def mean_of_best(best: Floats) -> Floats:
    """Late interaction: of each passage that is asked for the best that each record has, on average: (passages asked,
    records) → (records,).

    O. Khattab, M. Zaharia, ColBERT: Efficient and effective passage search via contextualized late interaction over
    BERT, 2020, equation 3, over passages instead of tokens.
    """
    return np.asarray(best.mean(axis=0), dtype=np.float32)


def amount(scores: Floats, first_rows: Integers) -> Floats:
    """How many passages of each record are relevant, from 0 to 1 with diminishing returns: (…, passages) → (…,
    records).

    The logarithm is that of document counts in C. Macdonald, I. Ounis, Voting for candidates, 2006.
    """
    if not len(first_rows):
        return np.zeros((*scores.shape[:-1], 0), dtype=np.float32)
    bar = scores.mean(axis=-1, keepdims=True) + _RELEVANT_Z * scores.std(axis=-1, keepdims=True)
    counts = np.log1p(np.add.reduceat((scores > bar).astype(np.float32), first_rows, axis=-1))
    return np.asarray(counts / np.maximum(counts.max(axis=-1, keepdims=True), 1e-9), dtype=np.float32)


def field_nearness(asked: Sequence[str], offered: Sequence[str]) -> float | None:
    """How near the fields of science are in their tree, 0 to 1: the mean over those asked for of the nearest one
    offered; None where one side names none.

    Z. Wu, M. Palmer, Verb semantics and lexical selection, 1994: twice the depth of the common field over the sum of
    both depths.
    """
    if not asked or not offered:
        return None
    return sum(max(_wu_palmer(one, other) for other in offered) for one in asked) / len(asked)


def _wu_palmer(one: str, other: str) -> float:
    mine, theirs = {one, *parent_fields(one)}, {other, *parent_fields(other)}
    return 2 * len(mine & theirs) / (len(mine) + len(theirs))


def industry_fit(asked: Facts, offered: Facts) -> float | None:
    """How near what one side lives from is to what the other side does, 0 to 1, the same whichever side asks; None
    where one side knows nothing of it.

    1 for the same industry. Of an industry and a science the nearest of the fields that serve the one to the fields of
    the other counts, since any of them may be what is needed; a field within one that serves is near enough. Two
    industries are as near as the fields that serve them, times ¾. Who names fields as exactly as a group (3 digits) is
    not asked for the industry: `field_nearness` says it already, and better. Industries: Quyết định 27/2018/QĐ-TTg;
    what serves them: ``ingest/industries.yaml``.
    """
    mine, theirs = asked.industry_codes, offered.industry_codes
    fits: list[float | None] = []
    if any(one.startswith(other) or other.startswith(one) for one in mine for other in theirs):
        fits.append(1.0)
    served, served_there = fields_of_industries(mine), fields_of_industries(theirs)
    fits.append(_industry_nearness(served, served_there))
    if not _names_groups(asked):
        fits.append(_nearest(served, offered.field_codes))
    if not _names_groups(offered):
        fits.append(_nearest(served_there, asked.field_codes))
    return max((fit for fit in fits if fit is not None), default=None)


def _names_groups(facts: Facts) -> bool:
    return any(len(code) > 1 for code in facts.field_codes)


def _industry_nearness(some: Sequence[str], others: Sequence[str]) -> float | None:
    there, back = field_nearness(some, others), field_nearness(others, some)
    return None if there is None or back is None else _OTHER_INDUSTRY * (there + back) / 2


def _nearest(serving: Sequence[str], fields: Sequence[str]) -> float | None:
    return max((_wu_palmer(one, code[: len(one)]) for one in serving for code in fields), default=None)


def place_nearness(asked: Facts, offered: Facts) -> float | None:
    """1 for the same place as written, ¾ for one in the same province of today (or in one of several), 0 for another;
    None where one is not known."""
    if asked.place_written and offered.place_written and fold(asked.place_written) == fold(offered.place_written):
        return 1.0
    if not asked.place_today or not offered.place_today:
        return None
    both = set(asked.place_today.split(PLACES_APART)) & set(offered.place_today.split(PLACES_APART))
    return _SAME_PROVINCE if both else 0.0


def trl_fit(asked: int | None, offered: int | None) -> float | None:
    """1 for a technology as ready as is asked or readier, less by ¼ for every level that it lacks; None where one is
    not known. Levels are those of ISO 16290:2013."""
    if asked is None or offered is None:
        return None
    return max(0.0, 1.0 - max(0, asked - offered) / _TRL_STEPS)


def budget_fit(asked: int | None, offered: int | None) -> float | None:
    """1 for a task that costs no more than there is, less by ⅓ for every doubling; None where one is not known."""
    if not asked or not offered:
        return None
    return min(1.0, max(0.0, 1.0 - math.log2(offered / (asked * _BUDGET_SLACK)) / _BUDGET_DOUBLINGS))


def availability(running: int) -> float:
    """1 for who leads no running task, ½ for two, a third for four: what is left of a person's time."""
    return 1.0 / (1.0 + running / _RUNNING_HALVES)


def count_running(tasks: Iterable[Facts], year: int) -> Mapping[str, list[str | None]]:
    """Whoever leads a task that is running in `year`, by name → the organisations of these tasks. What is only proposed
    or is over is not; what is said to run does, also where it is overdue, but not for ever, since lists are not always
    brought up to date. Of others their years decide."""
    leads: dict[str, list[str | None]] = {}
    for facts in tasks:
        state, begins, ends = read_state(facts), facts.year_from, facts.year_to
        if state == "running":
            runs = (begins is None or begins <= year) and (ends is None or year - ends <= _MOST_OVERDUE)
        else:
            runs = state == "unknown" and begins is not None and ends is not None and begins <= year <= ends
        if runs:
            for person in facts.people:
                if person.role == "lead":
                    leads.setdefault(_name_key(person.name), []).append(facts.organisation)
    return leads


def running_tasks(name: str, organisation: str | None, leads: Mapping[str, Sequence[str | None]]) -> int:
    """How many running tasks a person leads. Two of one name are told apart by their organisations, where known."""
    return sum(
        1
        for other in leads.get(_name_key(name), ())
        if not organisation or not other or is_same_organisation(organisation, other)
    )


def _name_key(name: str) -> str:
    return accented_view(strip_titles(name))
