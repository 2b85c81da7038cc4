"""Feeds: what a saved search has found, as Atom (RFC 4287)."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence

from lxml import etree

from api.alerts.content import Owner, ToldRecord, absolute, name_search, results_href, tell_records
from api.catalogue import translator
from index import Index, SavedSearch

MEDIA_TYPE = "application/atom+xml; charset=utf-8"
_ATOM = "http://www.w3.org/2005/Atom"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_MOST_ENTRIES = 50
_NAMES = uuid.UUID("5ad0c8a4-3f1e-4f5b-9b0d-2c6f0f3b7a61")  # of our entries, so that they keep their ids


def write_feed(
    index: Index, owner: Owner, search: SavedSearch, own_url: str, public_url: str
) -> tuple[bytes, str, list[str]]:
    """The feed, its ETag, and the ids of the records in it: the latest first, as the owner may see them now."""
    found = {one.id: one.found_at for one in index.store.saved_searches.found(search.id, _MOST_ENTRIES)}
    translate = translator(search.lang)
    records = tell_records(index, list(found), owner.viewer, public_url, translate)
    feed = etree.fromstring(f'<feed xmlns="{_ATOM}"/>')
    feed.set(_XML_LANG, search.lang)
    _add(feed, "id", f"urn:uuid:{uuid.uuid5(_NAMES, search.id)}")
    _add(feed, "title", f"Ba Nhà: {name_search(index, search, owner.viewer, translate)}")
    _add(feed, "updated", max(found.values(), default=search.created_at))
    _add(feed, "link", rel="self", type="application/atom+xml", href=own_url)
    _add(feed, "link", rel="alternate", type="text/html", href=absolute(public_url, results_href(search)))
    _add(_add(feed, "author"), "name", "Ba Nhà")
    for one in records:
        _add_entry(feed, search, one, found[one.id])
    content: bytes = etree.tostring(feed, xml_declaration=True, encoding="utf-8")
    return content, f'"{hashlib.sha256(content).hexdigest()[:32]}"', [one.id for one in records]


def _add_entry(feed: etree._Element, search: SavedSearch, one: ToldRecord, found_at: str) -> None:
    entry = _add(feed, "entry")
    _add(entry, "id", f"urn:uuid:{uuid.uuid5(_NAMES, f'{search.id} {one.id}')}")
    _add(entry, "title", one.title)
    _add(entry, "updated", found_at)
    _add(entry, "link", rel="alternate", type="text/html", href=one.href)
    _add(entry, "category", term=one.kind, label=one.label)
    _add(entry, "summary", one.text)


def _add(parent: etree._Element, name: str, text: str | None = None, **attributes: str) -> etree._Element:
    child = etree.SubElement(parent, f"{{{_ATOM}}}{name}")
    for attribute, value in attributes.items():
        child.set(attribute, _clean(value))
    if text is not None:
        child.text = _clean(text)
    return child


def _clean(text: str) -> str:
    """Without what XML 1.0 cannot hold."""
    return "".join(one for one in text if one in "\t\n\r" or (one >= " " and one not in "\ufffe\uffff"))


def is_same(etag: str, asked: Sequence[str]) -> bool:
    """Whether If-None-Match, by its parts, names this content (weak comparison, RFC 9110)."""
    return any(one.strip().removeprefix("W/") in (etag, "*") for one in asked)
