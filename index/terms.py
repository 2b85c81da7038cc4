"""Terms: syllables and bigrams of texts, as strings and, where there are many, by the numbers of their syllables."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from index.english import reduce_words
from index.postings import Floats, Integers, Keys, Rows
from ingest import accented_view, fold, split_syllables

ACCENTED, FOLDED = "accented", "folded"
_VIEWS: Mapping[str, Callable[[str], str]] = {ACCENTED: accented_view, FOLDED: fold}
_LONGEST_TOKEN = 48  # code points: longer runs are noise
# The key of a term: its field, the number of its syllable plus one, and for a bigram those of both.
_FOLDED_BIT, _SECOND_BITS = 1 << 63, 32
FIELD_BITS: Mapping[str, int] = {ACCENTED: 0, FOLDED: _FOLDED_BIT}

OfRows = TypeVar("OfRows", Integers, Rows)


def terms(text: str) -> list[str]:
    """Syllables and bigrams of neighbouring syllables (`a_b`), in order, of a view of the text; English words by their
    stems."""
    unigrams = reduce_words(split_view(text))
    return unigrams + [f"{first}_{second}" for first, second in itertools.pairwise(unigrams)]


def split_view(view: str) -> list[str]:
    """The syllables and words of a view of a text, as they are written."""
    return [syllable[:_LONGEST_TOKEN] for syllable in split_syllables(view)]


def find_keys(numbers: Integers, rows: OfRows) -> tuple[Keys, OfRows]:
    """Of syllables in their order, by their numbers, and the rows where they stand: the keys of all terms within a row,
    without their field, and the row of each."""
    neighbours = rows[1:] == rows[:-1]
    ones = (numbers + 1).astype(np.uint64)
    pairs = (ones[:-1] << np.uint64(_SECOND_BITS) | ones[1:])[neighbours]
    return np.concatenate([ones, pairs]), np.concatenate([rows, rows[1:][neighbours]])


def split_keys(keys: Keys) -> tuple[Integers, Integers]:
    """The numbers of first and second syllables, plus one; 0 where there is no second or the only one stands there."""
    bare = keys & np.uint64(_FOLDED_BIT - 1)
    return (bare >> np.uint64(_SECOND_BITS)).astype(np.int64), (bare & np.uint64(2**_SECOND_BITS - 1)).astype(np.int64)


def renumber(keys: Keys, new_numbers: Keys) -> Keys:
    """The keys of the same terms by other numbers; `new_numbers` by the old ones, plus one all of them."""
    first, second = split_keys(keys)
    field = keys & np.uint64(_FOLDED_BIT)
    return np.asarray(field | new_numbers[first] << np.uint64(_SECOND_BITS) | new_numbers[second], dtype=np.uint64)


@dataclass(frozen=True, slots=True)
class AskedTerms:
    """The terms of several questions, each once, by the places of their syllables among `syllables`, and how much each
    question asks for each: (terms, questions), 0 where it does not."""

    syllables: tuple[str, ...]
    keys: Keys
    weights: Floats

    @classmethod
    def of_pairs(cls, pairs: Sequence[tuple[str, str]]) -> AskedTerms:
        """These (field, term) pairs in their order, each of which must be there once, asked by no question."""
        numbers = _Numbers()
        keys = np.array([numbers.key(field, term) for field, term in pairs], dtype=np.uint64)
        return cls(tuple(numbers), keys, np.zeros((len(pairs), 0), dtype=np.float32))

    @classmethod
    def of(cls, questions: Sequence[Mapping[tuple[str, str], float]]) -> AskedTerms:
        """From the (field, term) pairs of each question with their weights."""
        return cls.of_texts([""] * len(questions), {}, questions)

    @classmethod
    def of_texts(
        cls,
        texts: Sequence[str],
        fields: Mapping[str, float],
        besides: Sequence[Mapping[tuple[str, str], float]],
    ) -> AskedTerms:
        """The terms of each text in these fields, by the field's weight times 1 + ln(count), and those `besides` that
        it does not hold itself."""
        numbers = _Numbers()
        keys, rows = [np.zeros(0, dtype=np.uint64)], [np.zeros(0, dtype=np.int64)]
        for field in fields:
            words = [reduce_words(split_view(_VIEWS[field](text))) for text in texts]
            in_order = np.array([numbers[word] for of_text in words for word in of_text], dtype=np.int64)
            found, of_texts = find_keys(in_order, np.repeat(np.arange(len(texts)), list(map(len, words))))
            keys.append(found | np.uint64(FIELD_BITS[field]))
            rows.append(of_texts)
        said = sum(map(len, rows))
        more = [(row, pair, weight) for row, asked in enumerate(besides) for pair, weight in asked.items()]
        keys.append(np.array([numbers.key(*pair) for _, pair, _ in more], dtype=np.uint64))
        distinct, at = np.unique(np.concatenate(keys), return_inverse=True)
        counts = np.bincount(at[:said] * len(texts) + np.concatenate(rows), minlength=len(distinct) * len(texts))
        by_count = [0.0, *(1.0 + math.log(count) for count in range(1, int(counts.max(initial=0)) + 1))]
        weights = np.array(by_count)[counts.reshape(len(distinct), len(texts))]
        for field, weight in fields.items():
            weights[distinct & np.uint64(_FOLDED_BIT) == np.uint64(FIELD_BITS[field])] *= weight
        places = at[said:], np.array([row for row, _, _ in more], dtype=np.int64)
        weights[places] = np.where(weights[places] > 0, weights[places], [weight for _, _, weight in more])
        return cls(tuple(numbers), distinct, weights.astype(np.float32))


class _Numbers(dict[str, int]):
    """Syllable → its number, a new one for a new syllable."""

    def __missing__(self, syllable: str) -> int:
        number = self[syllable] = len(self)
        return number

    def key(self, field: str, term: str) -> int:
        """The key of a term by these numbers."""
        first, _, second = term.partition("_")
        number = (self[first] + 1) << _SECOND_BITS | (self[second] + 1) if second else self[first] + 1
        return FIELD_BITS[field] | number
