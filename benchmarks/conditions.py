"""The conditions that every benchmark shares and states: the encoder, the public data, the machine, the tables."""

from __future__ import annotations

import datetime
import importlib.metadata
import json
import lzma
import os
import platform
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from index import SentenceTransformerEncoder, ensure_embedded_model
from ingest import Kind, Record, Section
from ingest.records import DEFAULT_HOUSE
from matcher import Evaluation, Measure, write_run
from matcher.evaluation import write_per_query

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
PROVINCE = ROOT / "samples" / "province"
# Without what was added after needs had been judged: it was graded by nobody, and would count as unfit.
JUDGED_FOLDERS = tuple(sorted(path for path in PROVINCE.iterdir() if path.name != "bo-sung-2026"))
MODELS = ROOT / ".cache" / "models"
QUALITY = ROOT / ".cache" / "quality"
SEED = 20_261

_LIBRARIES = ("torch", "sentence-transformers", "faiss-cpu", "scipy", "numpy")


def real_encoder() -> SentenceTransformerEncoder:
    """The embedded model, converted once and kept in the repository's cache."""
    return SentenceTransformerEncoder(ensure_embedded_model(MODELS))


def print_conditions(title: str, seed: int = SEED) -> None:
    """A heading and the line that says where, when and with what the figures were taken."""
    load = ", ".join(f"{average:.1f}" for average in os.getloadavg())
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in _LIBRARIES)
    print(f"\n## {title}\n")
    print(
        f"{datetime.date.today()}; {os.cpu_count()} cores ({_processor()}), load average {load} at the start; "
        f"Python {platform.python_version()}, {versions}; seed {seed}.\n"
    )


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.is_file() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def print_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A Markdown table."""
    for row in (head, ["---"] * len(head), *rows):
        print(f"| {' | '.join(row)} |")
    print(flush=True)


def print_measures(evaluation: Evaluation, names: Sequence[str]) -> None:
    """Systems by measures, with 95 % bootstrap intervals, and what Ba Nhà gains on each in the first one, paired."""
    gains = evaluation.gains
    rows = [
        [system, *(with_interval(by_name[name]) for name in names), with_interval(gains[system][names[0]], True)]
        if system in gains
        else [f"**{system}**", *(f"**{with_interval(by_name[name])}**" for name in names), "–"]
        for system, by_name in evaluation.measures.items()
    ]
    print_table(["system", *names, f"gain of banha in {names[0]}"], rows)


def keep_per_query(evaluation: Evaluation, name: str) -> None:
    """What every judged query adds to each measure of each system (sum and weight), in ``.cache/quality/NAME.tsv``,
    and the rankings as a TREC run beside it, for whoever wants to test another way than by our intervals."""
    QUALITY.mkdir(parents=True, exist_ok=True)
    (QUALITY / f"{name}.tsv").write_text("".join(write_per_query(evaluation)), "utf-8")
    (QUALITY / f"{name}.run").write_text("".join(write_run(evaluation.run, "banha")), "utf-8")


def with_interval(measure: Measure, signed: bool = False) -> str:
    """``.978 [.972, .984]``."""
    form = "{:+.3f}" if signed else "{:.3f}"
    mean, low, high = (form.format(value).replace("0.", ".", 1) for value in (measure.mean, measure.low, measure.high))
    return f"{mean} [{low}, {high}]"


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which this share of the values lies (nearest rank)."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def spread(values: Sequence[float], form: str = "{:.2f}") -> str:
    """``median (lowest to highest)``."""
    return " ".join(
        [form.format(statistics.median(values)), f"({form.format(min(values))} to {form.format(max(values))})"]
    )


def seconds(work: Callable[[], object]) -> float:
    """How long it takes by the clock."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def legal_articles(longest: int = 6_000) -> Iterator[Section]:
    """Articles of Vietnamese law beside the checkout as sections (name = heading); none when the corpus is absent."""
    path = SHARED / "corpus" / "legal_articles.jsonl.xz"
    if not path.is_file():
        return
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            article = json.loads(line)
            if article["title"].strip() and 80 <= len(article["text"]) <= longest:
                yield Section(article["title"], article["text"])


def article_records(count: int, kind: Kind, longest: int) -> list[Record]:
    """One record an article."""
    return [
        Record(kind, DEFAULT_HOUSE[kind], article.name, (Section("content", article.text),), id=f"article-{number}")
        for number, article in enumerate(islice(legal_articles(longest), count))
    ]
