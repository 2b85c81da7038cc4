"""Drafts read back from Word documents: what they claim, and what they show where they claim it."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from api.errors import BadInput
from api.orders.embedding import NAMESPACE
from api.orders.statement import read_statement
from ingest import N_
from matcher.orders.proof import Statement, number_marks, show_figure, show_sentence

if TYPE_CHECKING:
    from lxml.etree import _Element

_LARGEST = 50_000_000  # bytes of one part when unpacked; a draft has less than a hundredth
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_BREAKS: Mapping[str, str] = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n"}
_ITEM = re.compile(r"customXml/item\d+\.xml")
_MARK = re.compile(r"\[(?:\d+|[NH]\d+–[NH]\d+)\]")
_TO_FILL_IN = re.compile(r"\[cần bổ sung\]|☐|…")
_BODY = "word/document.xml"


@dataclass(frozen=True, slots=True)
class ReadDraft:
    """`shown`: bookmark → what the document shows there, None for what was taken out. `added` was written
    in a paragraph of quoted sentences and belongs to none of them, or bears a mark as if it were one. `words` are the
    paragraphs in which no quoted sentence stands."""

    statement: Statement
    shown: Mapping[str, str | None]
    added: tuple[str, ...]
    words: tuple[str, ...]

    @property
    def unproved(self) -> tuple[str, ...]:
        """The paragraphs that the draft did not have: a person wrote them, and no record proves them."""
        return _without(self.words, (*self.statement.words, *self.added)) if self.statement.words else ()

    @property
    def lost(self) -> tuple[str, ...]:
        """The form's own words, headings among them, that are changed or taken out; what was to be filled in is not."""
        return tuple(text for text in _without(self.statement.words, self.words) if not _TO_FILL_IN.search(text))


@dataclass(frozen=True, slots=True)
class _Expected:
    """What the document shows where nobody has touched it, with the marks; figures without spaces."""

    sentences: tuple[str, ...]
    figures: frozenset[str]


def read_draft(path: Path) -> ReadDraft:
    """The claims of a draft and what the document shows now. Raises BadInput for what is no draft of ours."""
    try:
        with zipfile.ZipFile(path) as package:
            statement = _find_statement(package)
            body = _parse(package, _BODY) if statement else None
    except OSError as error:
        raise BadInput(
            N_("{file} cannot be read: {reason}."), file=str(path), reason=error.strerror or str(error)
        ) from error
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, KeyError, EOFError) as error:
        raise _no_draft(path) from error
    if statement is None or body is None:
        raise _no_draft(path)
    return read_body(statement, body)


def _no_draft(path: Path) -> BadInput:
    return BadInput(
        N_(
            "{file} is no draft of Ba Nhà, or the program that saved it dropped what it claims. Verify the .docx that "
            "banha order wrote, or one that was edited and saved as .docx."
        ),
        file=str(path),
    )


def _find_statement(package: zipfile.ZipFile) -> Statement | None:
    for name in package.namelist():
        root = _parse(package, name) if _ITEM.fullmatch(name) else None
        if root is not None and root.tag == f"{{{NAMESPACE}}}order":
            return read_statement(root.text or "")
    return None


def _parse(package: zipfile.ZipFile, name: str) -> _Element | None:
    """The root of an XML part, read without entities and without the network; None where it is too large or broken."""
    from lxml import etree

    if package.getinfo(name).file_size > _LARGEST:
        return None
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        return etree.fromstring(package.read(name), parser)
    except etree.XMLSyntaxError:
        return None


