"""A model-free, deterministic encoder for tests of everything but quality: texts that share words are near."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

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
        for row, text in zip(rows, texts, strict=True):
            for start, end in syllables(fold(text)):
                seed = int.from_bytes(hashlib.sha256(fold(text)[start:end].encode()).digest()[:8], "big")
                row += np.random.default_rng(seed).standard_normal(len(row), dtype=np.float32)
            row /= np.linalg.norm(row) or 1.0
            if not row.any():
                row[0] = 1.0
        return rows
