"""The commands about councils: council, declare, declarations."""

from __future__ import annotations

import getpass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from api.commands.opening import open_data, tell_limits
from api.commands.output import check_output, write_output
from api.commands.parameters import AsJson
from api.errors import BadInput
from api.terminal import Session, end_refusing, show_progress, write_json
from ingest import N_

# As matcher.councils.rulesets says; importing that takes longer than showing the help.
Purpose = Literal["identify", "select", "accept"]

_Record = Annotated[str, typer.Argument(metavar="RECORD", help=N_("The id of the task or need."))]
_Purpose = Annotated[
    Purpose | None, typer.Option("--purpose", help=N_("What the council is for: identify, select or accept."))
]
_On = Annotated[str | None, typer.Option("--on", metavar="DATE", help=N_("The day on which it sits (else today)."))]
_Size = Annotated[
    int | None, typer.Option("--size", metavar="N", help=N_("How many members (else the fewest allowed)."))
]
_With = Annotated[
    list[str] | None,
    typer.Option(
        "--with", metavar="ID[=ROLE]", help=N_("Who must sit, perhaps in a role; may be given several times.")
    ),
]
_Without = Annotated[
    list[str] | None, typer.Option("--without", metavar="ID", help=N_("Who must not sit; may be given several times."))
]
_Previous = Annotated[
    list[str] | None,
    typer.Option(
        "--previous", metavar="WHO", help=N_("Who sat before: ids or names with commas, or a file with one a line.")
    ),
]
_Rules = Annotated[
    Path | None, typer.Option("--rules", metavar="DIR", help=N_("A folder of rule files besides the shipped ones."))
]
_Rule = Annotated[str | None, typer.Option("--rule", metavar="NAME", help=N_("By this rule file (its name)."))]
_Docx = Annotated[Path | None, typer.Option("--output", help=N_("Write the proposal to this .docx file."))]

_Same = Annotated[
    list[str] | None,
    typer.Option("--same", metavar="ID=NAME", help=N_("Answer a question: this scientist is the person so named.")),
]
_NotSame = Annotated[
    list[str] | None,
    typer.Option("--not-same", metavar="ID=NAME", help=N_("Answer a question: this scientist is somebody else.")),
]
_TakeBack = Annotated[
    int | None, typer.Option("--take-back", metavar="NUMBER", help=N_("Take the answer of this number back."))
]
_AnsweredBy = Annotated[
    str | None, typer.Option("--by", metavar="NAME", help=N_("Who answers (else the user's name)."))
]

_Kind = Annotated[
    str | None,
    typer.Argument(metavar="[KIND]", help=N_("spouse, parent, child, sibling, adviser, sanction or conflict.")),
]
_Of = Annotated[str | None, typer.Argument(metavar="[PERSON]", help=N_("The id of a record, or a full name."))]
_To = Annotated[str | None, typer.Argument(metavar="[OTHER]", help=N_("The other: an id or a name."))]
_OrganisationOf = Annotated[
    str | None, typer.Option("--organisation", metavar="NAME", help=N_("Organisation of the person named."))
]
_OrganisationTo = Annotated[
    str | None, typer.Option("--other-organisation", metavar="NAME", help=N_("Organisation of the other."))
]
_EvidenceText = Annotated[str, typer.Option("--evidence", metavar="TEXT", help=N_("On what it stands."))]
_From = Annotated[str | None, typer.Option("--from", metavar="DATE", help=N_("From this day (else always)."))]
_Until = Annotated[str | None, typer.Option("--to", metavar="DATE", help=N_("Until this day, included (else open)."))]
_By = Annotated[str | None, typer.Option("--by", metavar="NAME", help=N_("Who declares it (else the user's name)."))]
_Import = Annotated[
    Path | None,
    typer.Option(
        "--import",
        metavar="FILE",
        help=N_("Take all of a CSV file: kind, a, a_organisation, b, …, evidence, from, to."),
    ),
]
_Forget = Annotated[int | None, typer.Option("--forget", metavar="NUMBER", help=N_("Forget this declaration."))]


