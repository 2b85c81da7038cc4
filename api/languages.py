"""The language and the colours of an answer, as whoever asks chose them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal, cast, get_args
from urllib.parse import parse_qsl, urlencode

from fastapi import Request, Response

from api.catalogue import translator
from api.live_workspace import Server
from api.settings import Language
from ingest import N_

Colours = Literal["auto", "light", "dark"]
LANGUAGE: Mapping[Language, str] = {"vi": "Tiếng Việt", "en": "English"}
COLOURS: Mapping[Colours, str] = {
    "auto": N_("As the device"),
    "light": N_("Light"),
    "dark": N_("Dark"),
}
_LANGUAGE: Final = "lang"
_COLOURS: Final = "colours"
_CHOICES: Mapping[str, tuple[str, ...]] = {_LANGUAGE: get_args(Language), _COLOURS: get_args(Colours)}
_VIETNAMESE = re.compile("[ăđơưĂĐƠƯ\u1ea0-\u1ef9]")
_ENGLISH = frozenset({"the", "of", "and", "for", "with", "from", "using"})
_FEWEST_WORDS = 3
_A_YEAR = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Switch:
    """A choice on every page: the address of this page so, its name, and whether it is so now."""

    href: str
    name: str
    label: str
    is_here: bool


def speak(server: Server, request: Request) -> Server:
    """The server in the language that was chosen: in the address, else before, else that of the settings.

    What browsers say they prefer is left alone: on most computers it is the language in which they were installed.
    """
    chosen = _chosen(request, _LANGUAGE)
    if chosen is None or chosen == server.settings.lang:
        return server
    settings = server.settings.model_copy(update={"lang": chosen})
    return replace(server, settings=settings, translate=translator(chosen))


def colours_of(request: Request) -> Colours:
    return cast(Colours, _chosen(request, _COLOURS) or "auto")


def language_switches(request: Request, now: str) -> list[Switch]:
    return [Switch(_href(request, _LANGUAGE, name), name, label, name == now) for name, label in LANGUAGE.items()]


def colour_switches(request: Request) -> list[Switch]:
    """Their labels are catalogue templates."""
    now = colours_of(request)
    return [Switch(_href(request, _COLOURS, name), name, label, name == now) for name, label in COLOURS.items()]


def keep_choices(request: Request, response: Response) -> None:
    """Remember in the browser what the address chose."""
    for name in _CHOICES:
        asked = request.query_params.get(name)
        if asked in _CHOICES[name]:
            response.set_cookie(name, asked, max_age=_A_YEAR, httponly=True, samesite="lax")


def language_of(text: str) -> Language | None:
    """In which language some stored text is, by its letters or its smallest words; None where neither tells."""
    if _VIETNAMESE.search(text):
        return "vi"
    words = text.lower().split()
    return "en" if len(words) >= _FEWEST_WORDS and _ENGLISH & set(words) else None


def _chosen(request: Request, name: str) -> str | None:
    for value in (request.query_params.get(name), request.cookies.get(name)):
        if value in _CHOICES[name]:
            return value
    return None


def _href(request: Request, name: str, value: str) -> str:
    kept = [(key, one) for key, one in parse_qsl(request.url.query, keep_blank_values=True) if key not in _CHOICES]
    return f"?{urlencode([*kept, (name, value)])}"
