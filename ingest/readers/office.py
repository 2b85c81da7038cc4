"""Files of other office programs, converted by LibreOffice to what our own readers read."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.errors import N_
from ingest.readers.libreoffice import KEPT, PACKAGES, SECONDS, Stuck, find_office, run_alone
from ingest.readers.opened import OpenedFile, Progress
from ingest.readers.rtf import strip_rtf


@dataclass(frozen=True, slots=True)
class _Conversion:
    """`source` is the filter that reads the file: named, so that nothing else is taken for the format it is not."""

    label: str
    source: str
    suffix: str
    target: str
    program: str


_TEXT = "MS Word 2007 XML"
_SHEETS = "Calc MS Excel 2007 XML"
_SLIDES = "Impress MS PowerPoint 2007 XML"
_CONVERSIONS = {
    "doc": _Conversion("Word 97–2003", "MS Word 97", "docx", _TEXT, "Word"),
    "doc95": _Conversion("Word 95", "MS Word 95", "docx", _TEXT, "Word"),
    "doc6": _Conversion("Word 6", "MS WinWord 6.0", "docx", _TEXT, "Word"),
    "rtf": _Conversion("RTF", "Rich Text Format", "docx", _TEXT, "Word"),
    "odt": _Conversion("OpenDocument text", "writer8", "docx", _TEXT, "Word"),
    "xls": _Conversion("Excel 97–2003", "MS Excel 97", "xlsx", _SHEETS, "Excel"),
    "xls5": _Conversion("Excel 5", "MS Excel 5.0/95", "xlsx", _SHEETS, "Excel"),
    "ods": _Conversion("OpenDocument spreadsheet", "calc8", "xlsx", _SHEETS, "Excel"),
    "ppt": _Conversion("PowerPoint 97–2003", "MS PowerPoint 97", "pptx", _SLIDES, "PowerPoint"),
    "odp": _Conversion("OpenDocument presentation", "impress8", "pptx", _SLIDES, "PowerPoint"),
}


def _run(conversion: _Conversion, program: Path, source: Path, progress: Progress) -> Path:
    """Where the converted file lies, if it could be made. Raises Stuck."""
    made = f"source.{conversion.suffix}"

    def command(folder: Path) -> tuple[str, ...]:
        return (
            f"--infilter={conversion.source}",
            *("--convert-to", f"{conversion.suffix}:{conversion.target}"),
            *("--outdir", str(folder), str(source)),
        )

    # Each writes into a folder of its own: the lock of one that has died would keep the next from saving.
    by_kept, alone = source.parent / "by-kept", source.parent / "alone"
    if KEPT.is_ready:
        if KEPT.convert(command(by_kept), by_kept / made):
            return by_kept / made
        progress("page", 0, 1)  # from here on it has its full time again
    run_alone(program, source.parent / "profile", command(alone))
    return alone / made


def convert(opened: OpenedFile, format: str) -> bytes:
    """The .docx, .xlsx or .pptx that LibreOffice makes of a doc (doc6, doc95), rtf, odt, xls (xls5), ods, ppt or odp.

    Raises FileRefused where LibreOffice is missing, cannot open the file, or takes too long.
    """
    conversion = _CONVERSIONS[format]
    program = find_office()
    help: dict[str, Any] = {
        "format": conversion.label,
        "program": conversion.program,
        "suffix": f".{conversion.suffix}",
    }
    if program is None:
        raise opened.refused(
            N_(
                "{format} files are read with LibreOffice, which is not on this computer. Ask its administrator to "
                "install it (apt install {packages}), or open the file in {program} and save it as {suffix}."
            ),
            packages=PACKAGES,
            **help,
        )
    with tempfile.TemporaryDirectory(prefix="banha-office-") as name:
        folder = Path(name)
        source = folder / "source"
        source.write_bytes(strip_rtf(opened) if format == "rtf" else opened.raw)
        try:
            target = _run(conversion, program, source, opened.progress)
        except Stuck:
            message = N_(
                "LibreOffice was not done with this file after {limit} seconds. "
                "Open it in {program}, save it as {suffix}, or split it into smaller files."
            )
            raise opened.refused(message, limit=round(SECONDS), **help) from None
        if target.is_file() and 0 < (size := target.stat().st_size) <= opened.limits.max_unpacked:
            return target.read_bytes()[:size]
    raise opened.refused(
        N_(
            "LibreOffice cannot open this {format} file: it is damaged or was cut off. "
            "Open it in {program}, repair it and save it as {suffix}."
        ),
        **help,
    )
