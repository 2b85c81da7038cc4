"""Pairings on the terminal: each candidate with its quotes, or one explained signal by signal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from api.advice import WORKS_THAT_COUNT_LESS, advise, describe_work, say_rank_whole
from api.catalogue import BASIS_NAMES, Translate, fill
from api.highlighting import mark_shared
from api.labels import SIGNAL
from api.printing import as_marked, as_text, as_title
from api.schemas import Explanation, Match, Pairing, Term
from api.terminal import open_console, printable
from ingest import N_
from matcher.fusion import FIT_SIGNALS


def print_pairings(match: Match, is_turned: bool, translate: Translate) -> None:
    """Each candidate with the quotes that speak for it and what is missing; `is_turned`: the candidates are who ask."""
    console = open_console()
    title = fill(translate(N_("Candidates for: {title}")), {"title": match.record.title})
    console.print(Text(printable(title), "bold"), soft_wrap=True)
    if match.record.read_as:
        read = fill(translate(N_("Written without accents, read as: {text}")), {"text": match.record.read_as})
        console.print(Text(printable(read), "dim"), soft_wrap=True)
    if match.record.forms:
        forms = fill(translate(N_("Also compared as: {forms}")), {"forms": "; ".join(match.record.forms)})
        console.print(Text(printable(forms), "dim"), soft_wrap=True)
    if not match.pairings:
        console.print(translate(N_("Nothing was found.")))
    for rank, pairing in enumerate(match.pairings, 1):
        console.print(as_title(rank, pairing.title), soft_wrap=True)
        console.print(Text(f"    {pairing.id} · {_strength(pairing, translate)}", "dim"), soft_wrap=True)
        _print_quotes(pairing, is_turned, translate)


def _print_quotes(pairing: Pairing, is_turned: bool, translate: Translate) -> None:
    if pairing.key_terms:
        _print_quote(translate(N_("Key terms")), " · ".join(pairing.key_terms), "")
    for pair in pairing.evidence:
        asked, said = (pair.candidate, pair.query) if is_turned else (pair.query, pair.candidate)
        _print_quote(translate(N_("Asked")), asked.text, said.text, pairing.key_terms)
        answer = N_("This record") if is_turned else N_("Candidate")
        _print_quote(translate(answer if pair.answers else N_("Nearest")), said.text, asked.text, pairing.key_terms)
    shown = [pair.candidate if is_turned else pair.query for pair in pairing.evidence if not pair.answers]
    for quote in (*pairing.missing, *pairing.lacking):
        if quote not in shown:
            _print_quote(translate(N_("Not found")), quote.text, "")


def _sum_of(term: Term, value: float) -> str:
    # Of fits what exceeds one half counts.
    known = f"({value:.2f} − 0.5)" if term.signal in FIT_SIGNALS else f"{value:+.2f}"
    return f"{known} × {term.weight:g} = {term.adds:+.2f}"


def print_explanation(explanation: Explanation, is_turned: bool, translate: Translate) -> None:
    """The candidate with its rank, what each signal adds, and what would have to change."""
    console = open_console()
    title = fill(translate(N_("Candidates for: {title}")), {"title": explanation.record.title})
    console.print(Text(printable(title), "bold"), soft_wrap=True)
    console.print(as_title(explanation.rank, explanation.pairing.title), soft_wrap=True)
    standing = N_("Rank {rank} of {count}, score {score}.")
    if explanation.gap:
        standing = N_("Rank {rank} of {count}, score {score}: {gap} less than rank {limit}.")
    values = {
        "rank": explanation.rank,
        "count": explanation.candidates,
        "score": f"{explanation.pairing.score:.2f}",
        "gap": f"{explanation.gap:.2f}",
        "limit": explanation.limit,
    }
    console.print("    " + fill(translate(standing), values), soft_wrap=True)
    if explanation.pairing.basis == "insufficient":
        console.print(f"    {translate(BASIS_NAMES['insufficient'])}", style="yellow")
    _print_advice(explanation, translate)
    for term in explanation.terms:
        said = translate(N_("nothing is known")) if term.value is None else _sum_of(term, term.value)
        console.print(as_text(f"    {translate(SIGNAL[term.signal])}: {said}"), soft_wrap=True)
    if explanation.changes:
        console.print("    " + translate(N_("What would have to change, everything else as it is:")), style="cyan")
    for change in explanation.changes:
        words = N_("{signal}: {needed} instead of {value} would bring place {rank}")
        value = translate(N_("nothing is known")) if change.value is None else f"{change.value:+.2f}"
        needed = f"{change.needed:+.2f}"
        values = {"signal": translate(SIGNAL[change.signal]), "needed": needed, "value": value, "rank": change.rank}
        console.print(as_text("      " + fill(translate(words), values)), soft_wrap=True)
    _print_quotes(explanation.pairing, is_turned, translate)


def _print_advice(explanation: Explanation, translate: Translate) -> None:
    console = open_console()
    if advice := advise(explanation, translate):
        console.print("    " + translate(N_("What can be done:")), style="cyan")
    for sentence in advice:
        console.print(as_text(f"      {sentence}"), soft_wrap=True)
    if explanation.works:
        console.print("    " + translate(WORKS_THAT_COUNT_LESS), style="cyan")
        for work in explanation.works:
            line = describe_work(work, translate, lambda counts: f"{counts:.2g}")
            console.print(as_text(f"      {line}"), soft_wrap=True)
        console.print(as_text(f"      {say_rank_whole(explanation, translate)}"), soft_wrap=True)


def say_strength(score: float, likelihood: float | None, basis: str, translate: Translate) -> str:
    """The score with its likelihood, or why there is none."""
    said = translate(BASIS_NAMES[basis])
    return f"{score:.2f} · {said}" if likelihood is None else f"{score:.2f} · {likelihood:.0%} ({said})"


def _strength(pairing: Pairing, translate: Translate) -> str:
    return say_strength(pairing.score, pairing.likelihood, pairing.basis, translate)


def _print_quote(label: str, text: str, other: str, terms: Sequence[str] = ()) -> None:
    line = Text(f"    {label}: ", "cyan")
    line.append_text(as_marked(mark_shared(printable(" ".join(text.split())), other, terms)))
    open_console().print(line, soft_wrap=True)
