"""Files that people attach: their names, sizes and formats checked before they are kept."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Mapping
from io import BytesIO
from pathlib import PurePath

from api.uploads import clean_name
from index.attachments import Attachment
from ingest import N_, FileRefused
from ingest.readers.opened import OpenedFile
from ingest.readers.sniff import detect_format

LARGEST_MB = 20
MEDIA_TYPES: Mapping[str, str] = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpeg": "image/jpeg",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
}
SUFFIXES = (".pdf", ".png", ".jpg", ".jpeg", ".docx", ".xlsx", ".pptx", ".odt", ".ods")
# What stands in an office package of each format.
_PARTS: Mapping[str, str] = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx", "ppt/presentation.xml": "pptx"}
_SMALLEST_TYPE = 200  # bytes, of the entry in which an OpenDocument file names its format


def take_attachment(name: str | None, content: bytes, limit_mb: int) -> Attachment:
    """What is to be attached, by its bytes and not by its name. Raises FileRefused for an empty or too large file, one
    with macros, and formats that are not for documents and pictures."""
    clean = clean_name(name)
    limit = min(limit_mb, LARGEST_MB)
    if not content:
        raise FileRefused(clean, N_("The file is empty."))
    if len(content) > limit * 1_000_000:
        raise FileRefused(clean, N_("The file is larger than {limit} MB."), limit=limit)
    format = detect_format(OpenedFile(clean, PurePath(clean).suffix.lower(), content))
    if format == "zip":
        format = _tell_package(content)
    if format not in MEDIA_TYPES:
        raise FileRefused(
            clean, N_("Files of this kind are not attached. Attach one of these: {kinds}."), kinds=", ".join(SUFFIXES)
        )
    return Attachment.of(content, clean, format)


def _tell_package(content: bytes) -> str:
    """The format of an office package; ``zip`` for any other archive and for one with macros."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            names = set(package.namelist())
            if any(name.lower().endswith("vbaproject.bin") for name in names):
                return "zip"
            if "mimetype" in names and package.getinfo("mimetype").file_size < _SMALLEST_TYPE:
                written = package.read("mimetype").decode("ascii", errors="replace").strip()
                return next((format for format, type in MEDIA_TYPES.items() if type == written), "zip")
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, OSError):
        return "zip"
    return next((format for part, format in _PARTS.items() if part in names), "zip")
