"""Rules of a team that follow from declared conflicts and sanctions, and what has to be asked before."""

from __future__ import annotations

from datetime import date

from index import Declaration, Index, Party
from ingest import N_, Record, is_same_organisation
from matcher.councils.cases import open_case
from matcher.councils.dossiers import Doubt
from matcher.councils.exclusions_by_declaration import identify_party
from matcher.councils.findings import DOUBT, Case
from matcher.duplicates import Reason
from matcher.teams.contender_lists import Contender
from matcher.teams.contenders import Gathered
from matcher.teams.problem import Apart, Forbidden, Rule
from matcher.teams.rules import Worded


def word_declarations(
    index: Index, gathered: Gathered, record: Record, on: date
) -> tuple[tuple[Worded, ...], tuple[Reason, ...]]:
    """The rules that follow from declared conflicts and sanctions in force, and what has to be asked before."""
    worded: dict[Rule, Worded] = {}
    questions: list[Reason] = []
    people = {one.record.id: one.record for one in gathered.contenders.values() if one.record.kind == "scientist"}
    case = open_case(index, record, None, on, people)
    for one in case.declarations:
        if not one.is_in_force(on) or one.kind not in ("conflict", "sanction"):
            continue
        of = _find_parties(case, gathered, one, one.of)
        if one.kind == "sanction" or one.to is None or _is_record(case, one.to, record):
            message = (
                N_("a sanction of {name} is in force: {evidence}")
                if one.kind == "sanction"
                else N_("a conflict of {name} with this task is declared: {evidence}")
                if one.to
                else N_("a conflict of {name} is declared, with nobody named: {evidence}")
            )
            for contender, doubt in of:
                reason = Reason(message, {"name": contender.name, "evidence": one.evidence})
                if doubt is None and (one.kind == "sanction" or one.to):
                    rule: Rule = Forbidden(contender.id)
                    worded.setdefault(rule, Worded(rule, reason))
                else:
                    questions.append(_ask_first(reason, doubt or "unsure"))
            continue
        for first, doubt in of:
            for second, other in _find_parties(case, gathered, one, one.to):
                if first.id == second.id:
                    continue
                reason = Reason(
                    N_("a conflict between {name} and {other} is declared: {evidence}"),
                    {"name": first.name, "other": second.name, "evidence": one.evidence},
                )
                unsure = doubt or other
                if unsure is None:
                    rule = Apart(*sorted((first.id, second.id)))
                    worded.setdefault(rule, Worded(rule, reason))
                else:
                    questions.append(_ask_first(reason, unsure))
    return tuple(worded.values()), tuple(questions)


def _ask_first(said: Reason, doubt: Doubt) -> Reason:
    """A question, told apart from what is sure."""
    params = {"said": said, "doubt": DOUBT[doubt], "evidence": said.params["evidence"]}
    return Reason(N_("To ask first: {said} – {doubt}"), params)


def _find_parties(
    case: Case, gathered: Gathered, declaration: Declaration, party: Party
) -> list[tuple[Contender, Doubt | None]]:
    if party.record_id:
        id = case.ids.get(party.record_id, party.record_id)
        found = gathered.contenders.get(gathered.aliases.get(id, id))
        return [(found, None)] if found else []
    found_all: list[tuple[Contender, Doubt | None]] = []
    for one in gathered.contenders.values():
        if one.record.kind == "scientist":
            it = identify_party(case, declaration, party, one.record)
            if it.may_be:
                found_all.append((one, it.doubt))
        elif one.record.kind in ("organisation", "need") and is_same_organisation(one.name, party.name or ""):
            found_all.append((one, None))
    return found_all


def _is_record(case: Case, party: Party, record: Record) -> bool:
    return bool(record.id) and case.ids.get(party.record_id or "", party.record_id) == record.id
