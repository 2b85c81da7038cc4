"""What a saved search really finds: nothing that only happens to be the least unlike of what is stored."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from api.library import see_record
from index import AskedTerms, Candidates, Index, QueryReading, SavedSearch, UnknownRecord, terms
from index.terms import FOLDED
from ingest import Viewer, fold
from matcher import match, scoring_in_force

_FIRST = 10
"""By likeness alone a record is told of only from among so many of the best."""
_LIKE = 3.2
_FAR_ABOVE = 4.0
"""So far above the mean of all, in standard deviations, it stands by meaning, and by meaning and words together. On the
samples this leaves next to nothing to searches for what is not there (space travel, heart surgery)."""
_SMALLEST_CROWD = 8
_LIKELY = 0.5
_MOST_QUERIES = 400  # syllables and pairs of a long query that are looked up
_SHARE = 0.5  # of the pairs of neighbouring syllables that a record with all syllables must hold


def find_fitting(index: Index, search: SavedSearch, viewer: Viewer) -> list[str]:
    """The ids of all that a saved search finds for a viewer, best first."""
    if search.record_id is not None:
        return _find_partners(index, search, viewer)
    reading = index.read_query(search.query or "")
    if not reading.text:
        return []
    scored = index.score_reading(
        reading, index.encode_readings([reading]), viewer, [search.kind] if search.kind else None
    )
    candidates = scored.candidates
    is_found = _hold_words(candidates, reading)
    order = candidates.rank(scored.scores)
    if scored.dense is not None and len(candidates) >= _SMALLEST_CROWD:
        for position in order[:_FIRST]:
            is_found[position] |= scored.dense[position] > _LIKE and scored.scores[position] > _FAR_ABOVE
    found = [candidates.record_ids[position] for position in order if is_found[position]]
    if not search.narrowing:
        return found
    traits = index.traits()
    known = ((id, traits[id]) for id in found if id in traits)
    return [id for id, one in known if search.narrowing.admits(one, one.is_whole_for(id, viewer))]


def _find_partners(index: Index, search: SavedSearch, viewer: Viewer) -> list[str]:
    """What fits a record, where there is enough evidence; nothing when the record is gone or hidden."""
    if search.record_id is None or search.kind is None:
        return []
    try:
        see_record(index, search.record_id, viewer)
        record = index.store.get(search.record_id)
        found = match(index, record, search.kind, viewer, _FIRST, scoring_in_force(index))
    except UnknownRecord:
        return []
    return [
        one.id
        for one in found.pairings
        if one.basis != "insufficient" and (one.likelihood is None or one.likelihood >= _LIKELY)
    ]


def _hold_words(candidates: Candidates, reading: QueryReading) -> NDArray[np.bool_]:
    """Which records hold all syllables of the query, however accented, and at least half of its pairs of neighbouring
    ones; or all of another form of the abbreviation that the query is."""
    forms = [reading.restored or reading.text]
    if reading.is_abbreviation:
        forms += reading.expansions
    found = np.zeros(len(candidates), dtype=np.bool_)
    for form in forms:
        wanted = list(dict.fromkeys(terms(fold(form))))[:_MOST_QUERIES]
        if not wanted:
            continue
        holds = candidates.best(candidates.lexical_each(AskedTerms.of([{(FOLDED, term): 1.0} for term in wanted]))) > 0
        is_pair = np.array(["_" in term for term in wanted])
        found |= holds[~is_pair].all(axis=0) & (holds[is_pair].sum(axis=0) >= _SHARE * is_pair.sum())
    return found
