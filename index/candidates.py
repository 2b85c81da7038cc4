"""Candidates: the passages that a viewer may see, grouped by record, with exact scores for every one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.languages import OTHER, UNKNOWN, VIETNAMESE, LanguageGap
from index.lexical import LexicalView
from index.nearest import NearestIndex, score_all
from index.passages import PassageRow
from index.terms import AskedTerms
from ingest import Kind, Viewer

Floats = NDArray[np.float32]
Integers = NDArray[np.int64]

TITLE = -1  # a passage of the title has no section number
_AUDIENCES = {"everyone": 0, "insiders": 1, "outsiders": 2}
_BELOW_SIGN = np.int32(0x7FFFFFFF)
_PLACE_BITS = 32


@dataclass(frozen=True, slots=True)
class PassageTable:
    """One kind's living passages as columns, ascending by number; those of a record follow one another."""

    kind: Kind
    ids: Integers
    record_ids: NDArray[np.object_]
    sections: Integers
    starts: Integers
    ends: Integers
    audiences: Integers
    seqs: Integers

    @classmethod
    def empty(cls, kind: Kind) -> PassageTable:
        none = np.zeros(0, dtype=np.int64)
        return cls(kind, none, np.zeros(0, dtype=object), none, none, none, none, none)

    def replay(self, removed: Sequence[int], added: Sequence[PassageRow]) -> PassageTable:
        """The table after a change of the store."""
        kept = ~np.isin(self.ids, np.asarray(removed, dtype=np.int64))

        def column(old: Integers, new: list[int]) -> Integers:
            return np.concatenate([old[kept], np.asarray(new, dtype=np.int64)])

        record_ids = np.empty(len(added), dtype=object)
        record_ids[:] = [row.record_id for row in added]
        return PassageTable(
            self.kind,
            column(self.ids, [row.id for row in added]),
            np.concatenate([self.record_ids[kept], record_ids]),
            column(self.sections, [TITLE if row.section is None else row.section for row in added]),
            column(self.starts, [row.start for row in added]),
            column(self.ends, [row.end for row in added]),
            column(self.audiences, [_AUDIENCES[row.audience] for row in added]),
            column(self.seqs, [row.seq for row in added]),
        )

    def visible_to(self, viewer: Viewer) -> Integers:
        """Positions of the passages that exist for the viewer."""
        inside = np.full(len(self.ids), viewer.sees_all)
        if viewer.owns and not viewer.sees_all:
            inside = np.isin(self.record_ids, list(viewer.owns))
        hidden = np.where(inside, _AUDIENCES["outsiders"], _AUDIENCES["insiders"])
        is_seen: NDArray[np.bool_] = self.audiences != hidden
        if viewer.met and not viewer.sees_all:
            self._introduce(is_seen, list(viewer.met - viewer.owns))
        return np.flatnonzero(is_seen)

    def _introduce(self, is_seen: NDArray[np.bool_], met: Sequence[str]) -> None:
        """Who has met an owner reads what is told to outsiders too as it was written; nothing that is confidential."""
        rows = np.flatnonzero(np.isin(self.record_ids, met))
        told = [(self.record_ids[row], self.sections[row]) for row in rows]
        is_outside = self.audiences[rows] == _AUDIENCES["outsiders"]
        masked = {one for one, outside in zip(told, is_outside, strict=True) if outside}
        is_seen[rows] = [
            (one in masked and not outside) or self.audiences[row] == _AUDIENCES["everyone"]
            for row, one, outside in zip(rows, told, is_outside, strict=True)
        ]


@dataclass(frozen=True, slots=True)
class _Part:
    table: PassageTable
    rows: Integers
    nearest: NearestIndex | None


