"""What a person typed, read for both legs: restored to what was meant, abbreviations expanded, terms weighted."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from index.abbreviations import LINKING_WORDS
from index.restoration import Restorer
from index.terms import ACCENTED, FOLDED, AskedTerms, terms
from ingest import accented_view, expansions, fold, repair, syllables
from ingest.aliases import Group
from ingest.vietnamese import place_tones

# The accented field tells more; the folded one finds what was typed or written without accents.
_ACCENTED_WEIGHT, _FOLDED_WEIGHT, _EXPANSION_WEIGHT = 1.0, 0.5, 0.7

_LINKING = LINKING_WORDS | {fold(word) for word in LINKING_WORDS}
_LONGEST_ALIAS = 3  # syllables of a query that is nothing but an abbreviation

WeightedTerms = Mapping[tuple[str, str], float]


@dataclass(frozen=True, slots=True)
class QueryReading:
    """A query as typed (repaired), as it was meant when accents were left out or keys slipped (`restored`, which may
    be longer or shorter; else None), and the other forms of the abbreviations in it. `lacks_accents`: accents were left
    out, and nobody knows which they are."""

    text: str
    restored: str | None
    expansions: tuple[str, ...]
    lacks_accents: bool = False

    @property
    def dense_text(self) -> str:
        """What the encoder reads: never text without accents when they could be restored, nor a title in capitals,
        which means other tokens to it."""
        text = self.restored or self.text
        if text.isupper() and len(syllables(text)) > _LONGEST_ALIAS:
            text = text.lower()
        # Old and new places of tones (hoà, hòa) are other tokens to it too.
        return place_tones(" ".join([text, *self.expansions]))

    @property
    def is_abbreviation(self) -> bool:
        """Whether it is nothing but one of the known abbreviations, whose letters mean nothing to the encoder."""
        return bool(self.expansions) and len(syllables(self.text)) <= _LONGEST_ALIAS

    def weighted_terms(self) -> WeightedTerms:
        """(field, term) → weight for the lexical leg; both readings are searched, and count once where they agree."""
        typed = weigh_terms([(self.text, FOLDED, _FOLDED_WEIGHT)])
        # Text without accents would find in the accented field what others wrote without them, by chance.
        if self.restored is None or not self.text.isascii():
            typed = {**typed, **weigh_terms([(self.text, ACCENTED, _ACCENTED_WEIGHT)])}
        if self.restored is not None:
            meant = weigh_terms([(self.restored, FOLDED, _FOLDED_WEIGHT), (self.restored, ACCENTED, _ACCENTED_WEIGHT)])
            typed = {**typed, **meant}
        if not self.expansions:
            return typed
        if self.is_abbreviation:
            typed = _only_phrases(typed)
        forms = _weigh_forms(self.expansions)
        return {term: typed.get(term, 0.0) + forms.get(term, 0.0) for term in {**typed, **forms}}


def read_query(text: str, restorer: Restorer, aliases: tuple[Group, ...] = ()) -> QueryReading:
    """Repair, restore, correct and expand what was typed; `aliases` are groups of equal terms beside the shipped."""
    repaired = repair(text).strip()
    restored = restorer.restore(repaired)
    lacks_accents = restored is None and restorer.lacks_accents(repaired)
    return QueryReading(repaired, restored, tuple(expansions(restored or repaired, aliases)), lacks_accents)


def weigh_terms(readings: Sequence[tuple[str, str, float]]) -> WeightedTerms:
    """(text, field, weight) readings → weights of their terms; a repeated term counts by 1 + ln(count)."""
    weighted: dict[tuple[str, str], float] = {}
    for text, field, weight in readings:
        view = accented_view(text) if field == ACCENTED else fold(text)
        for term, count in Counter(terms(view)).items():
            weighted[field, term] = weighted.get((field, term), 0.0) + weight * (1.0 + math.log(count))
    return weighted


def _weigh_forms(forms: Sequence[str]) -> WeightedTerms:
    """Other forms of abbreviations: these mean their words together, "ba" and "nhà" alone stand everywhere."""
    return _only_phrases(
        weigh_terms(
            [(form, FOLDED, _FOLDED_WEIGHT * _EXPANSION_WEIGHT) for form in forms]
            + [(form, ACCENTED, _ACCENTED_WEIGHT * _EXPANSION_WEIGHT) for form in forms]
        )
    )


def _only_phrases(weighted: WeightedTerms) -> WeightedTerms:
    """The bigrams, where there are any; of DNNVV not “nhỏ và”, which is rarer than what tells and says nothing."""
    phrases = {(field, term): weight for (field, term), weight in weighted.items() if "_" in term}
    telling = {key: weight for key, weight in phrases.items() if _LINKING.isdisjoint(key[1].split("_"))}
    return telling or phrases or weighted


def weigh_document(texts: Sequence[str], forms: Sequence[str] = ()) -> WeightedTerms:
    """The weighted terms of a whole document, for matching a record against others; `forms` are other forms of the
    abbreviations in it, whose words tell only together."""
    text = "\n".join(texts)
    said = weigh_terms([(text, ACCENTED, _ACCENTED_WEIGHT), (text, FOLDED, _FOLDED_WEIGHT)])
    if not forms:
        return said
    # What the document says in words as well does not count twice.
    return {**_weigh_forms(forms), **said}


def weigh_documents(documents: Sequence[tuple[Sequence[str], Sequence[str]]]) -> AskedTerms:
    """As `weigh_document` for the texts and forms of each of several documents, faster than one by one."""
    return AskedTerms.of_texts(
        ["\n".join(texts) for texts, _ in documents],
        {ACCENTED: _ACCENTED_WEIGHT, FOLDED: _FOLDED_WEIGHT},
        [_weigh_forms(forms) if forms else {} for _, forms in documents],
    )
