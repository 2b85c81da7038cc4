"""The lexical index: exact BM25 over syllables and bigrams, accented and accent-folded, derived from the store."""

from __future__ import annotations

import io
import itertools
import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from index.english import reduce_words, stem
from index.languages import language_of_words
from index.passages import Audience
from index.postings import Floats, Integers, Keys, Postings, Rows
from index.snapshots import read_snapshot, write_snapshot
from index.terms import ACCENTED, FIELD_BITS, FOLDED, AskedTerms, find_keys, renumber, split_keys, split_view
from ingest import Kind, accented_view, fold

_K1, _B = 1.2, 0.75
_MAGIC = b"BANHAW07"
_AUDIENCES: tuple[Audience, ...] = get_args(Audience)
_AT_ONCE = 1_000  # passages counted in one go
# Postings are joined to older ones that hold less than this many times as many, so that few stand side by side and
# each is copied seldom.
_GROWTH = 16


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    """Syllable → its number, and by number that of the syllable without accents."""

    numbers: dict[str, int]
    folded: list[int]

    def number(self, syllable: str) -> int:
        """The number of a syllable, a new one for a new syllable."""
        known = self.numbers.get(syllable)
        if known is not None:
            return known
        number = len(self.numbers)
        self.numbers[syllable] = number
        self.folded.append(number)
        bare = fold(syllable)
        if bare != syllable:
            self.folded[number] = self.number(stem(bare))
        return number


