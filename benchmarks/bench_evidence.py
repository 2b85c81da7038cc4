"""Evidence: does the score fall when what is quoted is deleted, more than when other sentences are?"""

from __future__ import annotations

import argparse
import hashlib
import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from benchmarks.conditions import JUDGED_FOLDERS, SEED, print_conditions, print_table, real_encoder, with_interval
from index import Encoder, Floats, Index, ingest_paths, terms, weigh_document
from ingest import OFFICER, Kind, Record, accented_view, fold, sentences
from matcher import Evidence, Quote
from matcher.crowd import name_rows
from matcher.measures import gain, interval
from matcher.pairing import describe_pairings
from matcher.question import Question, ask, says_something
from matcher.ranking import Ranking, rank_candidates

_PAIRINGS = 3  # of each query, the first ones
_DRAWS = 3
_BEST_PASSAGES = 3  # as matcher.ranking counts them
_QUOTES, _LONGEST = 3, 320  # of the alternatives, as of the product
_DIRECTIONS: tuple[tuple[Kind, Kind], ...] = (("need", "scientist"), ("need", "proposal"), ("proposal", "scientist"))
_K1, _B = 1.2, 0.75  # of the index of words
_VIEWS: Mapping[str, Callable[[str], str]] = {"accented": accented_view, "folded": fold}
Spans = list[tuple[int | None, int, int]]


@dataclass(frozen=True, slots=True)
class Pairing:
    """A question, one of its first candidates, and the parts of the candidate's texts that may be quoted."""

    index: Index
    question: Question
    ranking: Ranking
    position: int
    candidate: Record
    evidence: tuple[Evidence, ...]

    @property
    def rows(self) -> range:
        """Of the candidate's passages that say something, in the order of the columns."""
        return range(*self.ranking.candidates.rows_of(self.position).indices(len(self.ranking.candidates.ids)))

    def passage(self, row: int) -> tuple[int | None, int, int]:
        candidates = self.ranking.candidates
        section = int(candidates.sections[row])
        return None if section < 0 else section, int(candidates.starts[row]), int(candidates.ends[row])

    def quotable(self) -> list[int]:
        return [row for row in self.rows if says_something(self.candidate, self.passage(row)[0])]


Chooser = Callable[[Pairing], Sequence[Evidence]]


# ------------------------------------------------------------------------------------------------ ways of choosing


def _product(pairing: Pairing) -> Sequence[Evidence]:
    return pairing.evidence


def _likest(pairing: Pairing) -> list[Evidence]:
    """Pairs of passages that share words and meaning, as it was chosen before: each passage of the candidate once, any
    of the query again and again."""
    question, rows = pairing.question, pairing.quotable()
    mine = [_words(text) for text in question.texts]
    theirs = [_words(_text(pairing.candidate, pairing.passage(row))) for row in rows]
    shared = np.array([[len(a & b) / math.sqrt(1 + len(a) * len(b)) for b in theirs] for a in mine])
    likeness = _standardise(shared)
    if question.vectors is not None:
        likeness = likeness + _standardise(question.vectors @ pairing.ranking.candidates.vectors(np.array(rows)).T)
    return _pair_off(pairing, rows, likeness, _shared_words)


def _by_words(pairing: Pairing) -> list[Evidence]:
    """The passages with the highest score of words; of those of the query, the one that shares most."""
    question, rows = pairing.question, pairing.quotable()
    words = pairing.ranking.texts.words[rows]
    mine = [_words(text) for text in question.texts]
    theirs = [_words(_text(pairing.candidate, pairing.passage(row))) for row in rows]
    shared = np.array([[len(a & b) / math.sqrt(1 + len(a)) for b in theirs] for a in mine])
    return _pair_off(pairing, rows, 1e3 * words[np.newaxis] / (words.max() or 1) + _standardise(shared), _shared_words)


def _by_meaning(pairing: Pairing) -> list[Evidence]:
    """The passages nearest in meaning; of those of the query, the nearest one."""
    question, rows = pairing.question, pairing.quotable()
    if question.vectors is None or pairing.ranking.texts.meaning is None:
        return []
    whole = pairing.ranking.texts.meaning[:, rows].max(axis=0)
    near = question.vectors @ pairing.ranking.candidates.vectors(np.array(rows)).T
    return _pair_off(pairing, rows, 1e3 * whole[np.newaxis] + near, _first_sentences)