def council(
    ctx: typer.Context,
    record: _Record,
    purpose: _Purpose = None,
    on: _On = None,
    size: _Size = None,
    wanted: _With = None,
    unwanted: _Without = None,
    previous: _Previous = None,
    rules: _Rules = None,
    rule: _Rule = None,
    same: _Same = None,
    not_same: _NotSame = None,
    taken_back: _TakeBack = None,
    by: _AnsweredBy = None,
    as_json: AsJson = False,
    output: _Docx = None,
) -> None:
    from api.councils.asking import known_rules, propose, read_previous, read_wanted
    from api.councils.declaration_files import read_day
    from api.councils.identities import answer_by_name, take_back
    from api.councils.shaping import show_council, tell_exclusion
    from matcher.councils.proposals import Asked, BadExclusion
    from matcher.councils.rulesets import BadRules

    session: Session = ctx.obj
    if purpose is None:
        raise BadInput(N_("Say with --purpose what the council is for: identify, select or accept."))
    if output is not None and output.suffix.lower() != ".docx":
        raise BadInput(N_("{file}: the name must end in .docx."), file=output.name)
    check_output(output, record)
    day = read_day(on) or date.today()
    try:
        known = known_rules(session.settings.data, rules)
    except BadRules as error:
        for other in error.others:
            session.tell(other.message, **_translated(session, other.params))
        raise
    workspace = open_data(session)
    index = workspace.index
    if taken_back is not None:
        take_back(index, taken_back)
    if same or not_same:
        with show_progress(session) as progress:
            asking = propose(index, record, purpose, day, Asked(), known, rule, progress)
        for said, is_same in (*((one, True) for one in same or ()), *((one, False) for one in not_same or ())):
            answer_by_name(index, asking, said, is_same, by or getpass.getuser())
    members, strangers = read_previous(index, previous or [])
    asked = Asked(size, read_wanted(wanted or []), tuple(unwanted or ()), members, strangers)
    try:
        with show_progress(session) as progress:
            found = propose(index, record, purpose, day, asked, known, rule, progress)
    except BadExclusion as error:
        raise tell_exclusion(error, session.translate) from error
    shown = show_council(found, workspace.versions, session.translate, session.settings.lang)
    if output:
        from api.councils.document import write_document

        write_output(session, output, write_document(shown, session.translate))
    if as_json:
        write_json(shown)
    elif not output:
        from api.councils.printing import print_council

        print_council(shown, session.translate)
    tell_limits(session, workspace)


def _translated(session: Session, params: dict[str, Any]) -> dict[str, Any]:
    expected = params.get("expected")
    return {**params, "expected": session.translate(expected)} if isinstance(expected, str) else params


def declare(
    ctx: typer.Context,
    kind: _Kind = None,
    of: _Of = None,
    to: _To = None,
    organisation: _OrganisationOf = None,
    other_organisation: _OrganisationTo = None,
    evidence: _EvidenceText = "",
    since: _From = None,
    until: _Until = None,
    by: _By = None,
    file: _Import = None,
) -> None:
    from api.councils.declaration_files import read_day, read_declarations, read_kind, read_party
    from api.councils.declarations import declare as remember
    from index import Declaration, Party

    session: Session = ctx.obj
    if (kind is None) == (file is None) or (kind is not None and of is None):
        raise BadInput(N_("Name what is declared and of whom, or a file with --import."))
    index = open_data(session, with_model=False).index
    who = by or getpass.getuser()
    if file is not None:
        found, problems = read_declarations(index, file, who)
        remember(index, found, who)
        session.tell(N_("Declared: {count}"), count=len(found))
        end_refusing(session, problems)
        return
    one = Declaration(
        read_kind(kind or ""),
        read_party(index, of, organisation) or Party(),
        read_party(index, to, other_organisation),
        evidence,
        read_day(since),
        read_day(until),
    )
    remember(index, [one], who)
    session.tell(N_("Declared: {count}"), count=1)


def declarations(ctx: typer.Context, as_json: AsJson = False, forget: _Forget = None) -> None:
    from api.councils.declarations import forget_declaration, list_declarations
    from api.councils.shaping import show_declarations

    session: Session = ctx.obj
    index = open_data(session, with_model=False).index
    if forget is not None:
        forget_declaration(index, forget)
        session.tell(N_("Forgotten: declaration {id}"), id=forget)
        return
    shown = show_declarations(list_declarations(index))
    if as_json:
        write_json(shown)
        return
    from api.councils.printing import print_declarations

    print_declarations(shown, session.translate)
