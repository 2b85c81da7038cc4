"""A model-free, deterministic encoder for tests of everything but quality: texts that share words are near."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache

import numpy as np

from index import ModelDescription
from index.encoder import Progress, Vectors
from ingest import fold, syllables

DIMENSIONS = 64


class ToyEncoder:
    """Sums one fixed random vector a folded syllable. Counts the texts it has encoded."""

    def __init__(self, name: str = "toy", dimensions: int = DIMENSIONS) -> None:
        self.description = ModelDescription(name, "1", dimensions, 128)
        self.capacity = 120
        self.encoded: list[str] = []

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(syllables(text)) for text in texts]

    def encode_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        self.encoded += texts
        if progress:
            progress(len(texts), len(texts))
        return self._encode(texts)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self._encode(texts)

    def _encode(self, texts: Sequence[str]) -> Vectors:
        rows = np.zeros((len(texts), self.description.dimensions), dtype=np.float32)
        for number, text in enumerate(map(fold, texts)):
            found = [_vector(text[start:end], rows.shape[1]) for start, end in syllables(text)]
            total = np.sum(found, axis=0) if found else np.ones(rows.shape[1], dtype=np.float32)
            rows[number] = total / np.linalg.norm(total)
        return rows


@cache
def _vector(syllable: str, dimensions: int) -> Vectors:
    seed = int.from_bytes(hashlib.sha256(syllable.encode()).digest()[:8], "big")
    return np.random.default_rng(seed).standard_normal(dimensions, dtype=np.float32)