def _pair_off(
    pairing: Pairing,
    rows: Sequence[int],
    likeness: Floats,
    narrow: Callable[[Record, tuple[int | None, int, int], str], Quote],
) -> list[Evidence]:
    """The most alike passages, each of the candidate once."""
    found: list[Evidence] = []
    left = np.array(likeness, dtype=np.float64)
    while len(found) < min(_QUOTES, len(rows)) and np.isfinite(left).any():
        row, column = np.unravel_index(int(np.argmax(left)), left.shape)
        passage = pairing.question.passages[int(row)]
        mine = (passage.section, passage.start, passage.end)
        theirs = narrow(pairing.candidate, pairing.passage(rows[int(column)]), _text(pairing.question.record, mine))
        found.append(Evidence(narrow(pairing.question.record, mine, theirs.text), theirs))
        left[:, column] = -np.inf
    return found


def _shared_words(record: Record, passage: tuple[int | None, int, int], other: str) -> Quote:
    """The run of whole sentences that shares most words with the other text."""
    section, first, last = passage
    text, wanted = _text(record, passage), _words(other)
    if len(text) <= _LONGEST:
        return Quote(section, first, last, text)
    spans = sentences(text)
    runs = [
        (spans[i][0], spans[j][1])
        for i in range(len(spans))
        for j in range(i, len(spans))
        if i == j or spans[j][1] - spans[i][0] <= _LONGEST
    ]
    start, end = max(runs, key=lambda run: _overlap(_words(text[run[0] : run[1]]), wanted))
    return Quote(section, first + start, first + end, text[start:end])


def _overlap(words: set[str], wanted: set[str]) -> float:
    return len(words & wanted) / math.sqrt(1 + len(words))


def _first_sentences(record: Record, passage: tuple[int | None, int, int], _other: str) -> Quote:
    section, first, _ = passage
    text = _text(record, passage)
    end = len(text)
    if end > _LONGEST:
        spans = sentences(text)
        end = max([spans[0][1], *(stop for _, stop in spans if stop <= _LONGEST)])
    return Quote(section, first, first + end, text[:end])


CHOOSERS: Mapping[str, Chooser] = {
    "banha": _product,
    "likest passages (before)": _likest,
    "words alone": _by_words,
    "meaning alone": _by_meaning,
}


# ----------------------------------------------------------------------------------------------------- scoring anew


