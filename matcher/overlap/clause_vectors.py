"""Vectors of clauses; those encoded lately are remembered, since the same tasks are compared again and again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from hashlib import blake2b
from threading import Lock
from weakref import WeakKeyDictionary

import numpy as np

from index import Encoder, Floats, Progress

_MOST = 20_000  # clauses an encoder: 30 MB at 384 dimensions, about a thousand tasks
_lately: WeakKeyDictionary[Encoder, OrderedDict[bytes, Floats]] = WeakKeyDictionary()
_taking = Lock()


def encode_clauses(encoder: Encoder, texts: Sequence[str], progress: Progress) -> Floats:
    """As the encoder's `encode_passages`: (texts, d). No text is kept, only a hash of each."""
    keys = [blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest() for text in texts]
    with _taking:
        held = _lately.setdefault(encoder, OrderedDict())
        known = {key: held[key] for key in keys if key in held}
    new = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
    if new:
        fresh = encoder.encode_passages(list(new.values()), lambda done, total: progress("compare", done, total))
        # Copies of rows: a view would keep all the others with it.
        known |= {key: row.copy() for key, row in zip(new, fresh, strict=True)}
    with _taking:
        for key in keys:
            held[key] = known[key]
            held.move_to_end(key)
        while len(held) > _MOST:
            held.popitem(last=False)
    return np.stack([known[key] for key in keys])
