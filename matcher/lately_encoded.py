"""Vectors of texts encoded lately: the same tasks and the same requirements are compared again and again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from hashlib import blake2b
from threading import Lock
from typing import Literal
from weakref import WeakKeyDictionary

import numpy as np

from index import Encoder, Floats, Progress, no_progress

_Prompt = Literal["passage", "query"]
_MOST = 20_000  # texts an encoder: 30 MB at 384 dimensions, about a thousand tasks
_lately: WeakKeyDictionary[Encoder, OrderedDict[bytes, Floats]] = WeakKeyDictionary()
_taking = Lock()


def encode_clauses(encoder: Encoder, texts: Sequence[str], progress: Progress = no_progress) -> Floats:
    """As the encoder's `encode_passages`: (texts, d). No text is kept, only a hash of each."""

    def encode(new: Sequence[str]) -> Floats:
        return encoder.encode_passages(new, lambda done, total: progress("compare", done, total))

    return _recall(encoder, "passage", texts, encode)


def encode_questions(encoder: Encoder, texts: Sequence[str]) -> Floats:
    """As the encoder's `encode_queries`: (texts, d)."""
    return _recall(encoder, "query", texts, encoder.encode_queries)


def _recall(
    encoder: Encoder, prompt: _Prompt, texts: Sequence[str], encode: Callable[[Sequence[str]], Floats]
) -> Floats:
    if not texts:
        return encode(texts)
    keys = [_hash(prompt, text) for text in texts]
    with _taking:
        held = _lately.setdefault(encoder, OrderedDict())
        known = {key: held[key] for key in keys if key in held}
    new = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
    if new:
        # Copies of rows: a view would keep all the others with it.
        known |= {key: row.copy() for key, row in zip(new, encode(list(new.values())), strict=True)}
    with _taking:
        for key in keys:
            held[key] = known[key]
            held.move_to_end(key)
        while len(held) > _MOST:
            held.popitem(last=False)
    return np.stack([known[key] for key in keys])


def _hash(prompt: _Prompt, text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16, person=prompt.encode()).digest()
