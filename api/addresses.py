"""The addresses of the pages that others link to."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from index import EVERYTHING, Narrowing
from index.database import note_shown
from ingest import Kind


def record_href(id: str, section: int | None = None, start: int | None = None, end: int | None = None) -> str:
    """The page of a record; with offsets that quote is highlighted in it.

    A page that leads to a record tells of it: so whoever notes what pages have shown knows of whom."""
    note_shown(id)
    address = f"/ho-so/{quote(id, safe='')}"
    if start is None or end is None:
        return address
    place: dict[str, int] = {"tu": start, "den": end}
    if section is not None:
        place["phan"] = section
    return f"{address}?{urlencode(place)}#{'content' if section is None else f's{section}'}"


def picture_href(id: str, picture: str) -> str:
    """The picture of where a value of a record is printed."""
    return f"{record_href(id)}/gia-tri/{picture}.webp"


def pairings_href(id: str, to: Kind, limit: int | None = None) -> str:
    """The page of candidates for a record, which it tells of as `record_href` does."""
    note_shown(id)
    query: dict[str, str | int] = {"to": to}
    if limit:
        query["limit"] = limit
    return f"/ho-so/{quote(id, safe='')}/ghep?{urlencode(query)}"


def explanation_href(id: str, candidate: str, limit: int | None = None) -> str:
    query: dict[str, str | int] = {"voi": candidate}
    if limit:
        query["limit"] = limit
    return f"/ho-so/{quote(id, safe='')}/giai-thich?{urlencode(query)}"


def council_href(id: str) -> str:
    return f"/ho-so/{quote(id, safe='')}/hoi-dong"


def engagement_href(id: str) -> str:
    return f"/ket-noi/{quote(id, safe='')}"


def engagements_href() -> str:
    return "/ket-noi"


def account_href() -> str:
    return "/tai-khoan"


def declarations_href() -> str:
    return "/khai-bao"


def search_href(query: str, kind: Kind | None = None, narrowing: Narrowing = EVERYTHING) -> str:
    """The page of results."""
    chosen = {
        "loai": kind,
        "linh_vuc": narrowing.field,
        "noi": narrowing.place,
        "nam": narrowing.year,
        "trl": narrowing.trl,
    }
    return "/tim-kiem?" + urlencode({"q": query, **{name: value for name, value in chosen.items() if value}})


def sign_in_href(then: str) -> str:
    """The page to sign in on, from which one comes to another of these pages."""
    return "/dang-nhap?" + urlencode({"tiep": then})


def invitation_href(secret: str) -> str:
    """The page on which an invitation is accepted."""
    return f"/loi-moi/{secret}"


def saved_searches_href() -> str:
    return "/tim-kiem-da-luu"


def feed_href(secret: str) -> str:
    """The feed of a saved search."""
    return f"/api/v1/feeds/{secret}"
