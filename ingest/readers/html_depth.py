"""Refuses HTML pages that are nested so deep that taking them apart would cost minutes."""

from __future__ import annotations

import re
from collections import Counter

from ingest.errors import N_
from ingest.readers.opened import OpenedFile

_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)")
# Elements without content, those whose end tag may be missing, and marks of which a parser keeps only a few open.
_NEVER_DEEP = frozenset(
    (
        *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "wbr"),
        *("p", "li", "dt", "dd", "option", "optgroup", "thead", "tbody", "tfoot", "colgroup", "html", "head", "body"),
        *("a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"),
    )
)
_MAX_PAGE_DEPTH = 500


def refuse_depth(opened: OpenedFile, html: str) -> None:
    """The parser looks through all open elements at each tag: a page nested n deep costs n² of time.

    Raises FileRefused for pages nested too deep.
    """
    stack: list[str] = []
    counts: Counter[str] = Counter()
    for slash, name in _TAG.findall(html):
        tag = name.lower()
        if tag in _NEVER_DEEP:
            continue
        if slash:
            end = tag if counts[tag] else ""
        else:
            # A row or cell ends what is open in the one before it, whose end tags may be missing.
            end = "table" if tag in {"tr", "td", "th"} and counts["table"] else ""
        while end and stack and not (stack[-1] == end == "table" and not slash):
            counts[stack[-1]] -= 1
            if stack.pop() == end:
                break
        if not slash and tag not in {"tr", "td", "th"}:
            stack.append(tag)
            counts[tag] += 1
        if len(stack) > _MAX_PAGE_DEPTH:
            raise opened.refused(
                N_("The page is nested more than {limit} deep. Save it with a simpler layout."), limit=_MAX_PAGE_DEPTH
            )
