"""Fields of science: names as ticked or written in forms become codes of the national classification."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

import yaml

from ingest.values import has_boxes, ticked_options
from ingest.vietnamese import fold

_TOO_MANY = 4


@cache
def load_fields() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """(folded name, codes) of every way a top-level field is written, longest name first. From ``fields.yaml``,
    which cites Quyết định 12/2008/QĐ-BKHCN."""
    table = yaml.safe_load(files("ingest").joinpath("fields.yaml").read_text(encoding="utf-8"))
    named: dict[str, tuple[str, ...]] = {}
    for code, entry in table["fields"].items():
        for name in map(fold, entry["names"]):
            named[name] = (*named.get(name, ()), code)
    return tuple(sorted(named.items(), key=lambda pair: (-len(pair[0]), pair)))


def find_field_codes(text: str) -> tuple[str, ...]:
    """Codes of the fields that a form's field item names, sorted, each once.

    Where the text has check-boxes only ticked options count. Without boxes, a text that names most fields is the
    list of options with its ticks lost, and gives none. Codes of 1, 3 or 5 digits written out
    (``205``, ``20501 Kỹ thuật môi trường``) are kept as they are.
    """
    options = ticked_options(text) if has_boxes(text) else tuple(re.split(r"[;\n]", text))
    codes: set[str] = set()
    for option in options:
        written = re.findall(r"(?<![\d.])([1-6](?:\d\d){0,2})(?!\d|[.,]\d)", option)
        plain = fold(option)
        named = False
        for name, its_codes in load_fields():
            pattern = rf"(?<![a-z]){re.escape(name)}(?![a-z])"
            if re.search(pattern, plain):
                codes.update(its_codes)
                plain = re.sub(pattern, " ", plain)
                named = True
        if not named or any(len(code) > 1 for code in written):
            codes.update(code for code in written if len(code) > 1 or not plain.strip(" .,0123456789"))
    are_options = not has_boxes(text) and len({code[0] for code in codes}) >= _TOO_MANY
    return () if are_options else tuple(sorted(codes))
