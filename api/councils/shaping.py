"""Councils and declarations in the shapes of the public JSON, their reasons in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import index
import matcher
from api.catalogue import Translate, fill
from api.councils import schemas as shapes
from api.councils.identities import name_bearer, show_answer
from api.councils.labels import EXCLUSION, PART, RELATION, SEAT
from api.errors import BadInput
from api.schemas import Evidence, Twin, Versions
from api.settings import Language
from api.shaping import with_weights
from index import Answer, Bearer
from ingest import N_, BanhaError, Record
from ingest.fields import group_title
from matcher.councils.dossiers import Fact
from matcher.councils.findings import DOUBT, Finding
from matcher.councils.proposals import BadExclusion, Candidate, Council, Seat
from matcher.councils.requirements import ADVISED, CLOSE, HELD
from matcher.councils.rulesets import RuleSet
from matcher.councils.seating import Requirement

_Reasons = Iterable[tuple[matcher.Reason, Fact | None]]
# Parameters of reasons that are codes or templates themselves.
_CODES: Mapping[str, Mapping[str, str]] = {
    "part": {str(part): label for part, label in PART.items()},
    "kind": {str(kind): label for kind, label in RELATION.items()},
}


def show_council(council: Council, versions: Versions, translate: Translate, lang: Language) -> shapes.Council:
    shown = _Shower(council.records, translate, lang)
    conflict = council.conflict
    return shapes.Council(
        record=Twin(id=council.record.id, title=council.record.title),
        purpose=council.choice.rules.purpose,
        on=council.on,
        size=council.size,
        mode=council.mode,
        versions=with_weights(versions.model_copy(update={"rules": council.choice.rules.id}), council.weights),
        rules=_show_rules(council.choice.rules),
        other_rules=tuple(map(_show_rules, council.choice.others)),
        seats=tuple(map(shown.seat, council.seats)),
        alternates=tuple(
            shapes.Alternate(
                role=role,
                person=_show_person(one.candidate),
                instead_of=one.instead_of,
                findings=shown.findings(one.candidate.findings),
            )
            for role in SEAT
            for one in council.alternates.get(role, ())
        ),
        excluded=tuple(shown.checked(one, one.excluded_by) for one in council.excluded),
        questions=tuple(shown.checked(one, one.questions) for one in council.asked_about),
        conflict=tuple(shown.requirement(one, council) for one in conflict.constraints) if conflict else (),
        is_smallest=conflict.is_smallest if conflict else False,
        given_up=tuple(shown.requirement(one, council) for one in _told(council.given_up)) if not conflict else (),
        notes=tuple(shown.say(note.message, note.params) for note in council.notes),
        answers=shown.answers(council.answers),
        considered=len(council.candidates),
    )


def tell_exclusion(error: BadExclusion, translate: Translate) -> BanhaError:
    """The rule and the fact for somebody who was asked for and may not sit."""
    if error.finding is None:
        return error
    fact = _Shower({}, translate).finding_text(error.finding)
    return BadInput(N_("{name} ({id}) may not sit as asked, by {rule}: {fact}."), fact=fact, **error.params)


def _told(given_up: Sequence[Requirement]) -> Iterable[Requirement]:
    """Where no reviewer is known to know the subject, that not all are goes without saying."""
    is_nobody = any(one.kind == "evidence" and one.most for one in given_up)
    return [one for one in given_up if not (is_nobody and one.kind == "evidence" and not one.most)]


def tell_reason(reason: matcher.Reason, translate: Translate) -> str:
    """A reason of a finding in words."""
    return _Shower({}, translate).say(reason.message, reason.params)


class _Shower:
    """Words of one language for what councils are made of. `records` are those to which facts point."""

    def __init__(self, records: Mapping[str, Record], translate: Translate, lang: Language = "vi") -> None:
        self._records = records
        self._translate = translate
        self._lang = lang

    def say(self, message: str, params: Mapping[str, object]) -> str:
        said = {}
        for name, value in params.items():
            code = _CODES.get(name, {}).get(str(value))
            said[name] = self._translate(code) if code else value
            if name == "degree":
                said[name] = self._translate(str(value))
            if name == "fields" and isinstance(value, tuple):
                said[name] = ", ".join(group_title(group, self._lang) or group for group in value)
        return fill(self._translate(message), said)

    def reasons(self, reasons: _Reasons) -> tuple[shapes.Reason, ...]:
        return tuple(
            shapes.Reason(text=self.say(one.message, one.params), fact=self.fact(fact) if fact else None)
            for one, fact in reasons
        )

    def seat(self, seat: Seat) -> shapes.Seat:
        person, pairing = seat.candidate, seat.pairing
        return shapes.Seat(
            role=seat.role,
            person=_show_person(person) if person else None,
            basis=pairing.basis if pairing else None,
            knows_subject=bool(person.knowledge) if person else None,
            lacks_evidence=bool(person and not person.knowledge and (not pairing or pairing.basis == "insufficient")),
            reasons=self.reasons(seat.reasons),
            evidence=tuple(map(Evidence.model_validate, pairing.evidence)) if pairing else (),
            findings=self.findings(person.findings) if person else (),
            represents=seat.represents,
            look_for=self.reasons(seat.look_for),
        )

    def checked(self, one: Candidate, findings: Iterable[Finding]) -> shapes.Checked:
        return shapes.Checked(person=_show_person(one), findings=self.findings(findings))

    def findings(self, findings: Iterable[Finding]) -> tuple[shapes.Finding, ...]:
        return tuple(
            shapes.Finding(
                kind=one.kind,
                weight=one.weight,
                bars=one.bars,
                rule=one.citation,
                text=self.finding_text(one),
                doubt=one.doubt,
                doubt_text=self._translate(DOUBT[one.doubt]) if one.doubt else None,
                facts=tuple(map(self.fact, one.facts)),
                asks=self.question(*one.asks) if one.asks else None,
                answers=self.answers(one.answers),
            )
            for one in findings
        )

    def finding_text(self, one: Finding) -> str:
        """Of staff of a partner the reason reads like that of staff of the host."""
        text = self.say(one.reason.message, one.reason.params)
        return self.say(N_("co-operating organisation: {reason}"), {"reason": text}) if one.kind == "partner" else text

    def question(self, one: Bearer, other: Bearer) -> shapes.Question:
        names = {key: name_bearer(it, self._records, self._translate) for key, it in (("one", one), ("other", other))}
        text = fill(self._translate(N_("Are {one} and {other} the same person?")), names)
        return shapes.Question(
            one=shapes.Bearer.model_validate(one), other=shapes.Bearer.model_validate(other), text=text
        )

    def answers(self, answers: Iterable[Answer]) -> tuple[shapes.Answer, ...]:
        return tuple(show_answer(one, self._records, self._translate) for one in answers)

    def fact(self, fact: Fact) -> shapes.Fact:
        record = self._records.get(fact.record_id or "")
        said = fact.quote
        return shapes.Fact(
            record=Twin(id=fact.record_id, title=record.title if record else "") if fact.record_id else None,
            section=said.section if said else None,
            start=said.start if said else None,
            end=said.end if said else None,
            text=said.text if said else None,
            declaration=fact.declaration,
        )

    def requirement(self, one: Requirement, council: Council) -> shapes.Requirement:
        return shapes.Requirement(kind=one.kind, text=self._word(one, council))

    def _word(self, one: Requirement, council: Council) -> str:
        known = {candidate.record.id: candidate for candidate in council.candidates}
        barred = sum(
            1 for candidate in council.candidates if any(finding.kind == one.of for finding in candidate.excluded_by)
        )
        params: dict[str, object] = {"least": one.least, "most": one.most, "count": barred, "of": one.of or ""}
        match one.kind:
            case "size":
                params |= {"size": council.size, "represented": council.choice.rules.represented}
                message = N_(
                    "{least} to {most} experts from the data ({size} members, {represented} of them representatives)"
                )
            case "role":
                params["role"] = self._role(one.of)
                message = N_("“{role}”: {least} to {most}")
            case "barred" if one.of == ADVISED:
                message = N_("whom other rules would exclude stays out (advice: this rule says nothing of it)")
            case "barred" if one.of == HELD:
                message = N_("who must first be asked about waits for the answer (a question is no exclusion)")
            case "barred_from_key" if one.of == CLOSE:
                message = N_("who wrote, worked or studied with people of the task holds no key role")
            case "barred" | "barred_from_key":
                params["reason"] = next((self._translate(EXCLUSION[kind]) for kind in EXCLUSION if kind == one.of), "")
                message = N_("who is excluded for “{reason}” may not sit: {count} persons")
                if one.kind == "barred_from_key":
                    message = N_("who is excluded for “{reason}” holds no key role: {count} persons")
            case "with" | "without":
                params["name"] = known[one.of].record.title if one.of in known else one.of or ""
                message = N_("{name} must not sit (asked for)")
                if one.kind == "with":
                    params["role"] = self._role(one.role)
                    message = (
                        N_("{name} must sit as “{role}” (asked for)") if one.role else N_("{name} must sit (asked for)")
                    )
            case "per_organisation":
                message = N_("at most {most} of one organisation")
            case "host_max":
                message = N_("at most {most} of the host")
            case "outside_host_min":
                message = N_("at least {least} who are not of the host")
            case "fields_min":
                message = N_("at least {least} fields of science")
            case "doctorate":
                message = N_("chair and vice chair hold a doctorate, as far as the records say")
                if one.of == "reviewer":
                    message = N_("reviewers hold a doctorate, as far as the records say")
            case "evidence":
                message = N_("every reviewer is known to know the subject")
                if one.most:
                    message = N_("at least one reviewer is known to know the subject")
            case "previous_min":
                message = N_("at least {least} from the earlier council")
        said = self.say(message, params)
        return self.say(N_("{requirement} – advice, no rule"), {"requirement": said}) if one.is_advice else said

    def _role(self, role: str | None) -> str:
        return next((self._translate(SEAT[one]) for one in SEAT if one == role), "")


def _show_person(one: Candidate) -> shapes.Person:
    record = one.record
    return shapes.Person(id=record.id, name=record.title, organisation=record.facts.organisation, rank=one.rank or None)


def _show_rules(rules: RuleSet) -> shapes.Rules:
    return shapes.Rules.model_validate(rules)


def show_declarations(found: Iterable[tuple[index.Declaration, str, str]]) -> shapes.Declarations:
    """Each with the names of both."""
    return shapes.Declarations(
        declarations=tuple(
            shapes.Declaration(
                id=one.id,
                kind=one.kind,
                of=shapes.Party.model_validate(one.of),
                of_name=of_name,
                to=shapes.Party.model_validate(one.to) if one.to else None,
                to_name=to_name,
                evidence=one.evidence,
                since=one.since,
                until=one.until,
                declared_by=one.declared_by,
                declared_at=one.declared_at,
            )
            for one, of_name, to_name in found
        )
    )
