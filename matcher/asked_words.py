"""Asked words: how much each word of a question is asked for, how rare it is, and which of them a text holds."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from index import Candidates, WeightedTerms, terms, weigh_document
from index.english import stem
from ingest import COMMON_WORDS, EMPTY_WORDS, accented_view, fold, syllables

Term = tuple[str, str]
"""Field, term."""
_ACCENTED = "accented"
_FOLDED = "folded"
_VIEWS = ((_ACCENTED, accented_view), (_FOLDED, fold))
_EMPTY = frozenset(map(fold, EMPTY_WORDS))
_K1, _B = 1.2, 0.75  # as in the lexical index
_SENTENCE = 100  # code points, added to lengths as the ranking does
_MOST_SYLLABLES = 4  # of a key term
_VOWELS = frozenset("aeiouy")
_RARE_SHARE = 0.6  # a syllable that stands alone must be this rare, against one that nobody has


@dataclass(frozen=True, slots=True)
class AskedWords:
    """`mean_length` and `highest` are the code points of a passage and the rarity of a word that nobody has."""

    weights: WeightedTerms
    rarities: Mapping[Term, float]
    mean_length: float
    highest: float

    @classmethod
    def of(cls, texts: Sequence[str], candidates: Candidates, forms: Sequence[str] = ()) -> AskedWords:
        """The words of a question's texts among what these candidates say; `forms` are other forms of the abbreviations
        in them."""
        weights = weigh_document(texts, forms)
        count = len(candidates.ids)
        mean_length = float(candidates.lengths.mean()) if count else 1.0
        return cls(weights, candidates.rarities(weights), mean_length, math.log(1 + (count + 0.5) / 0.5))

    def count(self, text: str) -> Counter[Term]:
        """The words of a text that are asked for."""
        found = ((field, term) for field, view in _VIEWS for term in terms(view(text)))
        return Counter(key for key in found if key in self.weights)

    def score(self, counts: Mapping[Term, int], length: float) -> float:
        """BM25 over the square root of the length, as the ranking scores a passage, up to a constant: of words that are
        asked for, counted, in so many code points."""
        norm = _K1 * (1 - _B + _B * length / self.mean_length)
        found = sum(
            self.weights[key] * self.rarities[key] * count / (count + norm) for key, count in counts.items() if count
        )
        return found / math.sqrt(length + _SENTENCE)

    def weigh(self, found: Iterable[Term]) -> float:
        """How rare these words are together; the same in whatever order they come."""
        return math.fsum(self.rarities[key] for key in found)

    def weigh_common(self, one: str, other: str) -> float:
        """How rare what two texts have in common of the words that are asked for is together, in words that nobody has.
        Accents aside, without amounts and without what stands in every text."""
        common = self.count(one).keys() & self.count(other).keys()
        return self.weigh(key for key in common if key[0] == _FOLDED and tells(key[1])) / self.highest

    def key_terms(self, texts: Sequence[str], count: int) -> tuple[str, ...]:
        """The `count` terms of the texts, as they are written there, that add most to the score in words: runs of at
        most four neighbouring syllables that the question has as well, and no words that stand in every
        text. Later texts count for less, by their rank."""
        weighed: dict[str, tuple[float, str]] = {}
        for rank, text in enumerate(texts, 1):
            for start, end in self._runs(text):
                term, key = text[start:end], fold(text[start:end])
                weight = self._weigh_term(term) / rank
                if key not in COMMON_WORDS and not _is_unit(key) and weight > weighed.get(key, (0.0, ""))[0]:
                    weighed[key] = weight, term
        chosen: list[str] = []
        for key, (_, term) in sorted(weighed.items(), key=lambda one: (-one[1][0], one[0])):
            if len(chosen) < count and not any(
                _holds(fold(other), key) or _holds(key, fold(other)) for other in chosen
            ):
                chosen.append(term)
        return tuple(chosen)

    def _weigh_term(self, term: str) -> float:
        found = [(_ACCENTED, one) for one in terms(accented_view(term))]
        return sum(self.weights[key] * self.rarities[key] for key in found if key in self.weights)

    def _runs(self, text: str) -> list[tuple[int, int]]:
        """Spans of the terms of a text."""
        view, spans = accented_view(text), syllables(text)
        words = [stem(view[start:end]) for start, end in spans]
        runs: list[list[int]] = []
        for number, word in enumerate(words):
            if (_ACCENTED, word) not in self.weights:
                continue
            before = number - 1
            joined = (
                bool(runs)
                and runs[-1][-1] == before
                and (_ACCENTED, f"{words[before]}_{word}") in self.weights
                and text[spans[before][1] : spans[number][0]] in (" ", "-", " - ")
            )
            if joined:
                runs[-1].append(number)
            else:
                runs.append([number])
        parts = (_trim(part, words) for run in runs for part in self._split(run, words))
        return [
            (spans[part[0]][0], spans[part[-1]][1])
            for part in parts
            if len(part) > 1 or (part and self._stands_alone(words[part[0]]))
        ]

    def _split(self, run: list[int], words: Sequence[str]) -> list[list[int]]:
        """A long run in parts, cut where neighbours are least bound to each other: by their mutual information (K.
        Church, P. Hanks, Word association norms, mutual information, and lexicography, 1990)."""
        if len(run) <= _MOST_SYLLABLES:
            return [run]
        bonds = [
            self.rarities[_ACCENTED, words[one]]
            + self.rarities[_ACCENTED, words[other]]
            - self.rarities[_ACCENTED, f"{words[one]}_{words[other]}"]
            for one, other in pairwise(run)
        ]
        cut = min(range(len(bonds)), key=lambda place: (bonds[place], abs(place - len(bonds) / 2))) + 1
        return self._split(run[:cut], words) + self._split(run[cut:], words)

    def _stands_alone(self, word: str) -> bool:
        return not word.isdigit() and self.rarities[_ACCENTED, word] >= _RARE_SHARE * self.highest


def tells(term: str) -> bool:
    """Whether a term without accents says of what something is: amounts and what stands in every text do not."""
    return term.replace("_", " ") not in COMMON_WORDS and term not in _EMPTY and not any(map(str.isdigit, term))


def _holds(text: str, part: str) -> bool:
    return f" {part} " in f" {text} "


def _is_unit(key: str) -> bool:
    """Whether this is a letter or a unit of measure (mg, km) rather than a word: no word is without a vowel."""
    return len(key) == 1 or (len(key) == 2 and not set(key) & _VOWELS)


def _trim(run: Sequence[int], words: Sequence[str]) -> list[int]:
    """Without the empty words at both ends."""
    telling = [place for place, number in enumerate(run) if words[number] not in EMPTY_WORDS]
    return list(run[telling[0] : telling[-1] + 1]) if telling else []
