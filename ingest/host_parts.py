"""Takes apart the value of a label that asks for the host of a task and, beside it, for its leader or address."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ingest.forms import Label
from ingest.labelled_values import Item
from ingest.masking import find_contacts
from ingest.names import find_people
from ingest.vietnamese import fold

_BETWEEN = re.compile(r"\s*;\s*")
# On folded text.
_ASKS_FOR_MORE = re.compile(r"\b(?:dia chi|dien thoai|email|e-mail|ca nhan|lien he)\b")
_ASKS_FOR_PERSON = re.compile(r"\bca nhan\b")
_LEAD, _ADDRESS, _CONTACT = Label("lead"), Label("address"), Label("contact", is_contact=True)


def part_hosts(items: Sequence[Item]) -> Iterator[Item]:
    """The items, with one for each part of a host's value that semicolons divide, where the label asks for several:
    ``Tổ chức chủ trì (tên, địa chỉ, điện thoại): Chi cục …; 20 Trần Phú; 0260 …``."""
    for item in items:
        heading = fold(item.heading)
        parts = _BETWEEN.split(item.text.strip(" ;"))
        if item.field != "organisation" or len(item.pieces) != 1 or not _ASKS_FOR_MORE.search(heading):
            yield item
            continue
        takes_people = _ASKS_FOR_PERSON.search(heading) is not None
        labels = [_label_of(part, takes_people=takes_people) for part in parts[1:]]
        first = item.label
        if takes_people and find_people(parts[0]):
            first = _LEAD
        for label, part in zip([first, *labels], parts, strict=True):
            yield replace(item, label=label, pieces=[replace(item.pieces[0], text=part)])


def _label_of(part: str, *, takes_people: bool) -> Label:
    contacts = find_contacts(part)
    if contacts.phones or contacts.emails:
        return _CONTACT
    return _LEAD if takes_people and find_people(part) else _ADDRESS
