"""Key terms: what a text has in common with a question, as runs of whole words that tell what they are about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

from index import Candidates, terms
from index.english import stem
from ingest import COMMON_WORDS, EMPTY_WORDS, accented_view, fold, syllables
from matcher.asked_words import AskedWords
from matcher.bonds import ACCENTED, Bonds, Pair

# Words that are no term by themselves and neither begin nor end one: pronouns, numbers, adverbs, auxiliary verbs, words
# of time and place between the others.
_FUNCTION_WORDS = """
    tôi ta mình họ nó chúng ai anh chị ông bà người ấy kia nhau nào gì sao đâu mấy bao vài dăm mọi từng cả riêng chung
    hai ba bốn sáu bảy tám chín mười mươi chục trăm nghìn ngàn triệu tỷ tỉ nửa đôi thứ lần lượt chừng gần năm tháng tuần
    ngày giờ phút giây hôm lúc hồi nơi chỗ đây đó ngoài giữa bên cạnh lên xuống tới qua đi chưa chỉ vẫn vừa mới luôn
    ngay thôi rồi xong hết nữa quá lắm khá càng dù tuy nhưng mà hoặc bởi tại để cần muốn mong xin nhờ tìm giúp làm lấy
    đưa thấy biết nói hỏi coi xem gọi đừng hãy ít đủ bớt tốt khác vậy thế nhằm trừ cùng so tính
