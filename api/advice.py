"""Advice: what an official can do about the place of a candidate, in sentences, before any figures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from api.catalogue import Translate, fill
from api.labels import ROLE, SIGNAL
from api.schemas import CountedWork, Explanation
from ingest import N_

WORKS_THAT_COUNT_LESS = N_(
    "Works that count less for the person's part in them or their age; check that both are right:"
)
_LONGEST = 160  # code points of a quote
_UNSAID: Mapping[str, str] = {
    "candidate": N_("The candidate's record does not say, so have it stated: {facts}."),
    "record": N_("The record that asks does not say, and candidates are not compared by it: {facts}."),
}


def advise(explanation: Explanation, translate: Translate) -> list[str]:
    """What could be stated or added, the most useful first."""
    return list(_advise(explanation, translate))


def _advise(explanation: Explanation, translate: Translate) -> Iterator[str]:
    missing = explanation.pairing.missing
    if explanation.gap and missing:
        words = N_(
            "Add works or results to the candidate's record that answer what is not found ({count}), first: “{text}”"
        )
        yield fill(translate(words), {"count": len(missing), "text": _shorten(missing[0].text)})
    lacking = explanation.pairing.lacking
    if explanation.gap and lacking:
        words = N_("Add works or results to the record that answer what this candidate asks ({count}), first: “{text}”")
        yield fill(translate(words), {"count": len(lacking), "text": _shorten(lacking[0].text)})
    ranks = {change.signal: change.rank for change in explanation.changes if change.value is None}
    for side, words in _UNSAID.items():
        facts = [_name(one.signal, ranks.get(one.signal), translate) for one in explanation.unsaid if side in one.by]
        if facts:
            yield fill(translate(words), {"facts": "; ".join(facts)})


def _name(signal: str, rank: int | None, translate: Translate) -> str:
    label = translate(SIGNAL[signal])
    if rank is None:
        return label
    return fill(translate(N_("{signal} (at best place {rank})")), {"signal": label, "rank": rank})


def describe_work(work: CountedWork, translate: Translate, decimal: Callable[[float], str]) -> str:
    """Why a work counts less, and how much it counts."""
    known = (translate(ROLE[work.role]) if work.role else None, str(work.year) if work.year else None)
    words = N_("“{text}” ({why}): counts as {counts} of a work")
    why = ", ".join(part for part in known if part)
    values = {"text": _shorten(work.quote.text), "why": why, "counts": decimal(work.counts)}
    return fill(translate(words), values)


def say_rank_whole(explanation: Explanation, translate: Translate) -> str:
    """Where the candidate would stand if role and age did not count."""
    words = N_("If all its works counted whole, it would stand at place {rank} instead of {now}.")
    if explanation.rank_whole == explanation.rank:
        words = N_("If all its works counted whole, it would stand at place {rank} as now.")
    return fill(translate(words), {"rank": explanation.rank_whole, "now": explanation.rank})


def _shorten(text: str) -> str:
    joined = " ".join(text.split())
    return joined if len(joined) <= _LONGEST else f"{joined[:_LONGEST].rpartition(' ')[0]} …"
