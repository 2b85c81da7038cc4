"""Asked words: how much each word of a question is asked for, how rare it is, and which of them a text holds."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from index import Candidates, WeightedTerms, terms, weigh_document
from ingest import COMMON_WORDS, EMPTY_WORDS, accented_view, fold
from matcher.bonds import ACCENTED, Term

_FOLDED = "folded"
_VIEWS = ((ACCENTED, accented_view), (_FOLDED, fold))
_EMPTY = frozenset(map(fold, EMPTY_WORDS))
_K1, _B = 1.2, 0.75  # as in the lexical index
_SENTENCE = 100  # code points, added to lengths as the ranking does


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
        highest = math.log(1 + (count + 0.5) / 0.5)
        return cls(weights, candidates.rarities(weights), mean_length, highest)

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


def tells(term: str) -> bool:
    """Whether a term without accents says of what something is: amounts and what stands in every text do not."""
    return term.replace("_", " ") not in COMMON_WORDS and term not in _EMPTY and not any(map(str.isdigit, term))
