"""Remembering: results that hold texts or names of records, kept until a record is taken out or says something else."""

from __future__ import annotations

from collections.abc import Callable
from functools import _lru_cache_wrapper, lru_cache
from typing import TypeVar

_Result = TypeVar("_Result")
_forgetting: list[Callable[[], None]] = []


def remember(most: int) -> Callable[[Callable[..., _Result]], _lru_cache_wrapper[_Result]]:
    """As `lru_cache`, for functions whose arguments or results are records or what stands in them."""

    def remembering(function: Callable[..., _Result]) -> _lru_cache_wrapper[_Result]:
        remembered = lru_cache(maxsize=most)(function)
        _forgetting.append(remembered.cache_clear)
        return remembered

    return remembering


def forget_remembered() -> None:
    """Forget all of it: what was erased must not stay in the memory of a server."""
    for forget in _forgetting:
        forget()
