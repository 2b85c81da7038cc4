"""What a request names in its address, query and body, for the audit log."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.types import Scope

from api.audit.audited import SUBJECTS

_LARGEST_JSON = 8_000_000  # bytes: all that is taken but for files of records, which name nobody else
_FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
_STATE = "named"


async def read_fields(request: Request) -> None:
    """A dependency of every route: keep what the body names, as the route itself has read it."""
    if request.method in ("GET", "HEAD"):
        return
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    fields: list[tuple[str, Any]] = []
    if kind in _FORMS and request.scope["route"].body_field:
        fields = list((await request.form()).multi_items())
    elif kind.endswith("json") and len(body := await request.body()) <= _LARGEST_JSON:
        fields = _read_json(body)
    setattr(request.state, _STATE, list(_pick(fields)))


def subjects_of(scope: Scope) -> Iterator[str]:
    """The ids that a request names."""
    yield from _pick(list(scope.get("path_params", {}).items()))
    yield from _pick(parse_qsl(scope.get("query_string", b"").decode("latin-1")))
    yield from scope["state"].get(_STATE, ())


def _pick(fields: list[tuple[str, Any]]) -> Iterator[str]:
    for name, value in fields:
        for one in value if isinstance(value, list) else [value]:
            if name in SUBJECTS and isinstance(one, str | int) and one:
                yield str(one)


def _read_json(body: bytes) -> list[tuple[str, Any]]:
    try:
        read = json.loads(body)
    except (ValueError, RecursionError):
        return []
    return list(read.items()) if isinstance(read, dict) else []
