"""Pictures of text read by Tesseract: many small pictures in one process, each word with its place and certainty."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from lxml import etree

from ingest.confinement import inherited

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Gray = NDArray[np.uint8]

PACKAGES = "tesseract-ocr tesseract-ocr-vie"
"""The Debian packages in which it comes with its knowledge of Vietnamese."""

_LISTING_SECONDS = 20.0
_HTML = "{http://www.w3.org/1999/xhtml}"


class TesseractFailed(Exception):
    """Tesseract took longer than it may, or ended without an answer."""


@dataclass(frozen=True, slots=True)
class Word:
    """Lengths in pixels of the picture, downwards; `size` is the height of its line's letters from the deepest to the
    highest; `confidence` is 0–1. Words of one line have the same `line`."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    baseline: float
    size: float
    confidence: float
    line: int


@cache
def find_tesseract() -> Path | None:
    """The program, if it is on this computer."""
    found = shutil.which("tesseract")
    return Path(found) if found else None


@cache
def reads_vietnamese() -> bool:
    """Whether Tesseract is there and has been taught Vietnamese."""
    program = find_tesseract()
    if program is None:
        return False
    try:
        listed = subprocess.run(
            [program, "--list-langs"],
            capture_output=True,
            stdin=subprocess.DEVNULL,
            env=_environment(),
            timeout=_LISTING_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return b"vie" in listed.stdout.split()


def read_words(pictures: Sequence[Gray], dpi: int, seconds: float) -> list[list[Word]]:
    """The words of each picture, which holds one block of lines, black on white, `dpi` pixels an inch.

    Raises TesseractFailed when all together take longer than `seconds`.
    """
    import cv2

    program = find_tesseract()
    if program is None or seconds <= 0:
        raise TesseractFailed
    if not pictures:
        return []
    with tempfile.TemporaryDirectory(prefix="banha-ocr-") as name:
        folder = Path(name)
        names = []
        for number, picture in enumerate(pictures):
            names.append(f"{number}.pgm")
            _, encoded = cv2.imencode(".pgm", picture)
            (folder / names[-1]).write_bytes(encoded.tobytes())
        (folder / "list.txt").write_text("".join(f"{name}\n" for name in names))
        # Cells are blocks of lines (6); Tesseract's own search for columns and tables finds less than ours.
        command = [str(program), "list.txt", "answer", "-l", "vie", "--psm", "6", "--dpi", str(dpi), "hocr"]
        try:
            subprocess.run(
                command,
                cwd=folder,
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=seconds,
                check=True,
            )
            pages = _pages((folder / "answer.hocr").read_bytes())
        except (OSError, subprocess.SubprocessError, etree.XMLSyntaxError, ValueError) as error:
            raise TesseractFailed from error
    if len(pages) != len(pictures):
        raise TesseractFailed
    return pages


def _environment() -> dict[str, str]:
    # Its threads wait for one another more than they work (0.3 s become 2 s on a busy computer).
    return inherited("TESSDATA_PREFIX", "TMPDIR") | {"OMP_THREAD_LIMIT": "1", "LC_ALL": "C.UTF-8"}


def _pages(hocr: bytes) -> list[list[Word]]:
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False)
    root = etree.fromstring(hocr, parser)
    return [list(_words(page)) for page in root.iter(f"{_HTML}div") if page.get("class") == "ocr_page"]


def _words(page: etree._Element) -> Iterator[Word]:
    number = 0
    for line in page.iter(f"{_HTML}span"):
        properties = _properties(line)
        if "baseline" not in properties or "x_size" not in properties:
            continue
        number += 1
        x0, _, _, bottom = properties["bbox"]
        slope, offset = properties["baseline"]
        for word in line.iter(f"{_HTML}span"):
            found = _properties(word)
            text = unicodedata.normalize("NFC", "".join(map(str, word.itertext()))).strip()
            if word.get("class") != "ocrx_word" or not text:
                continue
            left, top, right, low = found["bbox"]
            yield Word(
                text,
                left,
                right,
                top,
                low,
                bottom + offset + slope * ((left + right) / 2 - x0),
                properties["x_size"][0],
                found["x_wconf"][0] / 100,
                number,
            )


def _properties(element: etree._Element) -> dict[str, list[float]]:
    """``bbox 22 24 41 60; x_wconf 93`` as numbers by name; what is no number is left out."""
    found: dict[str, list[float]] = {}
    for part in (element.get("title") or "").split(";"):
        name, *values = part.split()
        if not name.startswith(("bbox", "baseline", "x_size", "x_wconf")):
            continue
        found[name] = [float(value) for value in values]
    return found
