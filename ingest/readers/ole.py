"""Files of the time before .docx (OLE compound files): which program made them, and whether they are safe to read."""

from __future__ import annotations

import io
import struct

from ingest.errors import N_
from ingest.readers.opened import OpenedFile

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

# Names in the directory, whose entries begin at multiples of 128 bytes, compared in capitals.
_MACRO_ENTRIES = tuple(name.encode("utf-16-le") for name in ("_VBA_PROJECT", "MACROS\0", "PROJECTWM\0"))
_ENCRYPTED_ENTRY = "ENCRYPTEDPACKAGE\0".encode("utf-16-le")
_ENTRY = 128
# VbaInfoContainer and VbaInfoAtom of a presentation ([MS-PPT] 2.4.10), before persistIdRef and fHasMacros.
_PPT_MACROS = bytes.fromhex("0f00ff0314000000020000040c000000")
_PROGRAM_STREAMS = frozenset({"worddocument", "workbook", "book", "powerpoint document", "current user"})
_WORD_ENCRYPTED = 0x0100  # FibBase.fEncrypted, [MS-DOC] 2.5.2
_WORD_6, _WORD_95 = range(0x60, 0x67), range(0x67, 0x6A)  # nFib
_POWERPOINT_ENCRYPTED = 0xF3D1C4DF  # CurrentUserAtom.headerToken, [MS-PPT] 2.3.2
_EXCEL_FILEPASS = 0x002F
CUT_OFF = N_(
    "The file is damaged or was cut off. Open it in the program that made it and save it again, or send it again."
)
PROTECTED = N_("The file is protected by a password. Open it, take the password off, and save it again.")

HOLDS_MACROS = N_("The file holds macros, which are never opened. Save it as .docx or .xlsx (without macros).")


def detect_ole_format(opened: OpenedFile) -> str | None:
    """doc (doc6, doc95), xls (xls5) or ppt; None for what other programs store in this way.

    Raises FileRefused for damaged files, for those that hold macros, and for those under a password.
    """
    import olefile

    if _holds_macros(opened.raw):
        raise opened.refused(HOLDS_MACROS)
    if _has_entry(opened.raw, _ENCRYPTED_ENTRY):
        raise opened.refused(PROTECTED)
    try:
        with olefile.OleFileIO(io.BytesIO(opened.raw)) as ole:
            root = {path[0].lower() for path in ole.listdir(streams=True, storages=True) if len(path) == 1}
            starts = {name: ole.openstream(name).read(4096) for name in _PROGRAM_STREAMS & root}
    except (OSError, ValueError, LookupError, TypeError, struct.error):
        raise opened.refused(CUT_OFF) from None
    if "worddocument" in starts:
        return _word(opened, starts["worddocument"])
    if workbook := starts.get("workbook") or starts.get("book"):
        _refuse_protected_workbook(opened, workbook)
        return "xls" if "workbook" in starts else "xls5"
    if "powerpoint document" in starts:
        user = starts.get("current user", b"")
        if "encryptedsummary" in root or user[12:16] == struct.pack("<I", _POWERPOINT_ENCRYPTED):
            raise opened.refused(PROTECTED)
        return "ppt"
    return None


def _word(opened: OpenedFile, start: bytes) -> str:
    if len(start) >= 12 and int.from_bytes(start[10:12], "little") & _WORD_ENCRYPTED:
        raise opened.refused(PROTECTED)
    version = int.from_bytes(start[2:4], "little")
    return "doc6" if version in _WORD_6 else "doc95" if version in _WORD_95 else "doc"


def _refuse_protected_workbook(opened: OpenedFile, start: bytes) -> None:
    """The record that tells of a password is among the first ([MS-XLS] 2.1.7.20.3)."""
    at = 0
    while at + 4 <= len(start):
        kind, size = struct.unpack_from("<HH", start, at)
        if kind == _EXCEL_FILEPASS:
            raise opened.refused(PROTECTED)
        at += 4 + size


def _holds_macros(raw: bytes) -> bool:
    at = raw.find(_PPT_MACROS)
    if at >= 0 and raw[at + len(_PPT_MACROS) + 4 : at + len(_PPT_MACROS) + 8] == b"\1\0\0\0":
        return True
    return _has_entry(raw, *_MACRO_ENTRIES)


def _has_entry(raw: bytes, *names: bytes) -> bool:
    """Looked for in all of the file: what is hidden from one reader may be found by another."""
    raw = raw.upper()  # names are the same in any case
    for name in names:
        at = raw.find(name)
        while at >= 0:
            if at % _ENTRY == 0:
                return True
            at = raw.find(name, at + 1)
    return False