def read_body(statement: Statement, body: _Element) -> ReadDraft:
    """What the body of a document shows of a draft that claims this."""
    spans: dict[str, list[str]] = {}
    open_at: dict[str, str] = {}
    added: list[str] = []
    whole: list[str] = []
    beside: list[str] = []
    words: list[str] = []
    has_quotes = False
    cells = 0
    sentences, figures = _expect_sentences(statement), _expect_figures(statement)
    ours = {*sentences, *figures}
    expected = _Expected(tuple(sentences.values()), frozenset(figures.values()))
    for event, node in _walk(body):
        if node.tag == f"{_W}tc":
            cells += 1 if event == "start" else -1
        elif node.tag == f"{_W}p":
            if event == "end":
                said = [text for one in beside if (text := " ".join(one.split()))]
                # Tables list the marks themselves.
                if has_quotes or (not cells and any(_is_marked(text, expected) for text in said)):
                    added += said
                elif said and (text := " ".join(said)) and not _is_rank(_take_out(text, expected)):
                    words.append(text)
                whole.append("\n")
                beside, has_quotes = [""], bool(open_at)
            else:
                beside, has_quotes = [""], bool(open_at)
        elif event == "end":
            continue
        elif node.tag == f"{_W}bookmarkStart":
            name, number = node.get(f"{_W}name") or "", node.get(f"{_W}id") or ""
            if name in ours:
                open_at[number] = name
                spans.setdefault(name, [])
                has_quotes = True
                beside.append("")
        elif node.tag == f"{_W}bookmarkEnd":
            open_at.pop(node.get(f"{_W}id") or "", None)
        else:
            text = (node.text or "") if node.tag == f"{_W}t" else _BREAKS.get(str(node.tag), "")
            whole.append(text)
            if open_at:
                for name in open_at.values():
                    spans[name].append(text)
            elif beside:
                beside[-1] += text
    return ReadDraft(
        statement, _find_shown(statement, spans, "".join(whole)), tuple(_without_ranks(added)), tuple(words)
    )


def _walk(body: _Element) -> list[tuple[str, _Element]]:
    from lxml import etree

    return list(etree.iterwalk(body, events=("start", "end")))


def _find_shown(statement: Statement, spans: Mapping[str, list[str]], whole: str) -> dict[str, str | None]:
    """By bookmark; where a program has dropped it, by the text itself with its mark. A figure is a whole paragraph: “12
    phiếu” ends as “2 phiếu” does."""
    flat = _flatten(whole)
    lines = {_flatten(line) for line in whole.split("\n")}
    sentences, figures = _expect_sentences(statement), _expect_figures(statement)
    kept = {bookmark: text for bookmark, text in sentences.items() if _flatten(text) in flat}
    kept |= {bookmark: text for bookmark, text in figures.items() if text in lines}
    found = {bookmark: "".join(spans.get(bookmark, ())) for bookmark in (*sentences, *figures)}
    return {bookmark: text if text.strip() else kept.get(bookmark) for bookmark, text in found.items()}


def _expect_figures(statement: Statement) -> dict[str, str]:
    """By bookmark what the document shows, without spaces."""
    return {one.bookmark: _flatten("".join(show_figure(one.figure))) for one in statement.figures}


def _expect_sentences(statement: Statement) -> dict[str, str]:
    """By bookmark what the document shows where nobody has touched it."""
    marks = number_marks(claim.sentence for claim in statement.claims)
    return {
        claim.bookmark: "".join(show_sentence(claim.sentence, marks[claim.sentence.record, claim.sentence.value]))
        for claim in statement.claims
    }


def _is_marked(text: str, expected: _Expected) -> bool:
    """Whether it bears a mark that is none of ours, of which a program has dropped the bookmark."""
    return _MARK.search(text) is not None and _MARK.search(_take_out(text, expected)) is not None


def _take_out(text: str, expected: _Expected) -> str:
    """What is left, without spaces, when our sentences and figures and their marks are gone."""
    flat = _flatten(text)
    if flat in expected.figures:
        return ""
    if _MARK.search(flat):
        for one in sorted(expected.sentences, key=len, reverse=True):
            flat = flat.replace(_flatten(one), "")
    return flat


def _flatten(text: str) -> str:
    return "".join(text.split())


def _without_ranks(added: list[str]) -> list[str]:
    """Without the names of records before what they say, and the numbers before the entries of annexes."""
    return [text for text in added if not _is_rank(text)]


def _is_rank(text: str) -> bool:
    return not text or re.fullmatch(r"[NH]?\d+[.:]", text) is not None


def _without(texts: Sequence[str], others: Sequence[str]) -> tuple[str, ...]:
    """The texts that are not among the others, however they are spaced."""
    known = {_flatten(text) for text in others}
    return tuple(dict.fromkeys(text for text in texts if _flatten(text) not in known))
