"""The proof of a drafted document in words: which sentences stand where it says, and which do not and why."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from api.catalogue import Translate
from api.orders.reading import read_draft
from api.orders.schemas import CheckedFigure, CheckedSentence, OrderProof
from index import Index
from ingest import N_
from matcher.orders.proof import FigureVerdict, State, Verdict, prove

STATE: Mapping[State, str] = {
    "proved": N_("stands there"),
    "by_hand": N_("changed by hand in the document"),
    "deleted": N_("taken out of the document"),
    "moved": N_("stands elsewhere in the record now"),
    "gone": N_("does not stand in the record any more"),
    "removed": N_("the record is not stored any more"),
    "resourced": N_("stands there, but comes from another file now"),
}

FIGURE_STATE: Mapping[State, str] = {
    **STATE,
    "proved": N_("is what the records give"),
    "gone": N_("the records give another figure now"),
    "removed": N_("a record that it counts is not stored any more"),
}


def prove_document(index: Index, path: Path, translate: Translate) -> OrderProof:
    """All sentences and figures of the document against the store, for an officer. Raises BadInput for what is no
    draft."""
    draft = read_draft(path)
    stored = index.store.get_many(list(draft.statement.digests))
    proof = prove(draft.statement, draft.shown, stored)
    verdicts = proof.verdicts
    failed = [one for one in verdicts if one.state not in ("proved", "deleted")]
    return OrderProof(
        file=path.name,
        form=draft.statement.form,
        made=draft.statement.made,
        claimed=len(verdicts),
        proved=sum(1 for one in verdicts if one.state == "proved"),
        failed=tuple(_check(one, draft.shown, translate) for one in failed),
        deleted=tuple(_check(one, draft.shown, translate) for one in verdicts if one.state == "deleted"),
        added=draft.added,
        unproved=draft.unproved,
        lost=draft.lost,
        changed=proof.changed,
        removed=tuple(id for id in draft.statement.digests if id not in stored),
        figures=tuple(_check_figure(one, draft.shown, translate) for one in proof.figures),
        holds=not failed and not draft.added and all(one.state in ("proved", "deleted") for one in proof.figures),
    )


def _check(verdict: Verdict, shown: Mapping[str, str | None], translate: Translate) -> CheckedSentence:
    said = verdict.claim.sentence
    return CheckedSentence(
        state=verdict.state,
        text=said.text,
        record=said.record,
        value=said.value,
        start=said.start,
        end=said.end,
        found=shown.get(verdict.claim.bookmark),
        stored=verdict.stored,
        said=translate(STATE[verdict.state]),
    )


def _check_figure(verdict: FigureVerdict, shown: Mapping[str, str | None], translate: Translate) -> CheckedFigure:
    figure = verdict.claim.figure
    return CheckedFigure(
        state=verdict.state,
        text=figure.text,
        records=figure.records,
        found=shown.get(verdict.claim.bookmark),
        worked_out=verdict.worked_out,
        said=translate(FIGURE_STATE[verdict.state]),
    )
