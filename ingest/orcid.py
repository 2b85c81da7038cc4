"""The ORCID record of a person as a file: JSON of the public API v3.0, or XML."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ingest.errors import N_, FileRefused
from ingest.masking import mask_personal
from ingest.records import Place, ReadingMethod, Section, Source

if TYPE_CHECKING:
    from lxml.etree import _Element

LARGEST_MB = 5
_MOST_ITEMS = 2_000
_LONGEST_TEXT = 5_000
_ID = re.compile(r"\d{4}-\d{4}-\d{4}-\d{3}[\dX]")
_PATENT = frozenset({"patent"})


@dataclass(frozen=True, slots=True)
class OrcidPerson:
    """What an ORCID record says; `id` is the iD. `sources` are those of the sections, in their order."""

    id: str
    name: str
    organisation: str | None
    sections: tuple[Section, ...]
    sources: tuple[Source, ...]
    source: Source


@dataclass(frozen=True, slots=True)
class _Told:
    """The same for both formats: (number in its list, section) of each item."""

    id: str
    name: str
    organisation: str | None
    items: tuple[tuple[int, Section], ...]


def read_orcid(content: bytes, file: str) -> OrcidPerson:
    """The person of a file: a whole record, or its works alone (then without a name). Personal data are masked. Raises
    FileRefused for what is too large, damaged, or no ORCID record."""
    if len(content) > LARGEST_MB * 1_000_000:
        raise FileRefused(file, N_("The file is larger than {limit} MB."), limit=LARGEST_MB)
    is_xml = content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")
    told = _read_xml(content, file) if is_xml else _read_json(content, file)
    if not is_orcid(told.id):
        raise FileRefused(
            file, N_("This is no ORCID record: save the record as JSON or XML from the public ORCID API.")
        )
    method: ReadingMethod = "text" if is_xml else "json"
    sha256 = hashlib.sha256(content).hexdigest()

    def source(row: int | None) -> Source:
        return Source("", file, sha256, Place(row=row), method)

    items = told.items[:_MOST_ITEMS]
    return OrcidPerson(
        told.id,
        told.name,
        told.organisation,
        tuple(section for _, section in items),
        tuple(source(number) for number, _ in items),
        source(None),
    )


def is_orcid(id: str) -> bool:
    """Whether it has the shape and the check digit of an ORCID iD (ISO 7064 MOD 11-2)."""
    if not _ID.fullmatch(id):
        return False
    total = 0
    for digit in id.replace("-", "")[:-1]:
        total = (total + int(digit)) * 2
    check = (12 - total % 11) % 11
    return id[-1] == ("X" if check == 10 else str(check))


def _read_json(content: bytes, file: str) -> _Told:
    try:
        read = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise FileRefused(file, N_("The file is damaged or no JSON.")) from error
    person, activities = _at(read, "person"), _at(read, "activities-summary")
    name = _at(person, "name")
    path = _at(read, "orcid-identifier", "path") or next(iter(_ID.findall(str(_at(read, "path") or ""))), "")
    given, family = _at(name, "given-names", "value"), _at(name, "family-name", "value")
    groups = _at(activities, "works", "group") or _at(read, "group")
    items = [
        *_biography(
            _at(person, "biography", "content"),
            [_at(one, "content") for one in _list(_at(person, "keywords", "keyword"))],
        ),
        *(
            (
                number,
                _work(
                    _at(one, "title", "title", "value"),
                    _at(one, "journal-title", "value"),
                    _at(one, "type"),
                    _year(one),
                ),
            )
            for number, one in _first_of(groups, "work-summary")
        ),
        *(
            (
                number,
                _project(
                    _at(one, "title", "title", "value"),
                    _at(one, "organization", "name"),
                    _at(one, "start-date", "year", "value"),
                ),
            )
            for number, one in _first_of(_at(activities, "fundings", "group"), "funding-summary")
        ),
    ]
    employers = []
    for kind, section in (("employment", "employment"), ("education", "education")):
        for number, group in enumerate(_list(_at(activities, f"{kind}s", "affiliation-group")), 1):
            for summary in _list(_at(group, "summaries")):
                one = _at(summary, f"{kind}-summary")
                body = _at(one, "organization", "name")
                parts = (_at(one, "role-title"), _at(one, "department-name"), body)
                items.append((number, _place(section, parts, _at(one, "start-date", "year", "value"))))
                if kind == "employment" and not _at(one, "end-date"):
                    employers.append(body)
    return _told(path, _at(name, "credit-name", "value"), family, given, employers, items)


def _year(one: Any) -> Any:
    return _at(one, "publication-date", "year", "value")


def _read_xml(content: bytes, file: str) -> _Told:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise FileRefused(file, N_("The file is damaged or no XML.")) from error
    # Any: lxml's type stubs do not know what a document says of itself.
    about: Any = root.getroottree().docinfo
    if about.doctype:
        raise FileRefused(
            file, N_("This is no ORCID record: save the record as JSON or XML from the public ORCID API.")
        )
    path = _text(root, "orcid-identifier", "path") or next(iter(_ID.findall(root.get("path") or "")), "")
    items = [
        *_biography(
            _text(root, "person", "biography", "content"), [_text(one, "content") for one in _all(root, "keyword")]
        ),
        *(
            (
                number,
                _work(
                    _text(one, "title", "title"),
                    _text(one, "journal-title"),
                    _text(one, "type"),
                    _text(one, "publication-date", "year"),
                ),
            )
            for number, one in _first_in_groups(root, "works", "work-summary")
        ),
        *(
            (
                number,
                _project(
                    _text(one, "title", "title"), _text(one, "organization", "name"), _text(one, "start-date", "year")
                ),
            )
            for number, one in _first_in_groups(root, "fundings", "funding-summary")
        ),
    ]
    employers = []
    for kind in ("employment", "education"):
        for number, one in enumerate(_all(root, f"{kind}-summary"), 1):
            body = _text(one, "organization", "name")
            parts = (_text(one, "role-title"), _text(one, "department-name"), body)
            items.append((number, _place(kind, parts, _text(one, "start-date", "year"))))
            if kind == "employment" and not _children(one, "end-date"):
                employers.append(body)
    name = next(iter(_all(root, "name")), root)
    return _told(
        path, _text(name, "credit-name"), _text(name, "family-name"), _text(name, "given-names"), employers, items
    )


def _told(
    path: Any, credit: Any, family: Any, given: Any, employers: list[Any], items: list[tuple[int, Section | None]]
) -> _Told:
    # Vietnamese names begin with the family's.
    name = _tidy(credit) or " ".join(filter(None, (_tidy(family), _tidy(given))))
    organisation = next(filter(None, map(_tidy, employers)), None)
    return _Told(str(path), name, organisation, tuple((number, one) for number, one in items if one))


def _biography(text: Any, keywords: list[Any]) -> Iterator[tuple[int, Section | None]]:
    if _tidy(text):
        yield 1, Section("introduction", _tidy(text))
    if words := "; ".join(filter(None, map(_tidy, keywords))):
        yield 1, Section("research", words)


def _work(title: Any, journal: Any, kind: Any, year: Any) -> Section | None:
    words = ". ".join(part.rstrip(".") for part in (_tidy(title), _tidy(journal)) if part)
    name = "patent" if _tidy(kind).lower() in _PATENT else "work"
    return Section(name, f"{words}.", year=_whole_year(year)) if _tidy(title) else None


def _project(title: Any, funder: Any, year: Any) -> Section | None:
    words = ", ".join(part for part in (_tidy(title).rstrip("."), _tidy(funder)) if part)
    return Section("project", words, year=_whole_year(year)) if _tidy(title) else None


def _place(name: str, parts: tuple[Any, ...], year: Any) -> Section | None:
    words = ", ".join(filter(None, map(_tidy, parts)))
    return Section(name, words, year=_whole_year(year)) if words else None


def _whole_year(value: Any) -> int | None:
    text = _tidy(value)
    return int(text) if re.fullmatch(r"(?:19|20|21)\d\d", text) else None


def _tidy(value: Any) -> str:
    import unicodedata

    if not isinstance(value, str):
        return ""
    plain = re.sub(r"<[^<>]{1,30}>", "", unicodedata.normalize("NFC", value)).replace("\0", "")
    return mask_personal(" ".join(plain.split())[:_LONGEST_TEXT])


def _at(value: Any, *keys: str) -> Any:
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _first_of(groups: Any, name: str) -> Iterator[tuple[int, Any]]:
    """Of each group, whose members are one thing told by several, the first."""
    for number, group in enumerate(_list(groups), 1):
        for one in _list(_at(group, name))[:1]:
            yield number, one


def _all(element: _Element, name: str) -> Iterator[_Element]:
    return element.iter(f"{{*}}{name}", name)


def _text(element: _Element, *names: str) -> str:
    """Of the first element that is found by going down these names."""
    found: _Element | None = element
    for name in names:
        found = None if found is None else next((one for one in found if _local(one) == name), None)
    return "" if found is None else "".join(map(str, found.itertext()))


def _local(element: _Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _first_in_groups(root: _Element, listed: str, name: str) -> Iterator[tuple[int, _Element]]:
    """Each element is looked at once, whatever stands in whatever else."""
    lists = [one for above in _children(root, "activities-summary") for one in _children(above, listed)]
    lists += [root] if _local(root) == listed else []
    groups = [group for one in lists for group in _children(one, "group")]
    for number, group in enumerate(groups, 1):
        for first in _children(group, name)[:1]:
            yield number, first


def _children(element: _Element, name: str) -> list[_Element]:
    return [one for one in element if _local(one) == name]
