"""Snapshots: files of what can be rebuilt, checked when read, so that a torn or damaged one is never believed."""

from __future__ import annotations

import os
import struct
import zlib
from pathlib import Path

_HEADER = struct.Struct("<8sqqI")  # magic, seq, length of the payload, crc32 of the payload


def write_snapshot(path: Path, magic: bytes, seq: int, payload: bytes | memoryview) -> None:
    """Write so that a reader finds the old file or the whole new one, never a part. `magic` are eight bytes.

    Raises OSError.
    """
    temporary = path.with_suffix(f"{path.suffix}.{os.getpid()}.tmp")
    with temporary.open("wb") as file:
        file.write(_HEADER.pack(magic, seq, len(payload), zlib.crc32(payload)))
        file.write(payload)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def read_snapshot(path: Path, magic: bytes) -> tuple[int, memoryview] | None:
    """The store's `seq` that it reflects and the payload; None when there is no sound one: rebuild then."""
    try:
        data = path.read_bytes()
        found, seq, length, checksum = _HEADER.unpack_from(data)
    except (OSError, struct.error):
        return None
    payload = memoryview(data)[_HEADER.size :]
    if found != magic or len(payload) != length or zlib.crc32(payload) != checksum:
        return None
    return seq, payload
