"""Templates and static files: what turns prepared values into a page."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache, partial
from importlib.resources import files
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from api.access import can_be_forgotten
from api.catalogue import fill, say_day
from api.help_topics import tell
from api.languages import colour_switches, colours_of, keep_choices, language_of, language_switches, speak

_PLACES = ("/tai-len", "/ho-so", "/cung-cau", "/ket-noi", "/tro-giup")
_BELOW = {"/ban-do": "/cung-cau", "/viec": "/tai-len"}  # what stands in the menu under another address
_BESIDE = dict.fromkeys(("/dang-nhap", "/loi-moi", "/tai-khoan", "/quan-tri"), "")  # what is not in the menu


def render(
    request: Request, template: str, status: int, values: Mapping[str, Any], twin: str | None = None
) -> HTMLResponse:
    """The page of a template. `twin` is the address of the same content as JSON."""
    server = speak(request.state.server, request)

    def translate(message: str, **params: object) -> str:
        return fill(server.translate(message), params)

    path = request.url.path
    page = (
        _environment()
        .get_template(template)
        .render(
            _=translate,
            lang=server.settings.lang,
            languages=language_switches(request, server.settings.lang),
            colours=colours_of(request),
            colour_switches=colour_switches(request),
            may_write=server.may_write,
            may_administer=server.may_administer,
            account=server.account,
            has_accounts=server.has_accounts,
            here=str(request.url.path),
            takes_part=server.may_write or server.account is not None,
            place=_place_of(path),
            say_day=partial(say_day, translate=server.translate),
            explained=partial(tell, translate=server.translate),
            explained_all=lambda names: [tell(name, server.translate) for name in names],
            twin=twin,
            **values,
        )
    )
    response = HTMLResponse(page, status)
    if request.method == "POST" and 400 <= status < 500 and can_be_forgotten(request):
        # Who leads away from what was refused and goes back finds it as it was typed, not an error of the browser,
        # which may not ask again by itself. Signing out has it forgotten. Over plain HTTP in an office the next person
        # at the computer could go back to it after that: there nothing is kept, and going back is that error. What was
        # typed stands in the page that refuses it.
        response.headers["Cache-Control"] = "private, max-age=0"
    keep_choices(request, response)
    return response


def _place_of(path: str) -> str:
    """The address in the menu under which a page stands."""
    places = {**{place: place for place in _PLACES}, **_BELOW, **_BESIDE}
    found = (place for start, place in places.items() if path.startswith(start))
    return next(found, "/" if path == "/" or path.startswith("/tim-kiem") else "")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("api"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals["asset"] = asset
    environment.filters["spoken"] = _say_language
    return environment


@pass_context
def _say_language(context: Context, text: str) -> str:
    """The attribute that tells a screen reader in which language stored text is, where it is not that of the page."""
    language = language_of(text)
    return Markup(' lang="{}"').format(language) if language and language != context["lang"] else ""


@cache
def asset(name: str) -> str:
    """The address of a static file; it changes with the content, so that browsers may keep what they have."""
    content = files("api").joinpath("static", name).read_bytes()
    return f"/static/{name}?v={hashlib.sha256(content).hexdigest()[:10]}"
