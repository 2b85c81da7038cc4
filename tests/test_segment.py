"""Passages cover the text, fit the encoder, end where sentences end and are of like sizes."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.segment import CountTokens, segment
from ingest.vietnamese import sentences


def count_words(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def count_with_special(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) + 2 for text in texts]


def count_characters(texts: Sequence[str]) -> list[int]:
    return [len(text) for text in texts]


def count_quarters(texts: Sequence[str]) -> list[int]:
    """As sub-word tokenizers do: a word of n letters is about n/4 tokens."""
    return [sum(-(-len(word) // 4) for word in text.split()) + 2 for text in texts]


pieces = st.sampled_from(
    [
        "một",
        "hai ba",
        "bốn.",
        "Năm;",
        "sáu,",
        "\n",
        " ",
        "\t\n",
        "x" * 30,
        "Câu dài hơn nhiều chữ lắm.",
        "A. B",
        "–",
        "😀",
    ]
)
texts = st.lists(pieces, max_size=60).map(" ".join) | st.text(max_size=120)


@given(texts, st.sampled_from([count_words, count_with_special, count_characters, count_quarters]), st.integers(4, 40))
def test_passages_cover_the_text_in_order_and_fit(text: str, count: CountTokens, max_tokens: int) -> None:
    passages = segment(text, count, max_tokens)
    position = 0
    for start, end in passages:
        assert position <= start < end
        assert not text[position:start].strip()
        assert text[start:end] == text[start:end].strip()
        position = end
    assert not text[position:].strip()
    assert all(size <= max_tokens for size in count([text[start:end] for start, end in passages]))


def cut(text: str, max_tokens: int, count: CountTokens = count_words) -> list[str]:
    return [text[start:end] for start, end in segment(text, count, max_tokens)]


def test_what_fits_is_one_passage_across_lines() -> None:
    assert cut("  Mục tiêu\n\nMột câu. Hai câu. \n", 20) == ["Mục tiêu\n\nMột câu. Hai câu."]
    assert cut(" \n ", 20) == []


def test_passages_end_with_sentences() -> None:
    text = " ".join(f"Câu số {i} có đúng tám chữ đây." for i in range(30))
    ends = {end for _, end in sentences(text)}
    assert all(end in ends for _, end in segment(text, count_words, 50))


@pytest.mark.parametrize(("count", "sizes"), [(4, [2, 2]), (5, [3, 2]), (7, [3, 2, 2]), (10, [3, 3, 2, 2])])
def test_passages_are_of_like_sizes(count: int, sizes: list[int]) -> None:
    text = " ".join(["Một câu mười chữ thì dài đúng bằng thế này."] * count)
    assert sorted((passage.count(".") for passage in cut(text, 35)), reverse=True) == sizes


def test_a_long_sentence_is_cut_at_clauses_then_words_then_characters() -> None:
    assert cut("một hai ba, bốn năm sáu; bảy tám chín", 4) == ["một hai ba,", "bốn năm sáu;", "bảy tám chín"]
    assert cut("một hai ba bốn năm", 3) == ["một hai ba", "bốn năm"]
    assert cut("a" * 10, 4, count_characters) == ["aaa", "aaa", "aaaa"]


def test_text_without_any_space_is_cut_hard() -> None:
    text = "a" * 100_000
    passages = segment(text, count_quarters, 512)
    assert passages[0][0] == 0
    assert passages[-1][1] == len(text)
    assert len(passages) < 80


def test_tokens_are_counted_in_few_batches() -> None:
    calls: list[int] = []

    def count(texts: Sequence[str]) -> list[int]:
        calls.append(len(texts))
        return count_with_special(texts)

    text = " ".join(f"Câu số {i} có đúng tám chữ đây." for i in range(2_000))
    segment(text, count, 100)
    assert len(calls) <= 3


def test_a_counter_that_joins_less_well_than_its_sum_is_obeyed() -> None:
    def count(texts: Sequence[str]) -> list[int]:
        return [len(text.split()) + text.count(".") ** 2 for text in texts]

    text = " ".join(["Một câu năm chữ thôi."] * 20)
    assert all(size <= 30 for size in count(cut(text, 30, count)))