class Rescorer:
    """The texts' part of a pairing's score when spans of the candidate are deleted, everything else as it is: the
    candidate's other passages, the rarity of words, the means and spreads of the crowd, the facts of both."""

    def __init__(self, index: Index, encoder: Encoder) -> None:
        self._index = index
        self._encode = cache(lambda text: encoder.encode_passages([text])[0])
        self._of_question: tuple[Question, Ranking, dict[str, Floats]] | None = None
        self._counted: dict[str, tuple[Counter[str], float, int]] | None = None

    def _crowd(self, pairing: Pairing) -> dict[str, Floats]:
        """Weighed scores of every passage by each passage asked, and the means before they were weighed."""
        if self._of_question is None or self._of_question[1] is not pairing.ranking:
            candidates, question = pairing.ranking.candidates, pairing.question
            names = name_rows(candidates)

            def mean(rows: Floats) -> Floats:
                rows[..., names] = rows.min(axis=-1, keepdims=True)
                return np.asarray(rows.mean(axis=-1))

            wholes = np.stack([part.vector for part in question.parts if part.vector is not None])
            asked = np.concatenate([part.vectors for part in question.parts if part.vectors is not None])
            words = candidates.lexical(weigh_document(question.texts))
            lengths = np.sqrt((candidates.lengths + 100) * (sum(map(len, question.texts)) + 100.0))
            self._of_question = (
                question,
                pairing.ranking,
                {
                    "bm25": words,
                    "words": mean(words / lengths),
                    "wholes": wholes,
                    "meaning": mean(candidates.dense(wholes, [pairing.question.language] * len(wholes))),
                    "asked": asked,
                    "late": mean(candidates.dense(asked, [pairing.question.language] * len(asked))),
                    "part of": np.repeat(
                        np.arange(len(question.parts)),
                        [0 if p.vectors is None else len(p.vectors) for p in question.parts],
                    ),
                },
            )
        return self._of_question[2]

    def score(self, pairing: Pairing, deleted: Spans) -> float:
        """The weighted sum of the three signals of texts, up to the same constant for all deletions."""
        crowd, ranking = self._crowd(pairing), pairing.ranking
        candidates, texts = ranking.candidates, ranking.texts
        assert texts.meaning is not None
        names = set(name_rows(candidates).tolist())
        words: list[float] = []
        meaning: list[Floats] = []
        late: list[Floats] = []
        for row in pairing.rows:
            section, start, end = pairing.passage(row)
            before = _text(pairing.candidate, (section, start, end))
            text = _without(before, start, [(a, b) for s, a, b in deleted if s == section])
            if not text.strip():
                continue
            if row in names:
                words.append(float(texts.words[row]))
                meaning.append(texts.meaning[:, row])
                late.append(np.full(len(crowd["asked"]), -1.0, dtype=np.float32))
                continue
            weight = float(texts.of_works[row])
            vector = candidates.vectors(np.array([row]))[0] if text == before else self._encode(text)
            bm25 = float(crowd["bm25"][row])
            if text != before and bm25:
                bm25 *= self._bm25(pairing.question, text) / self._bm25(pairing.question, before)
            length = math.sqrt((len(text) + 100) * (sum(map(len, pairing.question.texts)) + 100.0))
            words.append(float(_weigh(np.array(bm25 / length), crowd["words"], weight)))
            meaning.append(_weigh(crowd["wholes"] @ vector, crowd["meaning"], weight))
            late.append(_weigh(crowd["asked"] @ vector, crowd["late"], weight))
        values = {"lexical": float(crowd["words"]), "dense": float(crowd["meaning"].mean())}
        values["late"] = float(crowd["late"].mean())
        if words:
            best = -np.sort(-np.stack(meaning, axis=1), axis=1)[:, :_BEST_PASSAGES]
            shares = 1.0 / np.arange(1, best.shape[1] + 1)
            nearest = np.stack(late, axis=1).max(axis=1)
            values = {
                "lexical": max(words),
                "dense": _best_parts(np.average(best, axis=1, weights=shares)),
                "late": _best_parts(np.array([nearest[crowd["part of"] == part].mean() for part in range(len(best))])),
            }
        return sum(
            ranking.weights.of[name] * value / texts.spreads[name]
            for name, value in values.items()
            if texts.spreads[name] > 1e-6
        )

    def _bm25(self, question: Question, text: str) -> float:
        counted = self._count()
        weighted = weigh_document(question.texts)
        total = 0.0
        for field, view in _VIEWS.items():
            found = Counter(terms(view(text)))
            frequencies, mean, count = counted[field]
            norm = _K1 * (1 - _B + _B * sum(found.values()) / mean)
            for term, times in found.items():
                if (field, term) in weighted:
                    held = frequencies[term]
                    idf = math.log(1 + (count - held + 0.5) / (held + 0.5))
                    total += weighted[field, term] * idf * (1 + _K1) * times / (times + norm)
        return total

    def _count(self) -> dict[str, tuple[Counter[str], float, int]]:
        """Field → how many passages hold each term, how many terms a passage has on average, how many there are."""
        if self._counted is None:
            texts = [text for _, _, text in self._index.store.passages.texts_since(0, "outsiders")]
            self._counted = {}
            for field, view in _VIEWS.items():
                frequencies: Counter[str] = Counter()
                length = 0
                for text in texts:
                    found = terms(view(text))
                    length += len(found)
                    frequencies.update(set(found))
                self._counted[field] = (frequencies, length / len(texts), len(texts))
        return self._counted


def _weigh(scores: Floats, means: Floats, weight: float) -> Floats:
    excess = scores - means
    return np.asarray(means + np.where(excess > 0, excess * weight, excess), dtype=np.float32)


def _best_parts(values: Floats) -> float:
    best = -np.sort(-values)[:_BEST_PASSAGES]
    return float(np.average(best, weights=1.0 / np.arange(1, len(best) + 1)))


