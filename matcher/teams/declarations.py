"""Rules of a team that follow from declared conflicts and sanctions, and what has to be asked before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from index import Declaration, Index, Party
from ingest import N_, Record, is_same_organisation
from matcher.councils.dossiers import Doubt, doubt_identity
from matcher.duplicates import Reason
from matcher.teams.contender_lists import Contender
from matcher.teams.contenders import Gathered
from matcher.teams.problem import Apart, Forbidden, Rule
from matcher.teams.rules import Worded


def word_declarations(
    index: Index, declarations: Sequence[Declaration], gathered: Gathered, record: Record, on: date
) -> tuple[tuple[Worded, ...], tuple[Reason, ...]]:
    """The rules that follow from declared conflicts and sanctions in force, and what has to be asked before."""
    worded: dict[Rule, Worded] = {}
    questions: list[Reason] = []
    for one in declarations:
        if not one.is_in_force(on) or one.kind not in ("conflict", "sanction"):
            continue
        of = _find_parties(index, gathered, one.of)
        if one.kind == "sanction" or (one.to and _is_record(index, one.to, record)):
            message = (
                N_("a sanction of {name} is in force: {evidence}")
                if one.kind == "sanction"
                else N_("a conflict of {name} with this task is declared: {evidence}")
            )
            for contender, doubt in of:
                reason = Reason(message, {"name": contender.name, "evidence": one.evidence})
                if doubt is None:
                    rule: Rule = Forbidden(contender.id)
                    worded.setdefault(rule, Worded(rule, reason))
                else:
                    questions.append(reason)
            continue
        for first, doubt in of:
            for second, other in _find_parties(index, gathered, one.to) if one.to else ():
                if first.id == second.id:
                    continue
                reason = Reason(
                    N_("a conflict between {name} and {other} is declared: {evidence}"),
                    {"name": first.name, "other": second.name, "evidence": one.evidence},
                )
                if doubt is None and other is None:
                    rule = Apart(*sorted((first.id, second.id)))
                    worded.setdefault(rule, Worded(rule, reason))
                else:
                    questions.append(reason)
    return tuple(worded.values()), tuple(questions)


def _find_parties(index: Index, gathered: Gathered, party: Party) -> list[tuple[Contender, Doubt | None]]:
    if party.record_id:
        known = index.store.find(party.record_id, party.record_id)
        id = known.id if known else party.record_id
        found = gathered.contenders.get(gathered.aliases.get(id, id))
        return [(found, None)] if found else []
    name, said = party.name or "", (party.organisation,) if party.organisation else ()
    found_all: list[tuple[Contender, Doubt | None]] = []
    for one in gathered.contenders.values():
        if one.record.kind == "scientist":
            own = (one.organisation,) if one.organisation else ()
            may_be, doubt = doubt_identity(one.name, own, name, said)
            if may_be:
                found_all.append((one, doubt))
        elif one.record.kind in ("organisation", "need") and is_same_organisation(one.name, name):
            found_all.append((one, None))
    return found_all


def _is_record(index: Index, party: Party, record: Record) -> bool:
    if not party.record_id or not record.id:
        return False
    known = index.store.find(party.record_id, party.record_id)
    return (known.id if known else party.record_id) == record.id
