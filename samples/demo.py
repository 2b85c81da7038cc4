"""Reads the sample province into a data folder and shows who belongs together, with the words that prove it."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from api.catalogue import explain, translator
from api.highlighting import mark_shared
from api.samples import add_sample_rules
from api.settings import DEFAULT_PORT, read_settings
from api.terminal import Session, show_progress, speak_utf8
from ingest import OFFICER, BanhaError, Kind, Record

if TYPE_CHECKING:
    from api.workspace import Workspace
    from matcher.pairing import Pairing

PROVINCE = Path(__file__).resolve().parent / "province"
ADDRESS = f"http://127.0.0.1:{DEFAULT_PORT}"
_BEST = 3
_SHOWN: Sequence[tuple[Kind, str, Sequence[Kind]]] = (
    ("need", "Đường vào cảng võng thành hai cái máng sau mỗi mùa nắng", ("scientist", "proposal")),
    ("need", "Mùa khô giếng cạn, không biết tưới bao nhiêu cho sầu riêng khỏi rụng bông", ("scientist", "proposal")),
    ("need", "Vòi rỉ cả đêm mà đồng hồ khách không nhảy", ("scientist", "proposal")),
    ("proposal", "Hiện trạng vi nhựa trong trầm tích và cá nuôi bè sông Trà", ("scientist", "organisation")),
)
_ASKED = {"need": "Nhu cầu", "proposal": "Nhiệm vụ đề xuất"}
_FOUND = {
    "scientist": "Nhà khoa học",
    "proposal": "Nhiệm vụ KH&CN",
    "organisation": "Cơ quan, trường, viện, doanh nghiệp",
}
_SIGNALS = {"lexical": "từ ngữ", "dense": "ý nghĩa"}
_LONGEST_QUOTE = 240


def run(data: Path, console: Console) -> None:
    """Raises BanhaError where the data folder or the model cannot be used."""
    session = Session(read_settings(data=data), translator("vi"))
    console.print("[bold]Ba Nhà[/bold]: nhà nước – nhà khoa học – nhà doanh nghiệp\n")
    workspace = _open(session, console)
    _ingest(workspace, session, console)
    if reason := workspace.lexical_because:
        console.print(f"[yellow]{explain(reason, session.translate)}[/yellow]")
    for kind, title, wanted in _SHOWN:
        _show(workspace, kind, title, wanted, console)
    console.print(f"\nMở trang web: [bold]make serve[/bold] rồi vào [bold]{ADDRESS}[/bold]")
    console.print(f"Dùng hồ sơ của mình: [bold]banha --data {data} ingest THƯ-MỤC-HOẶC-TỆP[/bold]")
    console.print("Dữ liệu mẫu là hư cấu: người, doanh nghiệp, địa danh đều không có thật.", style="dim")


def _open(session: Session, console: Console) -> Workspace:
    console.print("Mở dữ liệu và mô hình ngôn ngữ (lần đầu mất khoảng nửa phút) …")
    # Loading them takes seconds; the line above should be seen first.
    from api.workspace import open_workspace

    with show_progress(session) as progress:
        return open_workspace(session.settings, lambda done, total: progress("convert", done, total))


def _ingest(workspace: Workspace, session: Session, console: Console) -> None:
    from index import ingest_paths

    console.print(f"Đọc hồ sơ mẫu của tỉnh Sông Trà trong {PROVINCE.relative_to(PROVINCE.parent.parent)} …")
    began = time.monotonic()
    with show_progress(session) as progress:
        report = ingest_paths(workspace.index, [PROVINCE], progress=progress)
    add_sample_rules(workspace)
    for problem in report.refused:
        console.print(f"  [red]{problem}[/red]")
    unchanged = sum(stored.change == "unchanged" for stored in report.stored)
    counts = f"Đã lưu {len(report.stored) - unchanged} hồ sơ, {unchanged} không đổi, {len(report.refused)} bị từ chối"
    console.print(f"{counts} ({time.monotonic() - began:.0f} giây).")


def _show(workspace: Workspace, kind: Kind, title: str, wanted: Sequence[Kind], console: Console) -> None:
    from matcher.matching import match

    record = next((record for record in workspace.index.store.records(kind) if record.title == title), None)
    if record is None:
        console.print(f"[red]Không thấy hồ sơ mẫu “{title}”.[/red]")
        return
    console.rule(style="dim")
    console.print(f"{_ASKED[kind]}: [bold]{title}[/bold]")
    console.print(Text(_about(record), "dim"))
    for to in wanted:
        console.print(f"\n  {_FOUND[to]} phù hợp nhất", style="cyan")
        for rank, pairing in enumerate(match(workspace.index, record, to, OFFICER, _BEST).pairings, 1):
            _show_pairing(rank, pairing, console)


def _about(record: Record) -> str:
    facts = record.facts
    years = "–".join(dict.fromkeys(str(year) for year in (facts.year_from, facts.year_to) if year))
    return ", ".join(part for part in (facts.organisation, facts.code, years) if part)


def _show_pairing(rank: int, pairing: Pairing, console: Console) -> None:
    signals = ", ".join(
        f"{label} {pairing.signals[name]:+.2f}" for name, label in _SIGNALS.items() if name in pairing.signals
    )
    head = Text(f"{rank}. ").append(pairing.title, "bold").append(f"   điểm {pairing.score:.2f} ({signals})", "dim")
    console.print(Padding(head, (0, 0, 0, 2)))
    for evidence in pairing.evidence[:1]:
        _quote("Cần", evidence.query.text, evidence.candidate.text, pairing.key_terms, console)
        _quote(
            "Có" if evidence.answers else "Gần nhất",
            evidence.candidate.text,
            evidence.query.text,
            pairing.key_terms,
            console,
        )


def _quote(label: str, text: str, other: str, terms: Sequence[str], console: Console) -> None:
    line = " ".join(text.split())
    if len(line) > _LONGEST_QUOTE:
        line = line[:_LONGEST_QUOTE].rsplit(" ", 1)[0] + " …"
    marked = Text(f"{label:<3} “", "cyan")
    for piece, is_shared in mark_shared(line, other, terms):
        marked.append(piece, "bold yellow" if is_shared else "default")
    console.print(Padding(marked.append("”", "cyan"), (0, 0, 0, 5)))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="data folder of the demo")
    speak_utf8()
    try:
        run(parser.parse_args().data, Console(highlight=False, emoji=False))
    except BanhaError as error:
        sys.exit(explain(error, translator("vi")))
