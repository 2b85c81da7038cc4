"""What was encoded lately is not encoded again."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from toy_encoder import ToyEncoder

from index.encoder import Vectors
from matcher.lately_encoded import encode_clauses, encode_questions


class CountingEncoder(ToyEncoder):
    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        return super().encode_queries(texts)


def test_a_question_is_encoded_once_for_all_lists() -> None:
    encoder = CountingEncoder()
    first = encode_questions(encoder, ["gỗ bị nứt", "lò sấy"])
    again = encode_questions(encoder, ["lò sấy", "gỗ bị nứt", "khói"])
    assert encoder.asked == ["gỗ bị nứt", "lò sấy", "khói"]
    np.testing.assert_array_equal(again[:2], first[::-1])


def test_a_clause_is_not_taken_for_a_question_of_the_same_words() -> None:
    encoder = CountingEncoder()
    encode_clauses(encoder, ["lò sấy"])
    encode_questions(encoder, ["lò sấy"])
    assert encoder.asked == ["lò sấy"]


def test_nothing_asked_is_no_row() -> None:
    assert encode_questions(CountingEncoder(), []).shape[0] == 0
