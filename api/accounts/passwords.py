"""Passwords: what a good enough one is, and how it is kept, as Argon2id (RFC 9106)."""

from __future__ import annotations

import re
import threading
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from api.errors import BadInput
from ingest import N_

SHORTEST, LONGEST = 12, 200
_FEWEST_CHARACTERS = 5  # different ones
# Each takes 64 MiB: a crowd at the door must not use up the memory.
_at_once = threading.BoundedSemaphore(2)


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _nobodys_hash() -> str:
    return _hasher().hash("nobody has this password")


def check_strength(password: str, email: str) -> None:
    """Raises BadInput for a password that is quickly guessed: by its length, its few characters, what it repeats, or
    the address."""
    plain = _plain(password)
    if not SHORTEST <= len(plain) <= LONGEST:
        raise BadInput(
            N_("A password has {shortest} to {longest} characters; a few words that only you put together are good."),
            shortest=SHORTEST,
            longest=LONGEST,
        )
    name = email.partition("@")[0]
    is_repeated = re.fullmatch(r"(.+?)\1+", plain, re.DOTALL) is not None
    if is_repeated or len(set(plain)) < _FEWEST_CHARACTERS or (len(name) > 3 and name in plain.casefold()):
        raise BadInput(N_("This password is quickly guessed. Take a few words that only you put together."))


def hash_password(password: str) -> str:
    with _at_once:
        return _hasher().hash(_plain(password))


def is_password(kept: str | None, password: str) -> bool:
    """Whether it is the password. It takes as long where none is kept."""
    try:
        with _at_once:
            _hasher().verify(kept or _nobodys_hash(), _plain(password)[: LONGEST + 1])
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def is_outdated(kept: str) -> bool:
    """Whether it was hashed with other parameters than are used now."""
    return _hasher().check_needs_rehash(kept)


def _plain(password: str) -> str:
    """The same whichever way a keyboard writes its accents (NIST SP 800-63B)."""
    return unicodedata.normalize("NFKC", password)
