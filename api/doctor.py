"""The doctor: what works on this computer, what is off, and why."""

from __future__ import annotations

import os
import platform
import shutil
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

from api.accounts.oidc import check_provider, find_provider
from api.alerts.smtp import BadMailSettings, find_server
from api.audit.recording import anchor_of
from api.errors import ProviderFails
from api.settings import LEXICAL_ONLY, Settings
from api.workspace import Workspace, find_encoder, open_workspace
from index.embedded_model import WEIGHTS_SHA256, find_damage
from index.model_description import EMBEDDED
from index.packed_weights import find_weights
from ingest import N_, BanhaError
from ingest.readers import tesseract
from ingest.readers.libreoffice import PACKAGES, find_office
from matcher import scoring_in_force

_MOST_ROWS = 5  # that a finding names
State = Literal["works", "off", "broken"]
_ENOUGH_SPACE = 2_000_000_000  # bytes: the converted model and room for some ten thousand records


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `detail` is a catalogue template filled from `params`."""

    name: str
    state: State
    detail: str
    params: Mapping[str, Any] = field(default_factory=dict)
    blocks: bool = False  # whether nothing can be stored or found because of it


def examine(settings: Settings) -> list[Finding]:
    """Look at everything that Ba Nhà needs.

    Creates no data folder. One that is there is opened as by every command, which brings an older database and the
    indexes up to date; what is stored stays as it is.
    """
    findings = [
        Finding(
            N_("Program"),
            "works",
            N_("Ba Nhà {version}, Python {python}, {system}"),
            {"version": version("banha"), "python": platform.python_version(), "system": platform.system()},
        ),
        *_check_folder(settings.data),
    ]
    findings.append(_check_model(settings))
    if (settings.data / "banha.sqlite").is_file():
        findings += _check_store(settings)
    findings.append(_check_words())
    findings.append(_check_office())
    findings.append(_check_pictures())
    findings += _check_provider(settings)
    findings += [_check_anchor(settings), _check_address(settings), _check_mail(settings), _check_webhooks(settings)]
    contacts = N_("kept in confidential sections") if settings.keep_contacts else N_("masked in everything stored")
    findings.append(Finding(N_("Phone numbers and e-mails"), "works", contacts))
    return findings


def _check_folder(folder: Path) -> Iterator[Finding]:
    name, params = N_("Data folder"), {"folder": str(folder)}
    if not folder.exists():
        existing = next(parent for parent in folder.absolute().parents if parent.exists())
        state: State = "works" if existing.is_dir() and os.access(existing, os.W_OK) else "broken"
        detail = N_("{folder} (made when something is stored)") if state == "works" else N_("{folder} cannot be made")
        yield Finding(name, state, detail, params, state == "broken")
        folder = existing
    elif not folder.is_dir():
        yield Finding(name, "broken", N_("{folder} is no folder"), params, blocks=True)
        return
    elif not os.access(folder, os.W_OK | os.X_OK):
        yield Finding(name, "broken", N_("{folder} cannot be written"), params, blocks=True)
    elif stat.S_IMODE(folder.stat().st_mode) & 0o077:
        yield Finding(name, "works", N_("{folder} (other users of this computer can look into it)"), params)
    else:
        yield Finding(name, "works", N_("{folder} (only for this user)"), params)
    free = shutil.disk_usage(folder).free
    state = "works" if free >= _ENOUGH_SPACE else "broken"
    yield Finding(
        N_("Disk space"),
        state,
        N_("{free} GB free, {needed} GB should be"),
        {"free": round(free / 1e9, 1), "needed": round(_ENOUGH_SPACE / 1e9)},
    )


def _check_model(settings: Settings) -> Finding:
    name = N_("Language model")
    if settings.model == LEXICAL_ONLY:
        return Finding(name, "off", N_("switched off by BANHA_MODEL=none; searching by words only"))
    try:
        if settings.model:
            encoder, _ = find_encoder(settings)
            described = encoder.description if encoder else EMBEDDED
            return Finding(
                name,
                "works",
                N_("{model}, {dimensions} dimensions, from {folder}"),
                {"model": described.name, "dimensions": described.dimensions, "folder": settings.model},
            )
        weights = find_weights()
    except BanhaError as error:
        # A model asked for by name is not done without; the embedded one is.
        return Finding(name, "broken", error.message, error.params, blocks=bool(settings.model))
    target = settings.model_folder / f"{EMBEDDED.name}-{EMBEDDED.revision}"
    params = {"model": EMBEDDED.name, "sha256": WEIGHTS_SHA256[:12], "folder": str(target)}
    if not weights.is_file() or find_damage(target):
        return Finding(name, "works", N_("{model} (sha256 {sha256}…), prepared when it is first used"), params)
    return Finding(name, "works", N_("{model} (sha256 {sha256}…), prepared in {folder}"), params)


def _check_store(settings: Settings) -> Iterator[Finding]:
    try:
        workspace = open_workspace(settings, with_model=False)
    except BanhaError as error:
        yield Finding(N_("Database"), "broken", error.message, error.params, blocks=True)
        return
    store = workspace.index.store
    counts = store.counts()
    yield Finding(
        N_("Database"),
        "works",
        N_("{count} records ({kinds})"),
        {"count": sum(counts.values()), "kinds": counts},
    )
    yield from _check_aliases(workspace)
    yield _check_vectors(workspace, settings)
    yield Finding(N_("Word index"), "works", N_("up to date with change {seq}"), {"seq": store.seq})
    yield _check_exposures(workspace)


def _check_aliases(workspace: Workspace) -> Iterator[Finding]:
    """Nothing where every line counts: few have a list."""
    if problems := workspace.alias_problems:
        rows = ", ".join(str(problem.place.row or "–") for problem in problems[:_MOST_ROWS])
        detail = N_("{count} lines of {file} are passed over ({rows}); each needs “abbreviation = full form”, in UTF-8")
        params = {"count": len(problems), "file": problems[0].file, "rows": rows}
        yield Finding(N_("Abbreviations of your own"), "broken", detail, params)


def _check_vectors(workspace: Workspace, settings: Settings) -> Finding:
    name, store = N_("Vectors"), workspace.index.store
    missing = store.passages.count_without_vector()
    wanted = _name_model(settings)
    if store.model and wanted and store.model != wanted:
        return Finding(
            name,
            "broken",
            N_("made by {stored}, but {model} is in use. Run: banha --data {folder} reembed"),
            {"stored": store.model, "model": wanted, "folder": settings.data},
            blocks=True,
        )
    if missing:
        return Finding(
            name, "off", N_("{count} passages have none; the next banha ingest computes them"), {"count": missing}
        )
    return Finding(name, "works", N_("made by {model}"), {"model": store.model or "–"})


def _check_exposures(workspace: Workspace) -> Finding:
    name, store = N_("Shown and judged"), workspace.index.store
    if not store.exposures.can_be_kept():
        return Finding(name, "off", N_("what is shown cannot be remembered just now: the database cannot be written"))
    counts = store.exposures.counts()
    params = {
        "times": counts.times,
        "missed": counts.missed,
        "judged": len(store.judgements.current()),
        "weights": scoring_in_force(workspace.index).weights.version,
    }
    words = N_("{times} lists shown, {missed} more could not be remembered; {judged} judgements; weights {weights}")
    return Finding(name, "works", words, params)


def _name_model(settings: Settings) -> str | None:
    """The model that would be used, without preparing it."""
    if settings.model is None:
        return EMBEDDED.identity
    try:
        encoder, _ = find_encoder(settings)
    except BanhaError:
        return None
    return encoder.description.identity if encoder else None


def _check_provider(settings: Settings) -> Iterator[Finding]:
    """Nothing where none is set: few have one."""
    provider = find_provider(settings)
    if provider is None:
        return
    name = N_("Sign-in by OpenID Connect")
    try:
        check_provider(provider)
    except ProviderFails as error:
        # Passwords go on working.
        yield Finding(name, "broken", error.message, error.params)
        return
    yield Finding(name, "works", N_("{issuer} answers"), {"issuer": provider.issuer})


def _check_anchor(settings: Settings) -> Finding:
    name, path = N_("Audit log"), anchor_of(settings).path
    params = {"file": str(path)}
    if path.resolve().is_relative_to(settings.data.resolve()):
        detail = N_(
            "its anchor {file} lies in the data folder: whoever can write one can forge both. Set BANHA_AUDIT_ANCHOR "
            "to a file on another disk or in another's hands, or have it copied there each night"
        )
        return Finding(name, "off", detail, params)
    if os.access(path if path.exists() else path.parent, os.W_OK):
        return Finding(name, "works", N_("anchored outside the data folder, in {file}"), params)
    return Finding(name, "broken", N_("its anchor {file} cannot be written"), params)


def _check_address(settings: Settings) -> Finding:
    name = N_("Public address")
    if settings.public_url:
        return Finding(name, "works", N_("{address}, in links of alerts"), {"address": settings.public_url})
    return Finding(name, "off", N_("BANHA_PUBLIC_URL is not set; alerts have no links, and no e-mail is sent"))


def _check_mail(settings: Settings) -> Finding:
    name = N_("E-mails")
    given = {
        "BANHA_SMTP_URL": settings.smtp_url,
        "BANHA_MAIL_FROM": settings.mail_from,
        "BANHA_PUBLIC_URL": settings.public_url,
    }
    missing = ", ".join(variable for variable, value in given.items() if not value)
    if not (settings.smtp_url or settings.mail_from):
        return Finding(name, "off", N_("none is sent: {missing} not set"), {"missing": missing})
    if missing:
        return Finding(name, "broken", N_("none is sent: {missing} not set"), {"missing": missing})
    try:
        server = find_server(settings)
    except BadMailSettings as error:
        return Finding(name, "broken", error.message, error.params)
    params = {"sender": settings.mail_from, "host": server.host, "port": server.port}
    return Finding(name, "works", N_("sent by {host}:{port} as {sender}"), params)


def _check_webhooks(settings: Settings) -> Finding:
    name = N_("Webhooks")
    if hosts := ", ".join(sorted(settings.private_hosts)):
        return Finding(name, "works", N_("to public addresses and to {hosts}"), {"hosts": hosts})
    return Finding(name, "works", N_("to public addresses only; BANHA_WEBHOOK_HOSTS names others"))


def _check_words() -> Finding:
    name = N_("Word segmentation")
    if find_spec("pyvi") is None:
        return Finding(name, "broken", N_("the package pyvi is not installed"))
    return Finding(name, "works", N_("pyvi {version}"), {"version": version("pyvi")})


def _check_office() -> Finding:
    name = N_("Old Office files")
    if (program := find_office()) is None:
        detail = N_(
            "LibreOffice is not there: DOC, RTF, ODT, ODS, PPT and ODP files cannot be read. "
            "Install it with: apt install {packages}"
        )
        return Finding(name, "off", detail, {"packages": PACKAGES})
    return Finding(
        name, "works", N_("{program}; reads DOC, RTF, ODT, ODS, PPT and ODP files"), {"program": str(program)}
    )


def _check_pictures() -> Finding:
    name = N_("Scans and pictures")
    if (program := tesseract.find_tesseract()) is None or not tesseract.reads_vietnamese():
        detail = N_(
            "Tesseract with Vietnamese is not there: scanned pages and pictures cannot be read. "
            "Install it with: apt install {packages}"
        )
        return Finding(name, "off", detail, {"packages": tesseract.PACKAGES})
    return Finding(name, "works", N_("{program}; reads scanned pages and pictures"), {"program": str(program)})