class LexicalIndex:
    """The words of one kind's passages; `seq` is the store's it reflects. Never changed: `replay` makes a new one."""

    def __init__(self) -> None:
        self.seq = 0
        self.ids: Integers = np.zeros(0, dtype=np.int64)
        """Passage numbers, ascending; a row is a place among them."""
        self.audiences: NDArray[np.int8] = np.zeros(0, dtype=np.int8)
        self.lengths: Integers = np.zeros(0, dtype=np.int64)
        """How many terms each passage has in either field."""
        self.languages: NDArray[np.int8] = np.zeros(0, dtype=np.int8)
        """Of each passage, as ``index.languages`` numbers them."""
        self._vocabulary = _Vocabulary({}, [])
        self._postings: dict[Audience, tuple[Postings, ...]] = {}

    def replay(self, removed: Collection[int], added: Iterable[tuple[int, Audience, str]], seq: int) -> LexicalIndex:
        """The index after a change of the store: passages (number, audience, text) with higher numbers than all before
        come in, others go, and with them every word that only they held."""
        fresh = LexicalIndex()
        fresh.seq = seq
        fresh.ids, fresh.audiences = self.ids, self.audiences
        fresh.lengths, fresh.languages = self.lengths, self.languages
        fresh._vocabulary, fresh._postings = self._vocabulary, dict(self._postings)
        if removed:
            fresh._remove(removed)
        rest = iter(added)
        while some := list(itertools.islice(rest, _AT_ONCE)):
            fresh._add(some)
        return fresh

    def _remove(self, removed: Collection[int]) -> None:
        kept = ~np.isin(self.ids, np.fromiter(removed, dtype=np.int64))
        if kept.all():
            return
        new_rows = np.where(kept, np.cumsum(kept) - 1, -1).astype(np.int32)
        self.ids, self.audiences = self.ids[kept], self.audiences[kept]
        self.lengths, self.languages = self.lengths[kept], self.languages[kept]
        thinned = {
            audience: tuple(left for one in held if len(left := one.thinned(new_rows)))
            for audience, held in self._postings.items()
        }
        # The numbers of syllables stay in their order, and so the keys in theirs.
        used = np.zeros(len(self._vocabulary.numbers) + 1, dtype=bool)
        for held in itertools.chain.from_iterable(thinned.values()):
            for part in split_keys(held.keys):
                used[part] = True
        used[0] = False
        new_numbers = np.cumsum(used).astype(np.uint64) * used.astype(np.uint64)
        old = list(self._vocabulary.numbers)
        numbers: list[int] = np.flatnonzero(used[1:]).tolist()
        self._vocabulary = _Vocabulary(
            {old[number]: place for place, number in enumerate(numbers)},
            [int(new_numbers[self._vocabulary.folded[number] + 1]) - 1 for number in numbers],
        )
        self._postings = {
            audience: tuple(replace(one, keys=renumber(one.keys, new_numbers)) for one in of_audience)
            for audience, of_audience in thinned.items()
        }

    def _add(self, added: Sequence[tuple[int, Audience, str]]) -> None:
        number = self._vocabulary.number
        unigrams = [split_view(accented_view(text)) for _, _, text in added]
        texts = [[number(syllable) for syllable in reduce_words(of_text)] for of_text in unigrams]
        sizes = np.array([len(text) for text in texts], dtype=np.int64)
        accented = np.fromiter(itertools.chain.from_iterable(texts), dtype=np.int64, count=int(sizes.sum()))
        folded = np.asarray(self._vocabulary.folded, dtype=np.int64)[accented] if len(accented) else accented
        first_row = len(self.ids)
        rows = np.repeat(np.arange(first_row, first_row + len(added), dtype=np.int32), sizes)
        audiences = np.array([_AUDIENCES.index(audience) for _, audience, _ in added], dtype=np.int8)
        self.ids = np.r_[self.ids, np.array([id for id, _, _ in added], dtype=np.int64)]
        self.audiences = np.r_[self.audiences, audiences]
        self.lengths = np.r_[self.lengths, np.maximum(2 * sizes - 1, 0)]
        languages = np.array(
            [language_of_words(words, text) for words, (_, _, text) in zip(unigrams, added, strict=True)], dtype=np.int8
        )
        self.languages = np.r_[self.languages, languages]
        of_audiences = np.repeat(audiences, sizes)
        for place in np.unique(audiences):
            chosen = of_audiences == place
            if chosen.any():
                postings = _count(accented[chosen], folded[chosen], rows[chosen])
                self._postings[_AUDIENCES[place]] = _append(self._postings.get(_AUDIENCES[place], ()), postings)

    def postings_of(self, audiences: Collection[Audience]) -> Iterator[Postings]:
        """All postings of these audiences."""
        for audience in _AUDIENCES:
            if audience in audiences:
                yield from self._postings.get(audience, ())

    def keys(self, asked: AskedTerms) -> tuple[Integers, Keys]:
        """The places of the terms whose syllables occur here, and their keys, ascending: such are found sooner."""
        numbers = map(self._vocabulary.numbers.get, asked.syllables, itertools.repeat(-1))
        # One more than the number; 0 for what does not occur, and before them all for no first syllable.
        known = (np.array([-1, *numbers], dtype=np.int64) + 1).astype(np.uint64)
        first, second = split_keys(asked.keys)
        places = np.flatnonzero((known[second] > 0) & ((known[first] > 0) | (first == 0)))
        keys = renumber(asked.keys[places], known)
        order = np.argsort(keys)
        return places[order], keys[order]

    def save(self, path: Path) -> None:
        """Write a snapshot. Raises OSError."""
        columns: dict[str, NDArray[Any]] = {
            "ids": self.ids,
            "audiences": self.audiences,
            "lengths": self.lengths,
            "languages": self.languages,
            "syllables": np.frombuffer("\n".join(self._vocabulary.numbers).encode(), dtype=np.uint8),
            "folded": np.asarray(self._vocabulary.folded, dtype=np.int64),
        }
        for audience, held in self._postings.items():
            for number, one in enumerate(held):
                columns |= {f"{audience}.{number}.{name}": getattr(one, name) for name in Postings.__slots__}
        payload = io.BytesIO()
        np.savez(payload, allow_pickle=False, **columns)
        write_snapshot(path, _MAGIC, self.seq, payload.getbuffer())

    @classmethod
    def load(cls, path: Path) -> LexicalIndex | None:
        """The snapshot, or None when there is no sound one."""
        snapshot = read_snapshot(path, _MAGIC)
        if snapshot is None:
            return None
        loaded = cls()
        loaded.seq = snapshot[0]
        with np.load(io.BytesIO(snapshot[1]), allow_pickle=False) as columns:
            loaded.ids, loaded.audiences = columns["ids"], columns["audiences"]
            loaded.lengths, loaded.languages = columns["lengths"], columns["languages"]
            syllables = columns["syllables"].tobytes().decode().split("\n") if len(columns["syllables"]) else []
            numbers = {syllable: number for number, syllable in enumerate(syllables)}
            loaded._vocabulary = _Vocabulary(numbers, columns["folded"].tolist())
            for audience in _AUDIENCES:
                count = sum(name.startswith(f"{audience}.") and name.endswith(".keys") for name in columns.files)
                loaded._postings[audience] = tuple(
                    Postings(*(columns[f"{audience}.{number}.{name}"] for name in Postings.__slots__))
                    for number in range(count)
                )
        return loaded


