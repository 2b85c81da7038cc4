"""The format of a file, told from its bytes rather than its name."""

from __future__ import annotations

from ingest.errors import N_, FileRefused
from ingest.readers.ole import MAGIC, detect_ole_format
from ingest.readers.opened import OpenedFile

FORMAT_OF_SUFFIX = {
    ".docx": "docx",
    ".doc": "doc",
    ".dot": "doc",
    ".rtf": "rtf",
    ".odt": "odt",
    ".ott": "odt",
    ".xlsx": "xlsx",
    ".xls": "xls",
    ".xlt": "xls",
    ".ods": "ods",
    ".ots": "ods",
    ".pptx": "pptx",
    ".ppsx": "pptx",
    ".potx": "pptx",
    ".ppt": "ppt",
    ".pps": "ppt",
    ".pot": "ppt",
    ".odp": "odp",
    ".otp": "odp",
    ".pdf": "pdf",
    ".png": "png",
    ".jpg": "jpeg",
    ".jpeg": "jpeg",
    ".tif": "tiff",
    ".tiff": "tiff",
    ".bmp": "bmp",
    ".csv": "csv",
    ".tsv": "csv",
    ".html": "html",
    ".htm": "html",
    ".txt": "txt",
    ".md": "md",
    ".markdown": "md",
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
}
_TEXT_FORMATS = frozenset({"csv", "html", "txt", "md", "json", "jsonl"})

_ZIP_MAGIC = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_PICTURE_MAGIC = (
    (b"\x89PNG\r\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"BM", "bmp"),
)
_OTHER_MAGIC = (
    (b"GIF8", "GIF"),
    (b"RIFF", "WebP"),
    (b"Rar!\x1a", "RAR"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x1f\x8b", "gzip"),
    (b"MIME-Version:", "MHTML"),
)
_PICTURES = frozenset({"GIF", "WebP"})
_ARCHIVES = frozenset({"ZIP", "RAR", "7z", "gzip"})
_OWN_SUFFIXES = {
    "Excel binary (xlsb)": {".xlsb"},
    "GIF": {".gif"},
    "WebP": {".webp"},
    "ZIP": {".zip"},
    "RAR": {".rar"},
    "7z": {".7z"},
    "gzip": {".gz", ".tgz"},
    "MHTML": {".mht", ".mhtml"},
    "XML": {".xml"},
}


def detect_format(opened: OpenedFile) -> str:
    """``zip`` (an office package, looked into later), doc, doc6, doc95, xls, xls5, ppt, rtf, pdf, png, jpeg, tiff, bmp,
    csv, html, txt, md, json or jsonl.

    Raises FileRefused for formats that cannot be read, saying what the file really is.
    """
    raw = opened.raw
    if raw.startswith(_ZIP_MAGIC):
        return "zip"
    if raw.startswith(MAGIC):
        if (format := detect_ole_format(opened)) is None:
            raise refused_format(opened, "Microsoft OLE")
        return format
    if raw.startswith(b"{\\rtf"):
        return "rtf"
    if _is_pdf(raw):
        return "pdf"
    for magic, format in _PICTURE_MAGIC:
        if raw.startswith(magic) and _is_surely(format, raw):
            return format
    for magic, format in _OTHER_MAGIC:
        if raw.startswith(magic) and _is_surely(format, raw):
            raise refused_format(opened, format)
    markup = raw[:4096].removeprefix(b"\xef\xbb\xbf").replace(b"\0", b"").strip(b"\xff\xfe \t\r\n").lower()
    if markup.startswith((b"<!doctype html", b"<html")) or (markup.startswith(b"<") and b"<html" in markup):
        return "html"
    if markup.startswith(b"<?xml"):
        raise refused_format(opened, "XML")
    return _text_format(opened)


def refused_format(opened: OpenedFile, format: str) -> FileRefused:
    """The refusal of a format that no reader reads, with what to do instead."""
    if opened.suffix and opened.suffix not in _OWN_SUFFIXES.get(format, ()):
        message = N_(
            "This is a {format} file named {suffix}; the name does not change what it is. "
            "Open it in the program that made it and save it as .docx or .xlsx."
        )
        return opened.refused(message, format=format, suffix=opened.suffix)
    if format in _PICTURES:
        message = N_(
            "Pictures of this kind ({format}) cannot be read. Save them as .png or .jpg, or send the original file."
        )
    elif format in _ARCHIVES:
        message = N_("This is an archive ({format}). Unpack it and give the files in it.")
    elif format == "Excel binary (xlsb)":
        message = N_("{format} files cannot be read yet. Open the file in Excel or LibreOffice and save it as .xlsx.")
    else:
        message = N_("{format} files cannot be read yet. Open the file in Word or LibreOffice and save it as .docx.")
    return opened.refused(message, format=format)


def _is_pdf(raw: bytes) -> bool:
    """Readers accept a little of anything before the mark; so do we, where the rest is surely a PDF."""
    start = raw[:1024].find(b"%PDF-")
    return start == 0 or (start > 0 and b"endobj" in raw)


def _is_surely(format: str, raw: bytes) -> bool:
    """Short magics also begin ordinary text (``BM…``, ``GIF8…``): pictures hold bytes that text does not."""
    if format == "WebP":
        return raw[8:12] == b"WEBP"
    return format not in {"bmp", "GIF"} or b"\0" in raw[:32]


def _text_format(opened: OpenedFile) -> str:
    format = FORMAT_OF_SUFFIX.get(opened.suffix, "txt")
    named_otherwise = any(opened.suffix in suffixes for suffixes in _OWN_SUFFIXES.values())
    if format in _TEXT_FORMATS and not named_otherwise:
        return format
    raise opened.refused(
        N_(
            "The content is not that of a {suffix} file: it is damaged or was renamed. "
            "Open it in the program that made it and save it again, or name plain text .txt."
        ),
        suffix=opened.suffix,
    )
