"""The Index: everything stored, searchable by meaning and by words, for a viewer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from index.candidates import Candidates, Floats
from index.database import DATABASE
from index.encoder import Encoder
from index.facets import EVERYTHING, Facets, Narrowing, count_facets
from index.languages import language_of
from index.query import QueryReading
from index.reading_encoder import ReadingEncoder
from index.replica import Replica
from index.store import Store
from index.traits import Traits
from ingest import KINDS, NOBODY, Kind, Record, Viewer, as_seen_by, seen_position

Mode = Literal["hybrid", "lexical", "alias", "unrestored"]
"""By words and meaning; by words, for want of a model; by the forms of a known abbreviation, which mean nothing to a
model; by words, because the query is Vietnamese whose accents are missing and unknown."""
_LEAST_SPREAD = 1e-6  # float32 cosines of equal texts differ by about 1e-9


@dataclass(frozen=True, slots=True)
class Hit:
    """A record found, with its best passage (`section` None = the title) and its standardised leg scores."""

    id: str
    kind: Kind
    title: str
    score: float
    section: int | None
    start: int
    end: int
    text: str
    lexical: float
    dense: float | None


@dataclass(frozen=True, slots=True)
class SearchResult:
    """`forms` are the other forms of the abbreviations in the query, which were searched for too. `goes_on`: more of
    what the viewer may see comes behind these hits."""

    query: str
    mode: Mode
    suggestion: str | None
    hits: tuple[Hit, ...]
    forms: tuple[str, ...] = ()
    facets: Facets | None = None
    goes_on: bool = False


@dataclass(frozen=True, slots=True)
class Scored:
    """All visible records with their standardised scores; `rows` are the fused scores of their passages."""

    candidates: Candidates
    scores: Floats
    lexical: Floats
    dense: Floats | None
    rows: Floats
    holds_words: NDArray[np.bool_]


class Index:
    """Everything stored, searchable. Safe to use from several threads and processes at once.

    With `encoder` None everything works lexically. Raises ModelMismatch when the stored vectors are not the
    encoder's, unless `any_model` (for re-embedding).
    """

    def __init__(self, folder: Path, encoder: Encoder | None, any_model: bool = False) -> None:
        self.folder = folder
        self.store = Store(folder / DATABASE)
        self._replica = Replica(self.store, folder / "derived", encoder, any_model)
        self.encoder = ReadingEncoder(encoder, self.read_unaccented) if encoder else None
        self.refresh()

    @property
    def mode(self) -> Mode:
        """Hybrid when there is a model and every passage has its vector."""
        return "hybrid" if self._replica.has_vectors else "lexical"

    def refresh(self) -> None:
        """Take over what was committed since the last look, by this or any other process."""
        self._replica.refresh()

    def save(self) -> None:
        """Write snapshots of what has changed, so that the next start is quick."""
        self._replica.save()

    def save_rebuilt(self) -> None:
        """As `save`, where the snapshots of words were missing, older or damaged."""
        self._replica.save_rebuilt()

    def load_vectors(self) -> None:
        """Begin to use the vectors of the encoder, which the store holds now."""
        self._replica.load_vectors()
        self.refresh()

    def remove(self, id: str) -> None:
        """Remove a record from the store and from every index and snapshot. Raises UnknownRecord."""
        kind = self.store.get(id).kind
        self.store.remove(id)
        self.refresh()
        self._replica.forget_snapshots(kind)
        self.save()

    def candidates(self, kinds: Sequence[Kind], viewer: Viewer) -> Candidates:
        """Everything of these kinds that the viewer may see, as of now."""
        return self._replica.candidates(kinds, viewer)

    def traits(self) -> Mapping[str, Traits]:
        """Record id → what is known of it beside its text, as of now."""
        return self._replica.traits()

    def read_query(self, text: str) -> QueryReading:
        """The query repaired, restored and expanded."""
        return self._replica.read_query(text)

    def read_unaccented(self, text: str) -> str:
        """A text (NFC) of a record with its accents, where it or lines of it were written without; only accents are
        put in, so that its words are those that stand there."""
        return self._replica.read_unaccented(text)

    def full_forms(self, text: str) -> tuple[str, ...]:
        """What the abbreviations in a text stand for, by the shipped table, a person's list and what texts agree on."""
        return self._replica.full_forms(text)

    def reference_vectors(self) -> Floats | None:
        """Sentences of every field in both languages, as passages: (languages, sentences, d), Vietnamese first; None
        without a model."""
        return self._replica.reference.read() if self._replica.reference else None

    def encode_readings(self, readings: Sequence[QueryReading]) -> Floats | None:
        """(readings, d), or None when there is no dense leg."""
        if self.encoder is None or self.mode != "hybrid":
            return None
        return self.encoder.encode_queries([reading.dense_text for reading in readings])

    def score_reading(
        self, reading: QueryReading, query_vector: Floats | None, viewer: Viewer, kinds: Sequence[Kind] | None
    ) -> Scored:
        """Both legs and their fusion for every visible record, whatever the limit; words alone for an abbreviation."""
        candidates = self.candidates(kinds or KINDS, viewer)
        lexical_rows = candidates.lexical(reading.weighted_terms())
        word_scores = candidates.best(lexical_rows)
        lexical, rows, dense = standardise(word_scores), standardise(lexical_rows), None
        found = bool((word_scores > 0).any())
        words_suffice = reading.lacks_accents or (reading.is_abbreviation and found)
        if query_vector is not None and candidates.have_vectors and not words_suffice:
            dense_rows = candidates.dense(query_vector, [language_of(reading.text)])[0]
            dense, rows = standardise(candidates.best(dense_rows)), rows + standardise(dense_rows)
        scores = lexical if dense is None else lexical + dense
        return Scored(candidates, scores, lexical, dense, rows, word_scores > 0)

    def search(
        self,
        text: str,
        viewer: Viewer = NOBODY,
        kinds: Sequence[Kind] | None = None,
        limit: int = 10,
        narrowing: Narrowing = EVERYTHING,
        counts_facets: bool = False,
        offset: int = 0,
    ) -> SearchResult:
        """The records that fit the text best, best first, from `offset` on; ties by id. Scores depend neither on
        `limit` nor on what the results are narrowed to."""
        reading = self.read_query(text)
        if not reading.text:
            return SearchResult(reading.text, self.mode, None, ())
        scored = self.score_reading(reading, self.encode_readings([reading]), viewer, kinds)
        order = scored.candidates.rank(scored.scores)
        if scored.dense is None:
            # Words are all there is to go by: a record with none of them was not found.
            order = [position for position in order if scored.holds_words[position]]
        facets = None
        if narrowing or counts_facets:
            traits, ids = self.traits(), scored.candidates.record_ids
            if counts_facets:
                facets = count_facets([ids[position] for position in order], traits, narrowing, viewer)
            known = ((at, ids[at], traits[ids[at]]) for at in order if ids[at] in traits)
            order = [at for at, id, one in known if narrowing.admits(one, one.is_whole_for(id, viewer))]
        goes_on = len(order) > offset + limit
        order = order[offset : offset + limit]
        records = self.store.get_as_of(scored.candidates.as_of(order))
        hits = [self._hit(records, scored, position, viewer) for position in order]
        mode: Mode = "hybrid"
        if scored.dense is None:
            mode = "lexical"
            if self.mode == "hybrid" and reading.lacks_accents:
                mode = "unrestored"
            elif self.mode == "hybrid" and reading.is_abbreviation:
                mode = "alias"
        found = tuple(hit for hit in hits if hit)
        return SearchResult(reading.text, mode, reading.restored, found, reading.expansions, facets, goes_on)

    def _hit(self, records: Mapping[str, Record], scored: Scored, position: int, viewer: Viewer) -> Hit | None:
        candidates = scored.candidates
        record = records.get(candidates.record_ids[position])
        seen = record and as_seen_by(record, viewer)
        if record is None or seen is None:
            return None
        rows = candidates.rows_of(position)
        row = rows.start + int(np.argmax(scored.rows[rows]))
        stored = int(candidates.sections[row])
        section = seen_position(record, None if stored < 0 else stored, viewer)
        start, end = int(candidates.starts[row]), int(candidates.ends[row])
        return Hit(
            record.id,
            record.kind,
            seen.title,
            float(scored.scores[position]),
            section,
            start,
            end,
            seen.text_of(section)[start:end],
            float(scored.lexical[position]),
            None if scored.dense is None else float(scored.dense[position]),
        )


def standardise(scores: Floats) -> Floats:
    """z-scores over all candidates along the last axis; zero spread counts as 0."""
    if scores.shape[-1] == 0:
        return scores
    spread = scores.std(axis=-1, keepdims=True, dtype=np.float64)
    centred = scores - scores.mean(axis=-1, keepdims=True, dtype=np.float64)
    return np.asarray(
        np.divide(centred, spread, out=np.zeros_like(centred), where=spread > _LEAST_SPREAD), dtype=np.float32
    )


def rank(scores: Floats, ids: Sequence[str]) -> list[int]:
    """Positions by (-score, id)."""
    return sorted(range(len(ids)), key=lambda position: (-float(scores[position]), ids[position]))
