"""What is recovered from each format and charset, how fast and with how much memory, beside other readers.

The others (viparse, markitdown, kreuzberg) may live in an environment of their own: ``--others PYTHON``.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz.distance import LCSseq

from benchmarks.conditions import SHARED, print_conditions, print_table

_SAMPLES = SHARED / "samples"
_TIMEOUT_S = 300
# Each reads one file and prints its text, the seconds this took without imports, and the peak memory in megabytes.
_FRAME = """
import json, pathlib, re, resource, sys, time
{prepare}
began = time.perf_counter()
text = read(sys.argv[1])
seconds = time.perf_counter() - began
own = int(re.search(r"VmHWM:\\s+(\\d+)", pathlib.Path("/proc/self/status").read_text())[1])
children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(json.dumps({{"text": text, "seconds": seconds, "megabytes": max(own, children) / 1000}}))
"""
_PREPARE = {
    "banha": """
from pathlib import Path
from ingest import read_document
def read(path): return "\\n".join(read_document(Path(path)).lines())
""",
    "viparse": """
import viparse
def read(path): return "\\n".join(part.text for part in viparse.load(path, ocr=path.endswith("_scan.pdf")))
""",
    "markitdown": """
from markitdown import MarkItDown
tool = MarkItDown()
def read(path): return tool.convert(path).text_content
""",
    "kreuzberg": """
import kreuzberg
def read(path): return kreuzberg.extract_file_sync(path).content
""",
}
_GROUPS: Mapping[str, tuple[str, ...]] = {
    "DOCX, Unicode": ("proposal.docx", "cv.docx", "need.docx", "proposal_nfd.docx"),
    "DOCX, TCVN3 or VNI": ("proposal_tcvn3.docx", "cv_tcvn3.docx", "proposal_vni.docx", "need_vni.docx"),
    "DOC, Unicode": ("proposal.doc", "cv.doc", "need.doc"),
    "DOC, TCVN3": ("proposal_tcvn3.doc",),
    "RTF": ("need.rtf",),
    "PDF, Unicode": ("proposal.pdf", "cv.pdf", "need.pdf"),
    "PDF, letters of fallback fonts": ("proposal_fallbackfont.pdf",),
    "PDF, TCVN3 or VNI": ("proposal_tcvn3.pdf", "proposal_vni.pdf"),
    "PDF, scanned": ("proposal_scan.pdf",),
    "HTML": ("proposal.html", "cv.html", "need.html"),
    "TXT, Unicode": ("proposal_utf8.txt", "proposal_utf16.txt", "proposal_nfd.txt"),
    "TXT, Windows-1258": ("proposal_cp1258.txt",),
    "TXT, TCVN3 or VNI": ("proposal_tcvn3.txt", "proposal_vni.txt"),
    "XLSX, Unicode": ("tasks.xlsx",),
    "XLSX, TCVN3": ("tasks_tcvn3.xlsx",),
    "XLS": ("tasks.xls",),
    "CSV": ("tasks_utf8bom.csv", "tasks_utf16.csv", "tasks_cp1258.csv"),
}


@dataclass(frozen=True, slots=True)
class Gold:
    """What a file says: `lines`, and the cells of its table rows."""

    lines: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Score:
    """Shares (0–1) recovered of the characters in their order, the words with marks, the lines and the rows; None for
    a file that the tool refuses."""

    characters: float
    marked_words: float
    lines: float
    rows: float
    seconds: float
    megabytes: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--others", default=sys.executable, help="the Python whose environment holds the other readers")
    others = parser.parse_args().others
    if not _SAMPLES.is_dir():
        print("The samples of forms lie in `shared` beside the checkout; they are absent, nothing to measure.")
        return
    print_conditions("Reading files")
    gold = _load_gold()
    tools = {name: sys.executable if name == "banha" else others for name in _PREPARE}
    tools = {name: python for name, python in tools.items() if name == "banha" or _has(python, name)}
    rows = []
    for group, files in _GROUPS.items():
        for name, python in tools.items():
            scores = [_measure(name, python, _SAMPLES / file, gold[_stem(file)]) for file in files]
            rows.append([group, f"**{name}**" if name == "banha" else name, *_mean(scores)])
    print_table(["files", "reader", "characters", "marked words", "lines", "rows", "s a file", "peak MB"], rows)
    print(
        "\nCharacters: longest common subsequence over the length of the gold text. Marked words: those with a letter "
        "beyond ASCII, exactly right. Lines and rows: found whole, cells in order, signs between words aside. Means "
        "over the files of a kind; a refused file counts as nothing recovered. Time without imports, each file in a "
        "process of its own."
    )


def _load_gold() -> dict[str, Gold]:
    forms = json.loads((_SAMPLES / "gold.json").read_text("utf-8"))
    gold = {name: Gold(form["lines"], form["rows"]) for name, form in forms.items()}
    tasks = [[str(cell) for cell in row] for row in json.loads((_SAMPLES / "tasks_gold.json").read_text("utf-8"))]
    # Numbers are written in many ways (2587, 2.587, 2587.0): only the words of a row are compared.
    words = [[row[1], row[2], row[3], row[4]] for row in tasks]
    gold["tasks"] = Gold([cell for row in words for cell in row], words)
    return gold


def _stem(file: str) -> str:
    return re.split(r"[_.]", file)[0]


def _has(python: str, module: str) -> bool:
    found = subprocess.run([python, "-c", f"import {module}"], capture_output=True, check=False).returncode == 0
    if not found:
        print(f"{module} is not installed and left out (`pip install '.[bench]'`).\n")
    return found


def _measure(name: str, python: str, path: Path, gold: Gold) -> Score | None:
    program = _FRAME.format(prepare=_PREPARE[name])
    try:
        done = subprocess.run(
            [python, "-c", program, str(path)], capture_output=True, text=True, timeout=_TIMEOUT_S, check=True
        )
        answer = json.loads(done.stdout.splitlines()[-1])
    except (subprocess.SubprocessError, ValueError, IndexError):
        if name == "banha":
            raise
        return None
    text = unicodedata.normalize("NFC", answer["text"])
    wanted, got = " ".join(map(_plain, gold.lines)), _plain(text)
    asked, found = _marked_words(wanted), _marked_words(got)
    return Score(
        LCSseq.similarity(wanted, got) / len(wanted),
        (asked & found).total() / asked.total(),
        _share(gold.lines, got),
        _share([" ".join(row) for row in gold.rows], got),
        answer["seconds"],
        answer["megabytes"],
    )


def _plain(text: str) -> str:
    """The words of a text; what stands between them is a blank."""
    return " ".join(re.findall(r"\w+", unicodedata.normalize("NFC", text)))


def _marked_words(text: str) -> Counter[str]:
    return Counter(word for word in text.split() if not word.isascii())


def _share(wanted: Sequence[str], text: str) -> float:
    within = f" {text} "
    plain = [line for line in map(_plain, wanted) if line]
    return sum(f" {line} " in within for line in plain) / len(plain)


def _mean(scores: Sequence[Score | None]) -> list[str]:
    read = [score for score in scores if score is not None]
    if not read:
        return ["refused", "–", "–", "–", "–", "–"]
    shares = [
        f"{sum(getattr(score, name) for score in read) / len(scores):.3f}"
        for name in ("characters", "marked_words", "lines", "rows")
    ]
    mean_s = sum(score.seconds for score in read) / len(read)
    return [*shares, f"{mean_s:.3f}", f"{max(score.megabytes for score in read):.0f}"]


if __name__ == "__main__":
    main()