def score_without(pairing: Pairing, deleted: Spans) -> float:
    """The pairing's whole score when spans of the query are deleted: it is asked anew, of the same candidates."""
    record = pairing.question.record
    sections = tuple(
        replace(section, text=_without(section.text, 0, [(a, b) for s, a, b in deleted if s == number]))
        for number, section in enumerate(record.sections)
    )
    title = _without(record.title, 0, [(a, b) for s, a, b in deleted if s is None])
    question = ask(pairing.index, replace(record, title=title, sections=sections), OFFICER)
    return float(rank_candidates(pairing.index, question, pairing.candidate.kind, OFFICER).scores[pairing.position])


# ------------------------------------------------------------------------------------------------------- measuring


def measure(index: Index, encoder: Encoder, queries: Sequence[Record], to: Kind) -> dict[str, dict[str, list[float]]]:
    """Way of choosing → what → one value a query (NaN: none of its pairings could be told)."""
    rescorer = Rescorer(index, encoder)
    found: dict[str, dict[str, list[float]]] = {}
    for query in queries:
        question = ask(index, query, OFFICER)
        ranking = rank_candidates(index, question, to, OFFICER)
        described = describe_pairings(index, question, ranking, OFFICER, ranking.order[:_PAIRINGS])
        values: dict[str, dict[str, list[float]]] = {}
        for position, shown in zip(ranking.order[:_PAIRINGS], described, strict=True):
            pairing = Pairing(index, question, ranking, position, index.store.get(shown.id), shown.evidence)
            for name, choose in CHOOSERS.items():
                of_way = values.setdefault(name, {})
                for what, value in _measure_pairing(pairing, choose(pairing), rescorer):
                    of_way.setdefault(what, []).append(value)
        for name in CHOOSERS:
            for what in _MEASURED:
                of_query = values[name].get(what, [])
                mean = float(np.mean(of_query)) if of_query else math.nan
                found.setdefault(name, {}).setdefault(what, []).append(mean)
    return found


_MEASURED = [
    f"{side} {quotes}: {what}"
    for side in ("candidate", "query")
    for quotes in ("first", "all")
    for what in ("fall", "random", "wins", "quoted")
]


def _measure_pairing(pairing: Pairing, evidence: Sequence[Evidence], rescorer: Rescorer) -> Iterator[tuple[str, float]]:
    question = pairing.question
    theirs = [pairing.passage(row) for row in pairing.quotable()]
    mine = [(passage.section, passage.start, passage.end) for passage in question.passages]
    whole = rescorer.score(pairing, [])
    asked = score_without(pairing, [])
    for quotes, chosen in (("first", evidence[:1]), ("all", evidence)):
        for side, spans, passages, record in (
            ("candidate", _united([pair.candidate for pair in chosen]), theirs, pairing.candidate),
            ("query", _united([pair.query for pair in chosen]), mine, question.record),
        ):

            def fall(deleted: Spans, side: str = side) -> float:
                if side == "candidate":
                    return whole - rescorer.score(pairing, deleted)
                return asked - score_without(pairing, deleted)

            draws = list(_draw_others(record, passages, spans, f"{question.record.id} {record.id} {quotes} {side}"))
            if not draws or not spans:
                continue
            quoted, others = fall(spans), [fall(draw) for draw in draws]
            yield f"{side} {quotes}: fall", quoted
            yield f"{side} {quotes}: random", float(np.mean(others))
            yield f"{side} {quotes}: wins", float(np.mean([(quoted > one) + 0.5 * (quoted == one) for one in others]))
            yield f"{side} {quotes}: quoted", float(sum(end - start for _, start, end in spans))


def _draw_others(
    record: Record, passages: Sequence[tuple[int | None, int, int]], spans: Spans, name: str
) -> Iterator[Spans]:
    """Sentences that are not quoted, at least as many code points; none where there are not so many."""
    units = [
        (section, start + a, start + b)
        for section, start, end in passages
        for a, b in sentences(record.text_of(section)[start:end])
    ]
    others = [unit for unit in units if not any(_overlaps(unit, span) for span in spans)]
    amount = sum(end - start for _, start, end in spans)
    if sum(end - start for _, start, end in others) < amount:
        return
    for draw in range(_DRAWS):
        seed = hashlib.sha256(f"{SEED} {name} {draw}".encode()).digest()[:8]
        order = np.random.default_rng(int.from_bytes(seed, "big")).permutation(len(others))
        drawn: Spans = []
        for number in order:
            if sum(end - start for _, start, end in drawn) >= amount:
                break
            drawn.append(others[number])
        yield drawn


