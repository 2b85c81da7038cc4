"""Importing ORCID records by file into the profiles of whoever is signed in: known ones grow, none is doubled."""

from __future__ import annotations

import re
import secrets
import tempfile
from dataclasses import replace
from pathlib import Path

from api.accounts.own_matters import own_records
from api.accounts.profiles import see_own
from api.errors import BadInput, Forbidden
from api.library import browse
from api.live_workspace import Server
from api.needs.posting import organisation_of
from api.uploads import clean_name, store_record
from index import Index
from index.own_versions import state_own
from index.versions import natural_key
from ingest import N_, Facts, Record, Sandbox, Section, Source, Viewer, fold
from ingest.orcid import OrcidPerson, is_orcid

_TELLING_WORDS = 6  # a shorter title may stand in the title of another work


def import_orcid(server: Server, content: bytes, name: str | None, id: str = "") -> Record:
    """Add what an ORCID record says to the profile `id`, else to the own one that has its iD or its name, else (for a
    university or an officer) to a new one. Raises UnknownRecord, FileRefused, BadInput and Forbidden."""
    person = _read(server.sandbox, content, clean_name(name))
    workspace, viewer = server.live.for_writing(), server.viewer
    index = workspace.index
    before = see_own(index, id, viewer) if id else _find_own(index, person, viewer)
    if before is not None:
        return _extend(index, before, person)
    if not (server.may_write or (server.account and server.account.role == "university")):
        raise Forbidden(N_("Claim your profile first; then its ORCID record can be imported."))
    if not person.name:
        raise BadInput(N_("The file does not say whose works these are; open the profile and import it there."))
    if _is_shown(index, person.id, viewer):
        raise BadInput(N_("There is a profile with the ORCID iD {orcid} already; claim it first."), orcid=person.id)
    organisation = organisation_of(index, server.account) or person.organisation
    record = _new_record(person, organisation)
    # By the iD files that come later are known to tell of it, unless somebody else's record goes by that.
    if index.store.find("", natural_key(record, "")) is not None:
        record = record.with_id(f"scientist-{secrets.token_hex(6)}")
    poster = server.account.id if server.account else "officer"
    stored = store_record(workspace, record, f"account:{poster}/orcid/{person.id}")
    return index.store.get(stored.id)


def _read(sandbox: Sandbox, content: bytes, name: str) -> OrcidPerson:
    """In a process that may fail without harm: the file is a stranger's."""
    with tempfile.TemporaryDirectory(prefix="banha-") as folder:
        path = Path(folder, name)
        path.write_bytes(content)
        return sandbox.read_orcid(path)


def _find_own(index: Index, person: OrcidPerson, viewer: Viewer) -> Record | None:
    own = list(index.store.records("scientist")) if viewer.sees_all else own_records(index, viewer, "scientist")
    by_code = [one for one in own if one.facts.code == person.id]
    by_name = [one for one in own if not is_orcid(one.facts.code or "") and _is_called(one, person)]
    # Of two of the same name nobody says here which it is.
    return by_code[0] if by_code else by_name[0] if len(by_name) == 1 else None


def _is_called(record: Record, person: OrcidPerson) -> bool:
    return bool(person.name) and sorted(fold(record.title).split()) == sorted(fold(person.name).split())


def _is_shown(index: Index, orcid: str, viewer: Viewer) -> bool:
    shelf = browse(index, viewer, ["scientist"], 0, 1 << 30)
    return any(one.facts.code == orcid for one in shelf.records)


def _extend(index: Index, before: Record, person: OrcidPerson) -> Record:
    code = before.facts.code or ""
    if is_orcid(code) and code != person.id:
        raise BadInput(N_("The file is of {other}, the profile of {orcid}."), other=person.id, orcid=code)
    sections = list(before.sections)
    sources: dict[str, Source] = {}
    for section, source in zip(person.sections, person.sources, strict=True):
        known = _find_same(sections, section)
        if known is None:
            sources[f"sections/{len(sections)}"] = source
            sections.append(section)
        elif sections[known].year is None and section.year is not None:
            sections[known] = replace(sections[known], year=section.year)
    facts = before.facts
    if code != person.id:
        facts = replace(facts, code=person.id)
        sources["facts/code"] = person.source
    if not facts.organisation and person.organisation:
        facts = replace(facts, organisation=person.organisation)
        sources["facts/organisation"] = person.source
    said = replace(before, sections=tuple(sections), facts=facts, sources=())
    return (
        before
        if (said.sections, said.facts) == (before.sections, before.facts)
        else state_own(index, before.id, said, sources)
    )


def _find_same(sections: list[Section], wanted: Section) -> int | None:
    """Where the same thing stands, perhaps with more words around it."""
    text = fold(wanted.text).rstrip(".")
    title = text.split(". ")[0] if wanted.name in ("work", "patent") else text.split(", ")[0]
    is_telling = len(title.split()) >= _TELLING_WORDS
    for at, section in enumerate(sections):
        held = fold(section.text)
        if section.name == wanted.name and (
            held.rstrip(".") == text or (title in held if is_telling else re.split(r"[.,;]", held)[0] == title)
        ):
            return at
    return None


def _new_record(person: OrcidPerson, organisation: str | None) -> Record:
    sources = [replace(person.source, value=value) for value in ("title", "facts/code")]
    if organisation:
        sources.append(replace(person.source, value="facts/organisation"))
    sources += [replace(source, value=f"sections/{at}") for at, source in enumerate(person.sources)]
    facts = Facts(code=person.id, organisation=organisation)
    return Record("scientist", "science", person.name, person.sections, facts, tuple(sources))