class Candidates:
    """Every visible passage of some kinds, as columns of one table; scores are aligned with these columns.

    What the viewer may not see is left out here, before any score is computed or standardised.
    """

    def __init__(
        self,
        tables: Sequence[PassageTable],
        nearest: Mapping[Kind, NearestIndex],
        words: LexicalView,
        own_words: LexicalView | None,
        viewer: Viewer,
        gap: LanguageGap | None = None,
    ) -> None:
        self._parts = [_Part(table, table.visible_to(viewer), nearest.get(table.kind)) for table in tables]
        self._words, self._own_words, self._gap = words, own_words, gap
        self._is_inside = self._column("audiences") == _AUDIENCES["insiders"]
        self.ids = self._column("ids")
        self.sections = self._column("sections")
        self.starts = self._column("starts")
        self.ends = self._column("ends")
        owners = np.concatenate([np.zeros(0, dtype=object), *(p.table.record_ids[p.rows] for p in self._parts)])
        first_of_record = np.flatnonzero(np.r_[True, owners[1:] != owners[:-1]]) if len(owners) else np.zeros(0, int)
        self.first_rows: Integers = first_of_record.astype(np.int64)
        self.record_ids: list[str] = [str(id) for id in owners[first_of_record]]
        self._positions = {id: position for position, id in enumerate(self.record_ids)}
        kinds = np.repeat(
            np.array([part.table.kind for part in self._parts], dtype=object), [len(part.rows) for part in self._parts]
        )
        self.kinds: list[Kind] = list(kinds[self.first_rows])
        self.sizes: Integers = np.diff(np.r_[self.first_rows, len(self.ids)])
        """How many columns belong to each record: (records,)."""
        # Records of one size lie side by side, a passage of each in a row: the best of 20,000 records is found four
        # times as fast as piece by piece (reduceat).
        self._by_size: list[tuple[Integers, Integers]] = []
        for size in np.unique(self.sizes):
            records = np.flatnonzero(self.sizes == size)
            self._by_size.append((records, self.first_rows[records] + np.arange(size)[:, np.newaxis]))
        self.seqs = self._column("seqs")
        self.have_vectors = all(
            part.nearest is not None and np.array_equal(part.nearest.ids, part.table.ids) for part in self._parts
        )
        """Whether every passage has a vector, so that dense scores mean something."""
        languages = [words.languages(part.table.kind)[part.rows] for part in self._parts]
        self.languages = np.concatenate([np.zeros(0, dtype=np.int8), *languages])
        """Of each passage, as ``index.languages`` numbers them."""
        self._foreign = {language: self._find_foreign(self.languages, language) for language in (VIETNAMESE, OTHER)}
        self._by_record_id = np.argsort(np.array(self.record_ids, dtype=object), kind="stable")

    def _column(self, name: str) -> Integers:
        columns = [getattr(part.table, name)[part.rows] for part in self._parts]
        return np.concatenate([np.zeros(0, dtype=np.int64), *columns])

    def __len__(self) -> int:
        """The number of records."""
        return len(self.record_ids)

    def rank(self, scores: Floats, but_for: int | None = None) -> list[int]:
        """Positions of all records by (-score, id), without the one at `but_for`."""
        # Numbers that hold score and place are sorted in a third of the time in which scores with ties are; the bits of
        # floats are in the order of whole numbers, those of negative ones backwards.
        bits = (0 - scores[self._by_record_id]).view(np.int32)
        keys = np.where(bits < 0, bits ^ _BELOW_SIGN, bits).astype(np.int64) << _PLACE_BITS
        keys |= np.arange(len(keys))
        keys.sort()
        order = self._by_record_id[keys & (1 << _PLACE_BITS) - 1]
        ranked: list[int] = (order if but_for is None else order[order != but_for]).tolist()
        return ranked

    def position_of(self, id: str) -> int | None:
        """Where a record stands, if it is there."""
        return self._positions.get(id)

    def as_of(self, records: Sequence[int]) -> dict[str, int]:
        """The ids of the records at these positions, each with the store's `seq` of its passages."""
        return {self.record_ids[record]: int(self.seqs[self.first_rows[record]]) for record in records}

    def rows_of(self, record: int) -> slice:
        """The columns that belong to the record at this position."""
        after = self.first_rows[record + 1] if record + 1 < len(self) else len(self.ids)
        return slice(int(self.first_rows[record]), int(after))

    def dense(self, queries: Floats, languages: Sequence[int]) -> Floats:
        """Cosines of L2-normalised queries (q, d) with every passage: (q, passages), those across languages raised to
        what they would be within one. `languages`: of each query."""
        scores = self._cosines(queries)
        for language in set(languages) - {UNKNOWN}:
            foreign = self._foreign[language]
            if self._gap is not None and len(foreign):
                asked = np.flatnonzero(np.asarray(languages) == language)
                scores[np.ix_(asked, foreign)] += self._gap.between(queries[asked], language)[:, np.newaxis]
        return scores

    def _find_foreign(self, told: NDArray[np.int8], language: int) -> Integers:
        """The passages in the other language, of records that are mostly in it: where a record says something in the
        language of the question too, that speaks for it. `told`: the language of each passage."""
        leaning = np.add.reduceat(told, self.first_rows, dtype=np.int64) if len(self) else self.first_rows
        return np.flatnonzero((told == -language) & np.repeat(np.sign(leaning) == -language, self.sizes))

    def _cosines(self, queries: Floats) -> Floats:
        held = [(part.rows, part.nearest) for part in self._parts if part.nearest is not None and len(part.rows)]
        found = score_all([nearest for _, nearest in held], queries)
        columns = [np.zeros((len(queries), 0), dtype=np.float32)]
        for (rows, _), scores in zip(held, found, strict=True):
            columns.append(scores if len(rows) == scores.shape[1] else scores[:, rows])
        return np.concatenate(columns, axis=1)

    @property
    def lengths(self) -> Integers:
        """Code points of every passage: (passages,)."""
        return self.ends - self.starts

    def vectors(self, rows: Integers) -> Floats:
        """The vectors of these columns: (rows, d). All must belong to kinds with vectors."""
        bounds = np.cumsum([0, *(len(part.rows) for part in self._parts)])
        parts = np.searchsorted(bounds, rows, side="right") - 1
        dimensions = next((part.nearest.dimensions for part in self._parts if part.nearest is not None), 0)
        found = np.zeros((len(rows), dimensions), dtype=np.float32)
        for number in np.unique(parts):
            part, here = self._parts[number], parts == number
            if part.nearest is not None:
                found[here] = part.nearest.vectors(part.rows[rows[here] - bounds[number]])
        return found

    def lexical(self, weighted: Mapping[tuple[str, str], float]) -> Floats:
        """BM25 of the weighted terms with every passage: (passages,); 0 where none occurs.

        How rare a word is comes from what the viewer may see, and from the rest for passages of their own only.
        """
        scores: Floats = self.lexical_each(AskedTerms.of([weighted]))[0]
        return scores

    def lexical_each(self, asked: AskedTerms) -> Floats:
        """As `lexical`, for several questions at once: (questions, passages)."""
        scores = self._score_words(self._words, asked)
        if self._own_words is not None:
            scores[:, self._is_inside] = self._score_words(self._own_words, asked)[:, self._is_inside]
        return scores

    def rarities(self, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], float]:
        """(field, term) → how rare it is among what the viewer may see: the idf of `lexical`."""
        return self._words.rarities(wanted)

    def _score_words(self, words: LexicalView, asked: AskedTerms) -> Floats:
        scores = words.scores(asked, [part.table.kind for part in self._parts])
        columns = [np.zeros((asked.weights.shape[1], 0), dtype=np.float32)]
        columns += [scores[part.table.kind].T[:, part.rows] for part in self._parts]
        return np.concatenate(columns, axis=1)

    def best(self, scores: Floats) -> Floats:
        """Each record's highest passage score: (…, passages) → (…, records)."""
        best = np.empty((*scores.shape[:-1], len(self)), dtype=np.float32)
        for records, columns in self._by_size:
            best[..., records] = scores[..., columns].max(axis=-2)
        return best

    def discounted_best(self, scores: Floats, count: int) -> Floats:
        """Each record's mean of its `count` highest passage scores (of all, when it has fewer), the r-th weighted by
        1/r: (…, passages) → (…, records)."""
        means = np.empty((*scores.shape[:-1], len(self)), dtype=np.float32)
        for records, columns in self._by_size:
            # Those of a record side by side: so many short rows are sorted three times as fast as columns.
            highest = np.sort(scores.take(columns.T, axis=-1), axis=-1)[..., : -count - 1 : -1]
            weights = (1.0 / np.arange(1, highest.shape[-1] + 1)).astype(np.float32)
            means[..., records] = highest @ weights / weights.sum()
        return means
