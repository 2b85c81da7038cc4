"""English words as they are compared: by their stems, and without those that stand in every text.

English forms of one word (*sensor*, *sensors*) are different strings, and *the* is rare where most of what is stored is
Vietnamese: it would bring every English text near to every other.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import lru_cache

import snowballstemmer

from index.languages import MOST_OTHER
from ingest.languages import could_be_syllable, share_of_syllables

# Those of NLTK, without the pieces of contractions: Snowball's with the auxiliaries. Many are Vietnamese words without
# their accents (*can*, *who* beside WHO), and would find these.
_STOP_WORDS = """
    a about above after again against all am an and any are as at be because been before being below between both but by
    can could did do does doing down during each few for from further had has have having he her here hers herself him
    himself his how i if in into is it its itself just may me might more most must my myself no nor not now of off on
    once only or other ought our ours ourselves out over own same shall she should so some such than that the their
    theirs them themselves then there these they this those through to too under until up us very was we were what when
    where which while who whom why will with would you your yours yourself yourselves
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())
_SHORTEST = 4  # letters: what is shorter has no ending to lose

_stemmer = snowballstemmer.stemmer("english")
_stemming = threading.Lock()  # a stemmer works on one word at a time


def reduce_words(words: Sequence[str]) -> list[str]:
    """The words of one text, in lower case, each by its stem, and without stop words where most others could not be
    Vietnamese, which has words of its own that are written so (*to*, *in*, *no*). Accents change nothing, so that both
    fields of the index have the same words."""
    share = share_of_syllables(words)
    is_foreign = share is not None and share <= MOST_OTHER
    stems = {word: stem(word) for word in set(words) if not (is_foreign and word in STOP_WORDS)}
    return [stems[word] for word in words if word in stems]


@lru_cache(maxsize=262_144)
def stem(word: str) -> str:
    """The stem of an English word; what has accents or could be a Vietnamese syllable stays as it is.

    M. Porter, An algorithm for suffix stripping, 1980, in its later form, that of Snowball.
    """
    if len(word) < _SHORTEST or not (word.isascii() and word.isalpha()) or could_be_syllable(word):
        return word
    with _stemming:
        return str(_stemmer.stemWord(word))
