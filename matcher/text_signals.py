"""Text signals: what the texts of all candidates say to a question, by words and by meaning."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index import Candidates, Floats, standardise
from matcher.comparing import BEST_PASSAGES, Compared, compare_each
from matcher.crowd import Crowd
from matcher.fusion import TEXT_SIGNALS, Weights
from matcher.question import Question
from matcher.signals import amount, mean_of_best

# Words are asked for all at once and answered by the best passage. Meaning is asked for part by part, since the mean of
# a person's works means none of them, and answered by the best three passages, weighted 1, 1/2, 1/3. Chosen on the CMU
# gold standard of expertise and the bundled samples, which agree (docs/decisions/0009).
_BEST_PARTS = BEST_PASSAGES


@dataclass(frozen=True, slots=True)
class Texts:
    """What the scores of texts are made of, for whoever explains them: weighed scores of every passage by words
    (passages,) and by meaning (parts of the question, passages) or None without vectors; the weight of each passage as
    a work (passages,); and the standard deviation of each signal over all candidates, before it was standardised."""

    words: Floats
    meaning: Floats | None
    of_works: Floats
    spreads: Mapping[str, float]


def score_texts(
    questions: Iterable[Question], candidates: Candidates, crowd: Crowd, weights: Weights
) -> Iterator[tuple[Question, dict[str, Floats], Texts]]:
    """Each question with its signals over all candidates: (records,) each, none without candidates; and what they are
    made of. The record itself is no candidate: it would stand out of every crowd."""
    for question, compared in compare_each(questions, candidates, crowd, weights.uses("late")):
        others = np.ones(len(candidates), dtype=bool)
        own = candidates.position_of(question.record.id)
        others[slice(0, 0) if own is None else own] = False
        raw = _score(question, compared, candidates, weights)
        signals = {
            name: _standardise_among(values, others) if name in TEXT_SIGNALS else values for name, values in raw.items()
        }
        spreads = {name: float(values[others].std()) for name, values in raw.items() if others.any()}
        yield question, signals, Texts(compared.words, compared.parts, crowd.of_works, spreads)


def _score(question: Question, compared: Compared, candidates: Candidates, weights: Weights) -> dict[str, Floats]:
    if not len(candidates):
        return {}
    signals = {"lexical": compared.of_words}
    if compared.of_parts is not None and compared.of_passages is not None:
        signals["dense"] = _best_parts(compared.of_parts)
        if weights.uses("late"):
            bounds = np.cumsum([0 if part.vectors is None else len(part.vectors) for part in question.parts])[:-1]
            late = [mean_of_best(of_part) for of_part in np.split(compared.of_passages, bounds) if len(of_part)]
            signals["late"] = _best_parts(np.stack(late))
    if weights.uses("amount"):
        # By meaning where there is a model, else by words.
        speaking = compared.words[np.newaxis] if compared.parts is None else compared.parts
        signals["amount"] = amount(speaking[0] if len(speaking) == 1 else speaking.max(axis=0), candidates.first_rows)
    return signals


def _best_parts(of_parts: Floats) -> Floats:
    """Of each record the best parts of the question, discounted as its passages are: three works that fit say more
    than one. (parts, records) → (records,)."""
    if len(of_parts) == 1:
        found: Floats = of_parts[0]
        return found
    best = -np.sort(-of_parts, axis=0)[:_BEST_PARTS]
    return np.asarray(np.average(best, axis=0, weights=1.0 / np.arange(1, len(best) + 1)), dtype=np.float32)


def _standardise_among(values: Floats, chosen: NDArray[np.bool_]) -> Floats:
    """z-scores of the chosen values among themselves; 0 elsewhere."""
    standardised = np.zeros_like(values)
    standardised[chosen] = standardise(values[chosen])
    return standardised
