"""Templates and static files: what turns prepared values into a page."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from api.catalogue import fill
from api.live_workspace import Server


def render(
    request: Request, template: str, status: int, values: Mapping[str, Any], twin: str | None = None
) -> HTMLResponse:
    """The page of a template. `twin` is the address of the same content as JSON."""
    server: Server = request.state.server

    def translate(message: str, **params: object) -> str:
        return fill(server.translate(message), params)

    path = request.url.path
    page = (
        _environment()
        .get_template(template)
        .render(
            _=translate,
            lang=server.settings.lang,
            may_write=server.may_write,
            place=next((start for start in ("/tai-len", "/ho-so", "/cung-cau") if path.startswith(start)), "/"),
            twin=twin,
            **values,
        )
    )
    return HTMLResponse(page, status)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("api"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals["asset"] = asset
    return environment


@cache
def asset(name: str) -> str:
    """The address of a static file; it changes with the content, so that browsers may keep what they have."""
    content = files("api").joinpath("static", name).read_bytes()
    return f"/static/{name}?v={hashlib.sha256(content).hexdigest()[:10]}"