def _count(accented: Integers, folded: Integers, rows: Rows) -> Postings:
    """From the numbers of all syllables in their order, in both fields, and the rows where they stand."""
    keys, of_rows = [], []
    for numbers, field in ((accented, ACCENTED), (folded, FOLDED)):
        found, of_found = find_keys(numbers, rows)
        keys.append(found | np.uint64(FIELD_BITS[field]))
        of_rows.append(of_found)
    return Postings.of_occurrences(np.concatenate(keys), np.concatenate(of_rows))


def _append(held: tuple[Postings, ...], postings: Postings) -> tuple[Postings, ...]:
    while held and len(held[-1]) < _GROWTH * len(postings):
        postings = held[-1].joined(postings)
        held = held[:-1]
    return (*held, postings)


class LexicalView:
    """The lexical indexes of all kinds as some audiences see them: what is hidden counts nowhere.

    BM25 as S. Robertson, H. Zaragoza, The probabilistic relevance framework, 2009, with Lucene's rarity, which is never
    negative; a bigram is a term among the others.
    """

    def __init__(self, indexes: Mapping[Kind, LexicalIndex], audiences: Collection[Audience]) -> None:
        self._indexes, self._audiences = dict(indexes), frozenset(audiences)
        chosen = [_AUDIENCES.index(audience) for audience in self._audiences]
        lengths = [held.lengths[np.isin(held.audiences, chosen)] for held in self._indexes.values()]
        self._count = sum(map(len, lengths))
        mean = sum(int(of_kind.sum()) for of_kind in lengths) / max(self._count, 1)
        # For each row how fast counts saturate there.
        self._norms: dict[Kind, Floats] = {
            kind: (_K1 * (1 - _B + _B * held.lengths / max(mean, 1.0))).astype(np.float32)
            for kind, held in self._indexes.items()
        }
        # By the identity of postings, which the indexes keep as long as this lives.
        self._saturated: dict[int, Floats] = {}

    def languages(self, kind: Kind) -> NDArray[np.int8]:
        """Of each passage of a kind, as ``index.languages`` numbers them: (rows,)."""
        return self._indexes[kind].languages

    def rarities(self, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], float]:
        """(field, term) → how rare it is among all passages of all kinds: the idf of `scores`."""
        pairs = list(wanted)
        return dict(zip(pairs, self._look_up(AskedTerms.of_pairs(pairs))[0].tolist(), strict=True))

    def scores(self, asked: AskedTerms, kinds: Collection[Kind]) -> dict[Kind, Floats]:
        """BM25 of the terms of each question with every passage of these kinds: kind → (rows, questions)."""
        idf, found = self._look_up(asked)
        weights = asked.weights * (idf * (_K1 + 1)).astype(np.float32)[:, np.newaxis]
        count = weights.shape[1]
        scores = {kind: np.zeros((len(self._indexes[kind].ids), count), dtype=np.float32) for kind in kinds}
        for kind, postings, terms, at in found:
            if kind in scores:
                norms = self._norms[kind]
                postings.add_saturated(at, weights[terms], norms, self._saturate(kind, postings), scores[kind])
        return scores

    def _saturate(self, kind: Kind, postings: Postings) -> Floats:
        """Kept, since every question needs it: two threads that compute it at once get the same."""
        held = self._saturated.get(id(postings))
        if held is None:
            held = self._saturated[id(postings)] = postings.saturate(self._norms[kind])
        return held

    def _look_up(
        self, asked: AskedTerms
    ) -> tuple[NDArray[np.float64], list[tuple[Kind, Postings, Integers, Integers]]]:
        """How rare each term is, and where: in which postings which terms at which places."""
        held_by = np.zeros(len(asked.keys), dtype=np.int64)
        found: list[tuple[Kind, Postings, Integers, Integers]] = []
        for kind, index in self._indexes.items():
            known, keys = index.keys(asked)
            for postings in index.postings_of(self._audiences):
                terms, places = postings.find(keys)
                held_by[known[terms]] += postings.count_rows(places)
                found.append((kind, postings, known[terms], places))
        counts, at = np.unique(held_by, return_inverse=True)
        return np.array([math.log(1 + (self._count - n + 0.5) / (n + 0.5)) for n in counts.tolist()])[at], found
