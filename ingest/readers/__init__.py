"""From a file to a Document: the format is told from the bytes, and the reader of that format does the rest."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.document import Document
from ingest.errors import N_, FileRefused
from ingest.failures import refusing_failures
from ingest.readers.opened import DEFAULT_LIMITS, Limits, OpenedFile, Progress, no_progress, open_file
from ingest.readers.sniff import FORMAT_OF_SUFFIX, detect_format

if TYPE_CHECKING:
    from ingest.readers.package import Package

__all__ = ["DEFAULT_LIMITS", "READABLE_SUFFIXES", "Limits", "Progress", "no_progress", "read_document"]

_OWN_PACKAGES = frozenset({"docx", "xlsx", "pptx"})
_ANY_RATIO = 2_000  # more than deflate can
READABLE_SUFFIXES = frozenset(FORMAT_OF_SUFFIX)


def read_document(path: Path, *, limits: Limits = DEFAULT_LIMITS, progress: Progress = no_progress) -> Document:
    """Raises FileRefused, and nothing else, for a file of which nothing can be read; its message says what to do.

    Places that could not be read while the rest was are in the document's `problems`.
    """
    opened = open_file(path, limits, progress)
    with refusing_failures(opened.name):
        document = _read(opened, detect_format(opened))
    if not any(line.strip() for line in document.lines()):
        if document.problems:
            first = document.problems[0]
            raise FileRefused(opened.name, first.message, first.place, **first.params)
        raise opened.refused(N_("There is no text in this file. If its pages are pictures, send the original text."))
    return document


def _read(opened: OpenedFile, format: str) -> Document:
    # The readers are imported when first needed: lxml and openpyxl take a while to load.
    match format:
        case "zip":
            from ingest.readers.package import open_package

            package = open_package(opened)
            return _read_package(package) if package.format in _OWN_PACKAGES else _convert(opened, package.format)
        case "doc" | "doc6" | "doc95" | "rtf" | "ppt":
            return _convert(opened, format)
        case "xls" | "xls5":
            from ingest.readers.xls import Unreadable, read_xls

            try:
                return read_xls(opened)
            except Unreadable:
                return _convert(opened, format)
        case "pdf":
            from ingest.readers.pdf import read_pdf

            return read_pdf(opened, lambda done, total: opened.progress("page", done, total))
        case "png" | "jpeg" | "tiff" | "bmp":
            from ingest.readers.pictures import read_picture

            return read_picture(opened, format, lambda done, total: opened.progress("page", done, total))
        case "csv":
            from ingest.readers.csv import read_csv

            return read_csv(opened)
        case "html":
            from ingest.readers.html import read_html

            return read_html(opened)
        case "json":
            from ingest.readers.json import read_json

            return read_json(opened)
        case "jsonl":
            from ingest.readers.json import read_json_lines

            return read_json_lines(opened)
        case "md":
            from ingest.readers.text import read_markdown

            return read_markdown(opened)
        case _:
            from ingest.readers.text import read_text

            return read_text(opened)


def _read_package(package: Package) -> Document:
    match package.format:
        case "docx":
            from ingest.readers.docx import read_docx

            return read_docx(package)
        case "xlsx":
            from ingest.readers.xlsx import read_xlsx

            return read_xlsx(package)
        case _:
            from ingest.readers.pptx import read_pptx

            return read_pptx(package)


def _convert(opened: OpenedFile, format: str) -> Document:
    """What LibreOffice makes of the file, read by our own reader; the document is still the one in the file."""
    from ingest.readers.office import convert
    from ingest.readers.package import open_package

    # What repeats itself packs well; the limits of size hold.
    limits = replace(opened.limits, max_ratio=_ANY_RATIO)
    document = _read_package(open_package(replace(opened, raw=convert(opened, format), limits=limits)))
    return replace(document, format=format.rstrip("0123456789"), sha256=hashlib.sha256(opened.raw).hexdigest())
