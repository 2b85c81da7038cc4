"""From a file to a Document: the format is told from the bytes, and the reader of that format does the rest."""

from __future__ import annotations

from pathlib import Path

from ingest.document import Document
from ingest.errors import N_, FileRefused
from ingest.failures import refusing_failures
from ingest.readers.opened import DEFAULT_LIMITS, Limits, OpenedFile, Progress, no_progress, open_file
from ingest.readers.sniff import FORMAT_OF_SUFFIX, detect_format

__all__ = ["DEFAULT_LIMITS", "READABLE_SUFFIXES", "Limits", "Progress", "no_progress", "read_document"]

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
            if package.format == "docx":
                from ingest.readers.docx import read_docx

                return read_docx(package)
            from ingest.readers.xlsx import read_xlsx

            return read_xlsx(package)
        case "pdf":
            from ingest.readers.pdf import read_pdf

            return read_pdf(opened, lambda done, total: opened.progress("page", done, total))
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
