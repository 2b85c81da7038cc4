"""Drafts and their proofs on the terminal."""

from __future__ import annotations

from rich.text import Text

from api.catalogue import Translate, fill
from api.orders.annexes import NOBODY_ANSWERS
from api.orders.document import TO_FILL_IN
from api.orders.schemas import DraftedOrder, OrderProof, OwnWords, Piece, SourcedSentence, WorkedOut
from api.printing import as_text, as_title
from api.terminal import open_console, printable
from ingest import N_


def print_order(drafted: DraftedOrder, translate: Translate) -> None:
    """The needs with the reasons to join them, the form field by field, the annexes, and the places of the marks."""
    console = open_console()
    console.print(Text(printable(f"{drafted.title} ({drafted.number})"), "bold"), soft_wrap=True)
    console.print(as_text(drafted.citation), style="dim", soft_wrap=True)
    for note in drafted.notes:
        console.print(Text(printable(f"• {note}"), "yellow"), soft_wrap=True)
    if len(drafted.subjects) > 1:
        for one in drafted.subjects:
            about = " · ".join(part for part in (one.organisation, one.place, one.id) if part)
            console.print(as_text(f"  {one.name}. {one.title} – {about}"), soft_wrap=True)
            for pair in one.why[:1]:
                console.print(as_text(f"      “{pair.mine.text}” ↔ “{pair.theirs.text}”"), style="dim", soft_wrap=True)
    for field in drafted.fields:
        console.print(Text(printable(f"\n{field.number}. {field.label}"), "bold"), soft_wrap=True)
        for part in field.parts:
            if part.label:
                console.print(Text(printable(f"   {part.label}:"), "italic"), soft_wrap=True)
            if part.choices:
                console.print(as_text("   " + "  ".join(f"☐ {choice}" for choice in part.choices)), soft_wrap=True)
            for piece in part.pieces:
                console.print(_show(piece), soft_wrap=True)
    for annex in drafted.annexes:
        console.print(Text(printable(f"\n{annex.label}"), "bold"), soft_wrap=True)
        for missing in annex.missing_houses:
            console.print(Text(printable(f"! {missing.text}"), "yellow"), soft_wrap=True)
            for wanted in missing.look_for:
                console.print(as_text(f"    – {wanted}"), soft_wrap=True)
        for note in annex.notes:
            console.print(Text(printable(f"! {note}"), "yellow"), soft_wrap=True)
        for team, entries in annex.by_team():
            for doubt in team.doubts:
                console.print(Text(printable(f"! {doubt}"), "yellow"), soft_wrap=True)
            for rank, entry in enumerate(entries, 1):
                console.print(as_title(rank, entry.name.text), soft_wrap=True)
                about = " · ".join(part for part in (entry.text, entry.about, entry.id) if part)
                console.print(Text(f"    {printable(about)}", "yellow"), soft_wrap=True)
                for doubt in entry.doubts:
                    console.print(Text(f"    ? {printable(doubt)}", "yellow"), soft_wrap=True)
                for said in entry.said:
                    console.print(_show(said), soft_wrap=True)
            if team.unanswered:
                console.print(Text(f"  ✗ {translate(NOBODY_ANSWERS)}", "yellow"), soft_wrap=True)
            for said in team.unanswered:
                console.print(_show(said), soft_wrap=True)
    console.print()
    for place in drafted.places:
        sources = "; ".join(", ".join(part for part in (one.file, one.place) if part) for one in place.sources)
        told = " · ".join(part for part in (place.record, place.label, sources) if part)
        console.print(as_text(f"[{place.mark}] {told}"), style="dim", soft_wrap=True)
    console.print(as_text(drafted.advice), style="dim", soft_wrap=True)


def _show(piece: Piece) -> Text:
    if isinstance(piece, SourcedSentence):
        return Text(printable(f"   “{piece.text}” [{piece.mark}]"))
    if isinstance(piece, WorkedOut):
        return Text(printable(f"   {piece.text} [{piece.mark}]"), "dim italic")
    if isinstance(piece, OwnWords):
        return Text(printable(f"   {piece.text}"), "dim italic")
    return Text(printable(f"   {TO_FILL_IN} {piece.hint}"), "black on yellow")


def print_proof(proof: OrderProof, translate: Translate) -> None:
    """What does not hold, then how much does."""
    console = open_console()

    def say(template: str, style: str = "", **params: object) -> None:
        console.print(Text(printable(fill(translate(template), params)), style), soft_wrap=True)

    for one in (*proof.failed, *proof.deleted):
        style = "red" if one in proof.failed else "dim"
        place = f"{one.said}: {one.record}, {one.value}, {one.start}–{one.end}"
        console.print(Text(printable(place), style), soft_wrap=True)
        say(N_("    in the draft: “{text}”"), text=one.text)
        if one.state == "by_hand":
            say(N_("    in the document: “{text}”"), text=one.found or "")
        elif one.state in ("gone", "moved") and one.stored is not None:
            say(N_("    stored there now: “{text}”"), text=one.stored)
    for figure in proof.figures:
        if figure.state == "proved":
            continue
        style = "dim" if figure.state == "deleted" else "red"
        console.print(Text(printable(f"{figure.said}: {', '.join(figure.records)}"), style), soft_wrap=True)
        say(N_("    in the draft: “{text}”"), text=figure.text)
        if figure.state == "by_hand":
            say(N_("    in the document: “{text}”"), text=figure.found or "")
        if figure.worked_out is not None:
            say(N_("    worked out again: “{text}”"), text=figure.worked_out)
    for text in proof.added:
        say(N_("Written beside quoted sentences, without a source: “{text}”"), "red", text=text)
    for text in proof.unproved:
        say(N_("Not proved, since it names no source: “{text}”"), "yellow", text=text)
    for text in proof.lost:
        say(N_("The form's own words, changed or taken out: “{text}”"), "yellow", text=text)
    for id in proof.removed:
        say(N_("{id} is not stored any more."), "red", id=id)
    for id in proof.changed:
        say(N_("{id} says something else than when the draft was made."), "yellow", id=id)
    say(
        N_("{proved} of {claimed} quoted sentences stand where the document says."),
        "bold",
        proved=proof.proved,
        claimed=proof.claimed,
    )
    if proof.figures:
        say(
            N_("{proved} of {claimed} figures are what the records give."),
            "bold",
            proved=sum(1 for one in proof.figures if one.state == "proved"),
            claimed=len(proof.figures),
        )
