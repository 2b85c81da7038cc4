"""Problem details (RFC 9457): every error as words that a person can act on, in JSON or as a page."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from starlette.exceptions import HTTPException

from api.access import PROTECTION
from api.accounts.signing_in import recognise
from api.addresses import sign_in_href
from api.awaiting import NobodyWaits
from api.catalogue import explain, fill
from api.errors import NotSignedIn, TooManyAttempts
from api.languages import speak
from api.live_workspace import Server
from api.outcomes import outcome_of
from ingest import N_, NOBODY, BanhaError

MEDIA_TYPE = "application/problem+json"
API = "/api/"
_log = logging.getLogger(__name__)

_HTTP: Mapping[int, tuple[str, str, str]] = {
    400: ("bad-request", N_("The request cannot be understood"), N_("Something in the request is damaged or missing.")),
    404: ("not-found", N_("There is nothing here"), N_("The address is mistyped, or what was here is gone.")),
    405: ("not-allowed", N_("This cannot be done here"), N_("The address does not take requests of this kind.")),
    413: (
        "too-large",
        N_("Too much at once"),
        N_("The request is larger than this server takes; send it in parts."),
    ),
}
_NOBODY_WAITS = 499  # as others call it; nobody reads it
_BAD_INPUT = ("bad-input", N_("The request cannot be understood"))
_FAILED = (
    "failed",
    N_("Something went wrong"),
    N_("The server wrote down what happened. Try again; if it happens again, tell the person who runs it."),
)

_NO_DAY = N_("{field} must be a day, written like 2026-11-23.")
_MISTAKES: Mapping[str, str] = {
    "missing": N_("{field} is missing."),
    "extra_forbidden": N_("{field}: there is no such field."),
    "string_too_long": N_("{field}: at most {max_length} characters."),
    "string_too_short": N_("{field} may not be empty."),
    "too_long": N_("{field}: at most {max_length} items."),
    "int_parsing": N_("{field} must be a whole number."),
    "int_type": N_("{field} must be a whole number."),
    "int_from_float": N_("{field} must be a whole number."),
    "greater_than_equal": N_("{field} must be at least {ge}."),
    "less_than_equal": N_("{field} must be at most {le}."),
    "literal_error": N_("{field} must be one of: {expected}."),
    "union_tag_invalid": N_("{field} must be one of: {expected}."),
    "union_tag_not_found": N_("{field} is missing."),
    "date_type": _NO_DAY,
    "date_parsing": _NO_DAY,
    "date_from_datetime_parsing": _NO_DAY,
    "date_from_datetime_inexact": _NO_DAY,
    "json_invalid": N_("The body is not valid JSON."),
}
_OTHER_MISTAKE = N_("{field}: this value cannot be used.")


def explain_mistake(error: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """(template, parameters) of one validation error as pydantic describes it."""
    # The first part says where in the request it stands: body, query or path.
    parts = [str(part) for part in error["loc"][1:]]
    params = {**error.get("ctx", {}), "field": ".".join(parts) or "JSON"}
    if error["type"].startswith("union_tag"):
        params |= {"field": ".".join([*parts, params["discriminator"].strip("'")])}
        params |= {"expected": params.get("expected_tags", "")}
    if "expected" in params:
        params["expected"] = str(params["expected"]).replace("'", "").replace(" or ", ", ")
    return _MISTAKES.get(error["type"], _OTHER_MISTAKE), params


def respond(
    request: Request, status: int, type: str, title: str, detail: str, more: Mapping[str, Any] | None = None
) -> Response:
    """Problem details for programs; for people a page with a next step. `title` and `detail` are ready words."""
    if request.url.path.startswith(API):
        body = {"type": f"urn:banha:{type}", "title": title, "status": status, "detail": detail, **(more or {})}
        return JSONResponse(body, status, headers=dict(PROTECTION), media_type=MEDIA_TYPE)
    # At the top this would be a circle: every page imports the seam below.
    from api.pages.rendering import render

    server = _server_for_problem(request)
    translate = server.translate
    steps = [("/", translate(N_("Search"))), ("/ho-so", translate(N_("Look through all records")))]
    if request.url.path.startswith("/tai-len"):
        steps.insert(0, ("/tai-len", translate(N_("Upload files"))))
    if came_from := _came_from(request):
        steps.insert(0, (came_from, translate(N_("Back"))))
    if status in (401, 403) and server.has_accounts and server.account is None:
        steps.insert(0, (sign_in_href(request.url.path), translate(N_("Sign in"))))
    page = render(request, "error.html", status, {"title": title, "detail": detail, "status": status, "steps": steps})
    page.headers.update(PROTECTION)
    return page


def _came_from(request: Request) -> str | None:
    """The address of the page of this server that led here, to go back to what was filled in or ticked there."""
    page, own = urlsplit(request.headers.get("referer", "")), urlsplit(str(request.url))
    is_another = (page.path, page.query) != (own.path, own.query) or request.method != "GET"
    if page.netloc != own.netloc or not page.path.startswith("/") or page.path.startswith("//") or not is_another:
        return None
    return urlunsplit(("", "", page.path, page.query, ""))


def server_of(request: Request) -> Server:
    """The server as it answers whoever asks, in the language they chose. Raises NotSignedIn and Forbidden."""
    if not hasattr(request.state, "is_recognised"):
        request.state.server = recognise(request, request.state.server)
        request.state.is_recognised = True
    return speak(request.state.server, request)


def _server_for_problem(request: Request) -> Server:
    """The same for whatever went wrong, be it that nobody could be recognised."""
    try:
        return server_of(request)
    except BanhaError:
        request.state.server = replace(request.state.server, viewer=NOBODY)
        request.state.is_recognised = True
        return server_of(request)


def handle_errors(app: FastAPI) -> None:
    """Give every error that a request can end with its response."""
    app.add_exception_handler(BanhaError, _respond_to_domain)
    app.add_exception_handler(RequestValidationError, _respond_to_validation)
    app.add_exception_handler(HTTPException, _respond_to_http)
    app.add_exception_handler(NobodyWaits, _respond_to_nobody)
    app.add_exception_handler(Exception, _respond_to_failure)


def _respond_to_domain(request: Request, error: Exception) -> Response:
    assert isinstance(error, BanhaError)
    server, outcome = _server_for_problem(request), outcome_of(error)
    # What is wrong with the server names its folders and models; that is for those who run it.
    is_told = outcome.status < 500 or server.viewer.sees_all
    path = request.url.path
    if isinstance(error, NotSignedIn) and request.method == "GET" and not path.startswith(API):
        return RedirectResponse(sign_in_href(path), 303)
    detail = explain(error, server.translate) if is_told else server.translate(_FAILED[2])
    response = respond(request, outcome.status, outcome.type, server.translate(outcome.title), detail)
    if isinstance(error, NotSignedIn):
        response.headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, TooManyAttempts):
        response.headers["Retry-After"] = str(error.seconds)
    return response


def refuse(request: Request, error: Exception) -> Response:
    """The response to a request that is refused before any route sees it, and before anybody asks whose it is."""
    request.state.server = replace(request.state.server, viewer=NOBODY)
    request.state.is_recognised = True
    return _respond_to_http(request, error) if isinstance(error, HTTPException) else _respond_to_domain(request, error)


def _respond_to_validation(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    translate = _server_for_problem(request).translate
    found = [explain_mistake(one) for one in error.errors()]
    details = _unique([fill(translate(template), params) for template, params in found])
    type, title = _BAD_INPUT
    return respond(request, 422, type, translate(title), " ".join(details), {"errors": details})


def _respond_to_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    translate = _server_for_problem(request).translate
    type, title, detail = _HTTP.get(error.status_code, _HTTP[400] if error.status_code < 500 else _FAILED)
    return respond(request, error.status_code, type, translate(title), translate(detail))


def _respond_to_nobody(request: Request, _error: Exception) -> Response:
    _log.info("%s %s: left off, because nobody waits for the answer any more", request.method, request.url.path)
    return Response(status_code=_NOBODY_WAITS)


def _respond_to_failure(request: Request, error: Exception) -> Response:
    _log.error("%s %s failed", request.method, request.url.path, exc_info=error)
    translate = _server_for_problem(request).translate
    type, title, detail = _FAILED
    return respond(request, 500, type, translate(title), translate(detail))


def _unique(details: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(details))
