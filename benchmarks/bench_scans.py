"""Scanned forms: how much of them is read, how fast, and whether the certainty tells right values from wrong ones."""

from __future__ import annotations

import json
import os
import resource
import tempfile
from itertools import chain
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks.conditions import SHARED, print_conditions, print_table
from benchmarks.scanning import Figures, Scanner, as_pdf, compare
from ingest import read_document

_SCANNERS = (
    Scanner(),
    Scanner(dpi=200, angle=-1.5, grain=6),
    Scanner(dpi=150, angle=3.0, blur=1.0, grain=6),
)


def main() -> None:
    print_conditions("Scans of forms")
    samples = SHARED / "samples"
    if not samples.is_dir():
        print("The sample forms are not beside this checkout.")
        return
    gold: dict[str, Any] = json.loads((samples / "gold.json").read_text("utf-8"))
    results: list[Figures] = []
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        files = [("proposal_scan.pdf", "as it is", samples / "proposal_scan.pdf", "proposal")]
        for form in ("need", "proposal"):
            for number, scanner in enumerate(_SCANNERS):
                path = Path(folder, f"{form}{number}.pdf")
                path.write_bytes(as_pdf(scanner.scan(samples / f"{form}.pdf"), scanner.dpi))
                files.append((f"{form}.pdf", str(scanner), path, form))
        for name, how, path, form in files:
            pages: list[int] = []
            spent, began = _processor(), perf_counter()
            document = read_document(path, progress=lambda *step, seen=pages: seen.append(step[1]))
            clock, spent = perf_counter() - began, _processor() - spent
            figures = compare(document, gold[form])
            results.append(figures)
            shares = (f"{value:.3f}" for value in (figures.lines, figures.rows, figures.errors))
            rows.append([name, how, *shares, f"{clock / len(pages):.1f}", f"{spent / len(pages):.1f}"])
    print_table(["form", "scanned", "lines", "rows", "characters wrong", "s a page", "s of the processor"], rows)
    together = Figures(0, 0, 0, tuple(chain.from_iterable(figures.values for figures in results)))
    right, wrong = together.means
    print(
        f"{len(together.values)} values, {sum(not is_right for is_right, _ in together.values)} of them wrong: mean "
        f"confidence {right:.3f} of right and {wrong:.3f} of wrong ones; a right one is surer than a wrong one in "
        f"{together.auc:.0%} of pairs."
    )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"Peak memory of the reader: {peak:.0f} MB.")


def _processor() -> float:
    taken = os.times()
    return taken.user + taken.system + taken.children_user + taken.children_system


if __name__ == "__main__":
    main()