"""
_NO_TERMS = EMPTY_WORDS | frozenset(_FUNCTION_WORDS.split())
_MOST_SYLLABLES, _MOST_BOUND = 4, 12
_VOWELS = frozenset("aeiouy")
_RARE_SHARE = 0.6  # a syllable that stands alone must be this rare, against one that nobody has


@dataclass(frozen=True, slots=True)
class _Words:
    """A text by its words, as they are indexed, and where these stand."""

    text: str
    words: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, text: str) -> _Words:
        view, spans = accented_view(text), syllables(text)
        return cls(text, tuple(stem(view[start:end]) for start, end in spans), tuple(spans))

    def gap(self, number: int) -> str:
        """What stands between this word and the next."""
        return self.text[self.spans[number][1] : self.spans[number + 1][0]]

    def pair(self, number: int) -> Pair | None:
        """This word and the next, where nothing but a space stands between them."""
        is_one = 0 <= number < len(self.words) - 1 and self.gap(number) == " "
        return (self.words[number], self.words[number + 1]) if is_one else None

    @property
    def pairs(self) -> list[Pair]:
        return [pair for number in range(len(self.words)) if (pair := self.pair(number))]

    def around(self, run: Sequence[int]) -> list[Pair]:
        """The pairs of the first word of a run with the one before it, and of the last with the one behind it."""
        return [pair for number in (run[0] - 1, run[-1]) if (pair := self.pair(number))]

    def places_of(self, term: Sequence[str]) -> list[int]:
        wanted = tuple(term)
        return [place for place in range(len(self.words)) if self.words[place : place + len(wanted)] == wanted]


@dataclass(frozen=True, slots=True)
class KeyTerms:
    """The terms that texts may have of a question: `words` are how much its words are asked for and how rare they are,
    `asked` the words of each of its texts in their order."""

    words: AskedWords
    bonds: Bonds
    asked: tuple[_Words, ...]

    @classmethod
    def of(cls, words: AskedWords, texts: Sequence[str], candidates: Candidates) -> KeyTerms:
        """Those of a question of these texts among what the candidates say."""
        return cls(words, Bonds(candidates.rarities), tuple(map(_Words.of, texts)))

    def find(self, texts: Sequence[str], count: int) -> tuple[str, ...]:
        """The `count` terms of the texts, as they are written there, that add most to the score in words: runs of at
        most four neighbouring syllables (more where they are bound to each other) that the question has as well, whole
        words in both, and no words that stand in every text. A lone syllable counts where either side has it twice:
        what a text is about comes again (S. Katz, Distribution of content words and phrases in text and language
        modelling, 1996). Later texts count for less, by their rank."""
        weighed: dict[str, tuple[float, str]] = {}
        said = [_Words.of(text) for text in texts]
        for rank, (one, terms_of_text) in enumerate(zip(said, self._find_terms(said), strict=True), 1):
            for start, end in terms_of_text:
                term = one.text[start:end]
                weight, key = self._weigh_term(term) / rank, fold(term)
                if weight > weighed.get(key, (0.0, ""))[0] and (" " in term or self._comes_again(term, said)):
                    weighed[key] = weight, term
        chosen: list[str] = []
        for key, (_, term) in sorted(weighed.items(), key=lambda one: (-one[1][0], one[0])):
            if len(chosen) < count and not any(
                _holds(fold(other), key) or _holds(key, fold(other)) for other in chosen
            ):
                chosen.append(term)
        return tuple(chosen)

    def occur_in(self, text: str) -> bool:
        """Whether the text has any of them."""
        return any(self._find_terms([_Words.of(text)]))

    def _comes_again(self, term: str, said: Sequence[_Words]) -> bool:
        word = _Words.of(term).words[0]
        return any(sum(one.words.count(word) for one in side) > 1 for side in (self.asked, said))

    def _find_terms(self, texts: Sequence[_Words]) -> list[list[tuple[int, int]]]:
        """For each text the spans of its terms."""
        found = [(one, self._runs(one)) for one in texts]
        # All are looked up at once.
        around = chain.from_iterable(one.around(run) for one, runs in found for run in runs)
        self.bonds.find(chain(around, chain.from_iterable(one.pairs for one in self.asked)))
        return [
            [
                (start, end)
                for start, end in self._terms(one, runs)
                if (key := fold(one.text[start:end])) not in COMMON_WORDS and not _is_unit(key)
            ]
            for one, runs in found
        ]

    def _weigh_term(self, term: str) -> float:
        found = [(ACCENTED, one) for one in terms(accented_view(term))]
        return sum(self.words.weights[key] * self.words.rarities[key] for key in found if key in self.words.weights)

    def _runs(self, text: _Words) -> list[list[int]]:
        """The neighbouring words of a text that the question has side by side, by their numbers."""
        runs: list[list[int]] = []
        for number, word in enumerate(text.words):
            if (ACCENTED, word) not in self.words.weights:
                continue
            before = number - 1
            joined = (
                bool(runs)
                and runs[-1][-1] == before
                and (ACCENTED, f"{text.words[before]}_{word}") in self.words.weights
                and text.gap(before) in (" ", "-", " - ")
            )
            if joined:
                runs[-1].append(number)
            else:
                runs.append([number])
        return runs

    def _terms(self, text: _Words, runs: Sequence[list[int]]) -> list[tuple[int, int]]:
        """Spans of the terms in these runs, none of which ends within a word."""
        whole = (self._without_halves(text, run) for run in runs)
        parts = (self._trim(text, part) for run in whole for part in self._split(run, text.words) if part)
        return [
            (text.spans[part[0]][0], text.spans[part[-1]][1])
            for part in parts
            if (len(part) > 1 or (part and self._stands_alone(text.words[part[0]])))
            and self._is_whole_in_question([text.words[number] for number in part])
        ]

    def _without_halves(self, text: _Words, run: list[int]) -> list[int]:
        """The run without what belongs to a word that begins before it or goes on behind it."""
        bound = self.bonds.find(text.around(run))
        first, last = 0, len(run)
        if text.pair(run[0] - 1) in bound:
            first += 1
        if text.pair(run[-1]) in bound:
            last -= 1
        return run[first:last]

    def _trim(self, text: _Words, run: list[int]) -> list[int]:
        """Without an amount before it, and without the words at both ends that begin and end no term, unless they are
        halves of one (*cân bằng*)."""
        if all(text.words[number] in _NO_TERMS or text.words[number].isdigit() for number in run):
            return []
        bound = self.bonds.find(pair for number in run[:-1] if (pair := text.pair(number)))
        first, last = 0, len(run) - 1
        while (word := text.words[run[first]]).isdigit() or (word in _NO_TERMS and text.pair(run[first]) not in bound):
            first += 1
        while text.words[run[last]] in _NO_TERMS and text.pair(run[last - 1]) not in bound:
            last -= 1
        return run[first : last + 1]

    def _is_whole_in_question(self, term: Sequence[str]) -> bool:
        """Whether the question has it at least once without cutting a word; what it does not have in one piece, it
        has in pieces."""
        places = [(one, place) for one in self.asked for place in one.places_of(term)]
        bound = self.bonds.find(pair for one, place in places for pair in one.around((place, place + len(term) - 1)))
        return not places or any(
            one.pair(place - 1) not in bound and one.pair(place + len(term) - 1) not in bound for one, place in places
        )

    def _split(self, run: list[int], words: Sequence[str]) -> list[list[int]]:
        """A long run in parts, cut where neighbours are least bound to each other: by their mutual information (K.
        Church, P. Hanks, Word association norms, mutual information, and lexicography, 1990). Where all are bound it is
        one set phrase, or said nowhere else that is stored, and stays whole unless it is a clause."""
        if len(run) <= _MOST_SYLLABLES:
            return [run]
        pairs = {(words[one], words[other]) for one, other in pairwise(run)}
        if len(run) <= _MOST_BOUND and len(self.bonds.find(pairs)) == len(pairs):
            return [run]
        bonds = [
            self.words.rarities[ACCENTED, words[one]]
            + self.words.rarities[ACCENTED, words[other]]
            - self.words.rarities[ACCENTED, f"{words[one]}_{words[other]}"]
            for one, other in pairwise(run)
        ]
        cut = min(range(len(bonds)), key=lambda place: (bonds[place], abs(place - len(bonds) / 2))) + 1
        return self._split(run[:cut], words) + self._split(run[cut:], words)

    def _stands_alone(self, word: str) -> bool:
        return not word.isdigit() and self.words.rarities[ACCENTED, word] >= _RARE_SHARE * self.words.highest


def _holds(text: str, part: str) -> bool:
    return f" {part} " in f" {text} "


def _is_unit(key: str) -> bool:
    """Whether this is a letter or a unit of measure (mg, km) rather than a word: no word is without a vowel."""
    return len(key) == 1 or (len(key) == 2 and not set(key) & _VOWELS)
