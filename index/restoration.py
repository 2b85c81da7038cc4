"""Restores what was meant from what was typed: Vietnamese without accents, with some of them, with slips of typing.

The likeliest sequence of syllables is found by Viterbi's algorithm, over the bigrams of accented texts and the cost of
each slip (the noisy channel of M. Kernighan, K. Church, W. Gale, A spelling correction program, 1990). A correction
must have been read beside one of its neighbours, unless the keys of an input method leave no doubt.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Literal, NamedTuple

import numpy as np

from index.syllable_counts import Integers, SyllableCounts
from index.typing_slips import (
    can_only_be_keys,
    chat_forms,
    count_left_out,
    neighbouring_tones,
    other_tones,
    read_keys,
    respell,
    settle_marks,
    sound_alikes,
)
from ingest.commonness import common_syllables
from ingest.vietnamese import Span, accented_view, fold, is_syllable, syllables

_VIETNAMESE_SHARE = 0.5  # of the words that must be syllables: 999 of 1,000 English titles are below 0.41
# Costs: negative natural logarithms of how likely the slip is, chosen on headings of legal articles.
_OMISSION = 8.0  # a word without accents among others with them
_FREQUENT_OMISSION = 1.6  # the same, where another word lacks accents for sure
_FORGOTTEN_MARK = 8.0  # a mark less makes another word of it (nghê)
_FREQUENT_MARK = 3.0  # the same, where another word lacks accents for sure
_SOUND_ALIKE = 6.0  # so does what is pronounced alike
_MISSPELT = 3.0  # the same, where what was typed is no word
_MISSING_MARK = 1.5  # of a word that is none without it
_MOST_BARE = 4.0  # all marks of a misspelt word that has none, where others have: it may be a foreign one
_OTHER_TONE = 4.5  # of a word that is none
_KEYS = 0.5  # keys left over: they make words that are none
_SURE_KEYS = 2  # in one word: one makes a syllable of many an English word (if, meets)
_UNKNOWN = 7.0  # a word that nobody knows and that can be read as a slip is meant
_KEYED = 9.0  # the same, where the keys left over make a syllable of it (bij)
_NO_SYLLABLE = 30.0  # spelled as no syllable is, but like one whose accents are missing (tich)
_MOST_READINGS = 20
_SHORTEST, _LONGEST = 3, 9  # letters of a word in which one may be wrong, one more where none is accented (ion, gel)

_Kind = Literal["typed", "bare", "keys", "key", "marks", "misspelt", "word"]
"""As typed; without accents; keys that leave no doubt; one key, which other languages have too; no word, but one when
its marks stand where they belong; no word; a word."""


class _Reading(NamedTuple):
    number: int
    cost: float
    kind: _Kind


class Restorer(SyllableCounts):
    """Reads what people type by what stands beside what in the texts it has learnt from."""

    def restore(self, text: str) -> str | None:
        """`text` (NFC) as it was meant, in the same case; what stands between its words stays.

        None when nothing is to be changed, for what does not look like Vietnamese, and for words never seen. A word
        that is spelled like one is changed only where it was never read beside its neighbours and another was.
        """
        spans = syllables(text)
        tokens = [accented_view(text[start:end]) for start, end in spans]
        if self.is_empty or not self._looks_vietnamese(tokens):
            return None
        readings = self._list_readings(text, spans, tokens)
        if all(len(of_token) == 1 for of_token in readings):
            return None
        chosen = self._choose(readings)
        self._take_back_unwitnessed(chosen, readings)
        if not any(self.count(reading.number) for reading in chosen):
            return None
        result = self._write(text, spans, chosen)
        return result if result != text else None

    def _write(self, text: str, spans: Sequence[Span], chosen: Sequence[_Reading]) -> str:
        """The text with these readings of its tokens."""
        pieces, done = list[str](), 0
        for (start, end), reading in zip(spans, chosen, strict=True):
            if reading.kind != "typed":
                pieces += (text[done:start], _as_cased(self.form(reading.number), text[start:end]))
                done = end
        return "".join((*pieces, text[done:]))

    def give_accents(self, text: str) -> str:
        """`text` (NFC), Vietnamese without accents, with the likeliest; nothing else in it is changed."""
        spans = syllables(text)
        tokens = [accented_view(text[start:end]) for start, end in spans]
        if self.is_empty:
            return text
        readings = [
            [one for one in of_token if one.kind == "typed" or fold(self.form(one.number)) == token]
            for of_token, token in zip(self._list_readings(text, spans, tokens), tokens, strict=True)
        ]
        return self._write(text, spans, self._choose(readings))

    def lacks_accents(self, text: str) -> bool:
        """Whether `text` (NFC) looks like Vietnamese typed without accents and holds a syllable not known with any."""
        tokens = [accented_view(text[start:end]) for start, end in syllables(text)]
        unknown = any(is_syllable(token) and not self.choices(token) for token in tokens)
        return unknown and text.isascii() and self._looks_vietnamese(tokens)

    def _looks_vietnamese(self, tokens: Sequence[str]) -> bool:
        words = [token for token in tokens if not token.isdecimal()]
        known = sum(bool(self.choices(token)) or is_syllable(token) for token in words)
        keyed = [token for token in words if not self.choices(token) and read_keys(token)]
        if known + len(keyed) == len(words) or any(map(self._has_sure_keys, keyed)):
            known += len(keyed)
        return known >= _VIETNAMESE_SHARE * len(words)

    def _list_readings(self, text: str, spans: Sequence[Span], tokens: Sequence[str]) -> list[list[_Reading]]:
        """For each token how it may be meant: first as typed, then the others."""
        shouted = text.isupper() and len(tokens) > 1
        omission = self._cost_of_omission(tokens)
        found = list[list[_Reading]]()
        for place, ((start, end), token) in enumerate(zip(spans, tokens, strict=True)):
            written = text[start:end]
            readings = list[_Reading]()
            # Capitals among small letters are an abbreviation (AI, CO), not a word.
            if shouted or end - start == 1 or not written.isupper():
                kind: _Kind = "word" if omission == _OMISSION and self._is_word(token) else "bare"
                readings += [_Reading(number, omission, kind) for number in self.choices(token)]
            if shouted or written[1:].islower():
                begins_name = place > 0 and written[0].isupper() and not shouted
                corrections = self._correct(token, omission)
                readings += [one for one in corrections if one.kind in ("keys", "key") or not begins_name]
            number = self.number(token)
            typed = _Reading(number, self._cost_as_typed(token, readings) if readings and not number else 0.0, "typed")
            found.append([typed, *(reading for reading in readings if reading.number != number)])
        return found

    def _cost_as_typed(self, token: str, readings: Sequence[_Reading]) -> float:
        """Of a word that nobody knows and that can be read otherwise."""
        kinds = {reading.kind for reading in readings}
        if self.choices(token) or "marks" in kinds or ("keys" in kinds and can_only_be_keys(token)):
            return _NO_SYLLABLE
        return _KEYED if kinds & {"keys", "key"} else _UNKNOWN

    def _cost_of_omission(self, tokens: Sequence[str]) -> float:
        """Of all accents of one word: none where nobody typed accents."""
        if all(token.isascii() and not self._has_sure_keys(token) for token in tokens):
            return 0.0
        omitted = any(self._lacks_marks(token) for token in tokens if not self._is_word(token))
        return _FREQUENT_OMISSION if omitted else _OMISSION

    def _lacks_marks(self, token: str) -> bool:
        """Whether it can be a known syllable some or all of whose accents were left out."""
        if token.isascii():
            return bool(self.choices(token))
        return any(count_left_out(token, self.form(number)) for number in self.choices(fold(token)))

    def _has_sure_keys(self, token: str) -> bool:
        """Whether it is a known syllable typed with such keys, or so many, as no English word has by chance."""
        keys = read_keys(token)
        return keys is not None and (keys[1] >= _SURE_KEYS or can_only_be_keys(token)) and self.number(keys[0]) > 0

    def _is_word(self, token: str) -> bool:
        """Whether a token is a word as it stands."""
        return token in _common() or self.count(self.number(token)) > 0

    def _correct(self, token: str, omission: float) -> list[_Reading]:
        """The likeliest readings of a token in which there is a slip of typing."""
        offers = [*self._read_keys(token), *self._read_marks(token, omission), *self._read_letters(token, omission)]
        cheapest: dict[int, _Reading] = {}
        for offer in sorted(offers, key=lambda offer: offer.cost, reverse=True):
            cheapest[offer.number] = offer
        cheapest.pop(0, None)
        return sorted(cheapest.values(), key=lambda one: (one.cost - math.log(self.count(one.number) + 0.5), one))[
            :_MOST_READINGS
        ]

    def _read_keys(self, token: str) -> Iterator[_Reading]:
        if keys := read_keys(token):
            form, count = keys
            # Whoever typed a word wholly did not leave out marks of another (luaj).
            whole = self.number(form) if self._is_word(form) else 0
            for number in (whole,) if whole else self.choices(fold(form)):
                missing = count_left_out(form, self.form(number))
                if missing is not None:
                    sure = not missing and (count >= _SURE_KEYS or can_only_be_keys(token))
                    yield _Reading(number, _KEYS + _MISSING_MARK * missing, "keys" if sure else "key")

    def _read_marks(self, token: str, omission: float) -> Iterator[_Reading]:
        """Of a word with some of its accents, and of what sounds like it."""
        is_word = self._is_word(token)
        if token.isascii() and not omission:
            return
        for number in self.choices(fold(token)) if not token.isascii() else ():
            if missing := count_left_out(token, self.form(number)):
                forgotten = _FORGOTTEN_MARK if omission == _OMISSION else _FREQUENT_MARK
                cost = forgotten if is_word else _MISSING_MARK * missing
                yield _Reading(number, cost, "word" if is_word else "misspelt")
        for form in (*sound_alikes(token), *neighbouring_tones(token), *chat_forms(token)):
            yield _Reading(self.number(form), *((_SOUND_ALIKE, "word") if is_word else (_MISSPELT, "misspelt")))
        if not is_word and not token.isascii():
            if token.startswith("d"):
                yield _Reading(self.number(f"đ{token[1:]}"), _KEYS, "marks")
            if settled := settle_marks(token):
                yield _Reading(self.number(settled), _KEYS, "marks")
                yield from (_Reading(self.number(form), _OTHER_TONE, "marks") for form in other_tones(settled))

    def _read_letters(self, token: str, omission: float) -> Iterator[_Reading]:
        """Of a word that is none, a letter of which is wrong."""
        is_word = bool(self.choices(token)) if token.isascii() else self._is_word(token)
        if is_word or not token.isalpha() or not _SHORTEST + token.isascii() <= len(token) <= _LONGEST:
            return
        for spelling, cost in respell(fold(token)):
            for number in self.choices(spelling):
                missing = count_left_out(token, self.form(number))
                if missing is not None:
                    marks = min(omission, _MOST_BARE) if token.isascii() else _MISSING_MARK * missing
                    yield _Reading(number, cost + marks, "misspelt")

    def _choose(self, readings: Sequence[Sequence[_Reading]]) -> list[_Reading]:
        """One of each token's readings, the likeliest together."""
        best, previous = np.zeros(1), np.zeros(1, np.int64)
        origins: list[Integers] = []
        for of_token in readings:
            current = np.array([reading.number for reading in of_token], np.int64)
            scores = best[:, None] + self.log_likelihoods(previous, current)
            origin = scores.argmax(axis=0)
            best = scores[origin, np.arange(len(current))] - [reading.cost for reading in of_token]
            origins.append(origin)
            previous = current
        place, chosen = int(best.argmax()), list[_Reading]()
        for of_token, origin in zip(reversed(readings), reversed(origins), strict=True):
            chosen.append(of_token[place])
            place = int(origin[place])
        return chosen[::-1]

    def _take_back_unwitnessed(self, chosen: list[_Reading], readings: Sequence[Sequence[_Reading]]) -> None:
        """Corrections that were never read beside a neighbour become what was typed, until all that are left were."""
        typed = [of_token[0] for of_token in readings]
        unwitnessed = [-1]
        while unwitnessed:
            unwitnessed = [place for place in range(len(chosen)) if not self._is_witnessed(place, chosen, typed)]
            for place in unwitnessed:
                chosen[place] = typed[place]

    def _is_witnessed(self, place: int, chosen: Sequence[_Reading], typed: Sequence[_Reading]) -> bool:
        reading = chosen[place]
        if reading.kind in ("typed", "bare", "keys", "marks"):
            return True
        if reading.kind == "key" and any(other.kind == "keys" for other in chosen):
            return True

        def count(number: int, neighbours: Sequence[_Reading]) -> int:
            before, _, after = (_EDGE, *neighbours, _EDGE)[place : place + 3]
            return self.count_beside(number, before.number, after.number)

        if not count(reading.number, chosen):
            return False
        written = typed[place].number
        return reading.kind != "word" or not (count(written, chosen) or count(written, typed))


_EDGE = _Reading(0, 0.0, "typed")


@cache
def _common() -> frozenset[str]:
    return frozenset(common_syllables())


def _as_cased(form: str, pattern: str) -> str:
    if len(form) == len(pattern):
        return "".join(new.upper() if old.isupper() else new for new, old in zip(form, pattern, strict=True))
    if pattern.isupper():
        return form.upper()
    return form.capitalize() if pattern[0].isupper() else form
