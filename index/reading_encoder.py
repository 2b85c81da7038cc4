"""An encoder that reads Vietnamese without accents as it was meant: to the models that is another language."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from index.encoder import Encoder, Progress, Vectors
from index.model_description import ModelDescription


class ReadingEncoder:
    """Encodes what `read` makes of each text. What was learnt meanwhile may make another text of it, and so another
    vector; texts with accents keep theirs."""

    def __init__(self, encoder: Encoder, read: Callable[[str], str]) -> None:
        self._encoder = encoder
        self._read = read

    @property
    def description(self) -> ModelDescription:
        return self._encoder.description

    @property
    def capacity(self) -> int:
        return self._encoder.capacity

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return self._encoder.count_tokens(texts)

    def encode_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        return self._encoder.encode_passages(list(map(self._read, texts)), progress)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self._encoder.encode_queries(list(map(self._read, texts)))