def _overlaps(one: tuple[int | None, int, int], other: tuple[int | None, int, int]) -> bool:
    return one[0] == other[0] and one[1] < other[2] and other[1] < one[2]


def _united(quotes: Sequence[Quote]) -> Spans:
    """The quotes without what is quoted twice."""
    spans: Spans = []
    ordered = sorted((-1 if quote.section is None else quote.section, quote.start, quote.end) for quote in quotes)
    for number, start, end in ordered:
        section = None if number < 0 else number
        if spans and spans[-1][0] == section and start < spans[-1][2]:
            spans[-1] = (section, spans[-1][1], max(end, spans[-1][2]))
        else:
            spans.append((section, start, end))
    return spans


def _without(text: str, offset: int, spans: Sequence[tuple[int, int]]) -> str:
    for start, end in sorted(spans, reverse=True):
        text = text[: max(0, start - offset)] + text[max(0, end - offset) :]
    return text


def _text(record: Record, passage: tuple[int | None, int, int]) -> str:
    section, start, end = passage
    return record.text_of(section)[start:end]


def _words(text: str) -> set[str]:
    return set(terms(fold(text)))


def _standardise(values: Floats) -> Floats:
    return np.asarray((values - values.mean()) / (values.std() or 1.0))


def split_of(query: Record) -> str:
    """Half and half by the SHA-256 of what names the query, so that nobody chooses."""
    return "dev" if hashlib.sha256((query.id or query.title).encode()).digest()[0] % 2 else "test"


def print_falls(found: Mapping[str, Mapping[str, Sequence[float]]]) -> None:
    for side in ("candidate", "query"):
        rows = []
        for name, values in found.items():
            for quotes in ("first", "all"):
                fall, random, wins, quoted = (
                    np.array(values[f"{side} {quotes}: {what}"]) for what in ("fall", "random", "wins", "quoted")
                )
                own = np.array(found["banha"][f"{side} {quotes}: fall"]) - np.array(
                    found["banha"][f"{side} {quotes}: random"]
                )
                told = np.isfinite(fall) & np.isfinite(own)
                more, told_own = _pairs((fall - random)[told]), _pairs(own[told])
                rows.append(
                    [
                        name,
                        quotes,
                        str(int(told.sum())),
                        f"{quoted[told].mean():.0f}",
                        f"{fall[told].mean():.2f}",
                        f"{random[told].mean():.2f}",
                        with_interval(interval(more), True),
                        f"{wins[told].mean():.2f}",
                        "–" if name == "banha" else with_interval(gain(told_own, more), True),
                    ]
                )
        head = [
            "chosen by",
            "quotes",
            "queries",
            "characters",
            "fall",
            "random",
            "fall − random",
            "wins",
            "banha's gain",
        ]
        print(f"Deleted from the {side}:\n")
        print_table(head, rows)


def _pairs(values: Floats) -> list[tuple[float, float]]:
    return [(float(value), 1.0) for value in values]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--split", choices=("dev", "test"), help="only this half: dev while changing the choice")
    parser.add_argument("--stored", type=Path, help="a data folder to measure instead of the bundled samples")
    parser.add_argument("--most", type=int, default=1_000, help="queries of each direction")
    options = parser.parse_args()
    print_conditions("Evidence: what is lost when the quotes are deleted")
    encoder = real_encoder()
    with TemporaryDirectory() as folder:
        index = Index(options.stored or Path(folder), encoder)
        if not options.stored:
            ingest_paths(index, JUDGED_FOLDERS)
        for kind, to in _DIRECTIONS:
            queries = [query for query in index.store.records(kind) if options.split in (None, split_of(query))]
            if queries and index.store.counts().get(to):
                print(f"### {kind}s → {to}s, {options.split or 'all'}\n")
                print_falls(measure(index, encoder, queries[: options.most], to))


if __name__ == "__main__":
    main()
