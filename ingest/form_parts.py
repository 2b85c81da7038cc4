"""Tells apart the forms that stand one behind another in one file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ingest.corrections import Correction
from ingest.document import Block, Document, Paragraph, Table, recovered_lines
from ingest.form_reading import fill_form
from ingest.forms import Form, Recognition, load_forms, recognise_form
from ingest.labels import LONGEST_LABEL, part_label, read_numbering
from ingest.records import Kind
from ingest.vietnamese import fold

_LONGEST_TITLE_LINE = 160
_FEWEST_LABELS_AGAIN = 3
_MOST_FORMS = 200
_MOST_MARKS = 20_000


@dataclass(frozen=True, slots=True)
class FormPart:
    """One form of a file: what it is, and the document without the other forms."""

    recognised: Recognition
    document: Document


def part_forms(
    document: Document, recognised: Recognition | None, kind: Kind | None, corrections: Sequence[Correction] = ()
) -> tuple[FormPart, ...]:
    """The forms that a document holds, where there are several; () where it holds one or none.

    A form begins with a title line of its own, or where the first labels of the form before it come again in the same
    order (page headings that repeat are no lines of a PDF). Each must have its own title or name filled in: a cover
    sheet that says the title once more begins nothing. With `kind` all of them must be of that kind; `recognised` is
    what the whole document was taken for.
    """
    lines = [block for block in document.blocks for block in _each_line(block)]
    forms = load_forms(corrections)
    starts = [at for at, block in enumerate(lines) if _is_title_line(block, forms)]
    starts = [0, *(_with_letterhead(lines, at, forms) for at in starts if at)]
    if 2 < len(starts) + 1 <= _MOST_FORMS:
        parts = _join_untitled(document, lines, sorted(set(starts)), corrections)
        if len(parts) > 1 and all(kind in (None, part.recognised.form.kind) for part in parts):
            return parts
    if recognised is None:
        return ()
    form = recognised.form
    begins = [0, *_beginnings_again(form, lines)]
    if not 1 < len(begins) <= _MOST_FORMS:
        return ()
    pieces = [tuple(lines[a:b]) for a, b in pairwise([*begins, len(lines)])]
    titles = [_title_in(form, piece) for piece in pieces]
    if not all(titles) or len(set(titles)) < len(titles):
        return ()
    return tuple(FormPart(recognised, replace(document, blocks=piece)) for piece in pieces)


def _each_line(block: Block) -> Iterator[Block]:
    if isinstance(block, Paragraph) and "\n" in block.text:
        for text, recovery in recovered_lines(block.text, block.recovery):
            yield replace(block, text=text, recovery=recovery)
    else:
        yield block


def _is_title_line(block: Block, forms: Sequence[Form]) -> bool:
    if isinstance(block, Table):
        texts = [cell.text for cell in block.rows[0] if cell.text.strip()] if block.rows else []
        return len(texts) == 1 and texts[0].isupper() and any(form.is_title(texts[0]) for form in forms)
    if not isinstance(block, Paragraph) or block.is_margin or len(block.text) > _LONGEST_TITLE_LINE:
        return False
    is_heading = block.level > 0 or block.is_bold or block.text.isupper()
    return is_heading and not read_numbering(block.text) and any(form.is_title(block.text) for form in forms)


def _with_letterhead(lines: Sequence[Block], at: int, forms: Sequence[Form]) -> int:
    """Where the lines begin that stand above a title line: the issuing office, the motto, the number of the form."""
    while at > 1 and _is_letterhead(lines[at - 1], forms):
        at -= 1
    return at


def _is_letterhead(block: Block, forms: Sequence[Form]) -> bool:
    if isinstance(block, Paragraph):
        texts = block.text.splitlines()
    elif isinstance(block, Table):
        texts = [line for row in block.rows for cell in row for line in cell.lines()]
    else:
        return False
    filled = [text for text in texts if text.strip()]
    return all(_is_letterhead_line(text, forms) for text in filled)


def _is_letterhead_line(text: str, forms: Sequence[Form]) -> bool:
    plain = " ".join(fold(text).split())
    if plain.startswith(("cong hoa xa hoi chu nghia", "doc lap", "mau ", "bieu mau", "(ban hanh kem theo")):
        return True
    return text.isupper() and any(form.is_frame(text, at_head=True) for form in forms[:1])


def _join_untitled(
    document: Document, lines: Sequence[Block], starts: Sequence[int], corrections: Sequence[Correction]
) -> tuple[FormPart, ...]:
    """The parts that begin at `starts`; what is no form with a title of its own belongs to the part before it."""
    parts: list[FormPart] = []
    titles: list[tuple[Kind, str]] = []
    waiting: tuple[Block, ...] = ()
    for a, b in pairwise([*starts, len(lines)]):
        blocks = (*waiting, *lines[a:b])
        found = recognise_form(replace(document, blocks=blocks), None, corrections)
        title = _title_in(found.form, blocks) if found is not None and found.has_title else ""
        waiting = ()
        if found is not None and title and (found.form.kind, title) not in titles:
            parts.append(FormPart(found, replace(document, blocks=blocks)))
            titles.append((found.form.kind, title))
        elif parts:
            last = parts[-1].document
            parts[-1] = replace(parts[-1], document=replace(last, blocks=(*last.blocks, *blocks)))
        else:
            waiting = blocks
    return tuple(parts) if not waiting else ()


def _title_in(form: Form, blocks: Sequence[Block]) -> str:
    """What a form says its title or name is, folded; empty where no label says it."""
    return next(
        (" ".join(fold(item.text).split()) for item in fill_form(form, blocks) if item.field == "title" and item.text),
        "",
    )


def _beginnings_again(form: Form, lines: Sequence[Block]) -> list[int]:
    """Where the first labels of the form come again, in the same order and under the same numbers; the first may be
    numbered on (``2. Tên đề tài`` behind ``1. Tên đề tài``)."""
    marks = [(at, mark) for at, block in enumerate(lines) if (mark := _mark_of(form, block))][:_MOST_MARKS]
    keys = [mark for _, mark in marks]
    first = keys[:_FEWEST_LABELS_AGAIN]
    if len(first) < _FEWEST_LABELS_AGAIN or len(set(first)) < len(first):
        return []
    (number, name), *others = first
    found: list[int] = []
    for at in range(_FEWEST_LABELS_AGAIN, len(keys) - _FEWEST_LABELS_AGAIN + 1):
        # Forms in a row may be numbered themselves.
        numbers = (number, f"arabic {len(found) + 2}" if number == "arabic 1" else number)
        if keys[at][1] == name and keys[at][0] in numbers and keys[at + 1 : at + _FEWEST_LABELS_AGAIN] == others:
            found.append(marks[at][0])
    return found


def _mark_of(form: Form, block: Block) -> tuple[str, str] | None:
    """The number and the label with which a line begins."""
    if not isinstance(block, Paragraph) or block.is_margin:
        return None
    head, colon, _ = part_label(block.text)
    number = read_numbering(head)
    if not colon and not number and len(head) > LONGEST_LABEL:
        return None
    label = form.find(head)
    if label is None or label.is_group or label.is_aside:
        return None
    return (f"{number.style} {number.value}" if number else ""), label.names[0]
