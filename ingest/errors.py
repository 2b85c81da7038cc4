"""Problems with what was read: English templates with named parameters, translated where a person sees them.

BanhaError                     everything a caller may want to catch
├── FileRefused                a whole file that cannot be read; carries a Problem
└── (index, matcher, api add their own)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ingest.records import NOWHERE, Place


def N_(message: str) -> str:
    """Mark an English template for the translation catalogues."""
    return message


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong, where, and what to do. `message` is an English template in the catalogues;
    `{name}` fields are filled from `params`."""

    file: str
    message: str
    params: Mapping[str, Any] = field(default_factory=dict)
    place: Place = NOWHERE

    def __str__(self) -> str:
        return f"{self.file}: {self.message.format(**self.params)}"


class BanhaError(Exception):
    """Base of every error a caller may want to catch. `message` is a catalogue template."""

    def __init__(self, message: str, **params: Any) -> None:
        super().__init__(message.format(**params))
        self.message = message
        self.params = params

    def __reduce__(self) -> tuple[Any, ...]:
        # Errors cross the borders of processes, and the parameters of __init__ differ from class to class.
        return _make_again, (type(self), self.args), self.__dict__


def _make_again(kind: type[BanhaError], args: tuple[Any, ...]) -> BanhaError:
    return kind.__new__(kind, *args)


class FileRefused(BanhaError):
    """The file cannot be read at all; nothing of it is stored."""

    def __init__(self, file: str, message: str, place: Place = NOWHERE, **params: Any) -> None:
        super().__init__(message, **params)
        self.problem = Problem(file, message, params, place)
