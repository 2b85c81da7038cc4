"""The audit log: who saw personal data, decided, changed or exported, as a chain of digests to which is only added."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from operator import attrgetter
from pathlib import Path
from typing import Any, Literal, get_args

from index.database import Database
from ingest import Role

Deed = Literal["saw", "decided", "changed", "exported", "erased", "signed"]
DEEDS: tuple[Deed, ...] = get_args(Deed)
AuditSurface = Literal["cli", "web", "http"]
Flaw = Literal[
    "unguarded", "changed", "missing", "inserted", "head", "cut", "replaced", "anchor missing", "anchor late"
]
_HEAD = "audit_head"
# As the migration has made them: one of the same name may do nothing.
_GUARDS = {
    f"CREATE TRIGGER {name} ON audit_log {when}BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END"
    for name, when in (
        ("audit_log_is_not_changed BEFORE UPDATE", ""),
        ("audit_log_is_not_shortened BEFORE DELETE", ""),
        ("audit_log_is_in_order BEFORE INSERT", "WHEN NEW.n IS NOT (SELECT COALESCE(MAX(n), 0) + 1 FROM audit_log) "),
    )
}
_NOT_VOUCHED = " ?"


@dataclass(frozen=True, slots=True)
class Entry:
    """That an actor (the id of an account, ``uid:1000`` at the command line, empty where nobody signs in) did something
    by a command or address (`what`) with some records or other things, named by their ids. No names, no texts: what is
    erased of a person is not here. `missed` counts the reads before it that could not be written down."""

    at: str
    actor: str
    role: Role
    surface: AuditSurface
    deed: Deed
    what: str
    subjects: tuple[str, ...] = ()
    missed: int = 0
    n: int = 0


@dataclass(frozen=True, slots=True)
class Link:
    """An entry's number, from 1, and the digest of it and all before it: SHA-256 in hexadecimal."""

    n: int
    digest: str


@dataclass(frozen=True, slots=True)
class AnchoredLink:
    """A link as the anchor holds it, and whether the program that wrote the entry has put it there. Else it was another
    that found it in the log: after a crash that is all there is, and of a forged entry too."""

    n: int
    digest: str
    is_vouched: bool


@dataclass(frozen=True, slots=True)
class Doubt:
    """What nobody vouches for: how many entries at the end are `not_anchored` yet, and the numbers of those that are
    `not_vouched` for by who wrote them."""

    not_anchored: int
    not_vouched: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong, at an entry (0: with the log as a whole)."""

    flaw: Flaw
    n: int


# Of each database what this program has written, and not anchored yet.
_written: defaultdict[str, set[Link]] = defaultdict(set)


class AuditLog:
    """The table of the log in the database; its head is kept in the settings."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @property
    def head(self) -> Link:
        """The last entry; of an empty log the number 0 and what the first entry follows."""
        row = self._database.row("SELECT n, digest FROM audit_log ORDER BY n DESC LIMIT 1")
        return Link(*row) if row else Link(0, self._genesis())

    def append(self, entry: Entry, is_patient: bool = True) -> Link:
        """Write an entry at the end of the chain, durable on return. Who is not patient gives up where another program
        writes. Raises UnusableFolder when it cannot be written."""
        with self._database.preparing(is_patient, is_witnessed=False):
            return self.insert(entry)

    def insert(self, entry: Entry) -> Link:
        """As `append`, inside a transaction."""
        last = self.head
        text = _write(entry, last.n + 1)
        link = Link(last.n + 1, _chain(last.digest, text))
        self._database.change("INSERT INTO audit_log VALUES (?, ?, ?)", (link.n, text, link.digest))
        self._database.set(_HEAD, f"{link.n} {link.digest}")
        self.written.add(link)
        return link

    @property
    def written(self) -> set[Link]:
        """What this program has written, be it kept or not, and not anchored yet."""
        return _written[self._genesis()]

    def entries(
        self, actor: str | None = None, since: datetime | None = None, subject: str | None = None, limit: int = 100
    ) -> list[Entry]:
        """The latest (of an actor, since a moment, about one thing), latest first."""
        rows = self._database.rows(
            """SELECT entry FROM audit_log
               WHERE (?1 IS NULL OR json_extract(entry, '$.actor') = ?1)
               AND (?2 IS NULL OR json_extract(entry, '$.at') >= ?2)
               AND (?3 IS NULL OR (instr(entry, ?3) > 0
                    AND ?3 IN (SELECT value FROM json_each(entry, '$.subjects'))))
               ORDER BY n DESC LIMIT ?4""",
            (actor, _moment(since) if since else None, subject, limit),
        )
        return [_read(text) for (text,) in rows]

    def links(self, after: int = 0) -> Iterator[Link]:
        """Those after a number, in order."""
        rows = self._database.rows("SELECT n, digest FROM audit_log WHERE n > ? ORDER BY n", (after,))
        return (Link(*row) for row in rows)

    def has(self, link: Link) -> bool:
        row = self._database.row("SELECT digest FROM audit_log WHERE n = ?", (link.n,))
        return row is not None and row[0] == link.digest

    def doubt(self, anchored: Sequence[AnchoredLink] | None) -> Doubt:
        """What does not show tampering, and is not proven either."""
        last = self.head.n
        vouched = {link.n for link in anchored or () if link.is_vouched}
        seen = {link.n for link in anchored or () if link.n <= last}
        return Doubt(last - max(seen, default=0), tuple(sorted(seen - vouched)))

    def verify(self, anchored: Sequence[AnchoredLink] | None) -> list[Finding]:
        """Everything that shows tampering, by the log itself and by what was `anchored` of it elsewhere (None: there is
        no anchor)."""
        with self._database.reading():
            found = [] if self._is_guarded() else [Finding("unguarded", 0)]
            digests: dict[int, str] = {}
            before, expected = self._genesis(), 1
            for n, text, digest in self._database.rows("SELECT n, entry, digest FROM audit_log ORDER BY n"):
                if n > expected:
                    found.append(Finding("missing", expected))
                elif n < expected:
                    found.append(Finding("inserted", n))
                if digest != _chain(before, text) or _number(text) != n:
                    found.append(Finding("changed", n))
                digests[n] = before = digest
                expected = n + 1
            head = self._database.setting(_HEAD)
        last = expected - 1
        if head != (f"{last} {before}" if digests else None):
            found.append(Finding("head", last))
        return found + list(_compare(digests, last, anchored))

    def _is_guarded(self) -> bool:
        rows = self._database.rows("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_log'")
        return {" ".join(sql.split()) for (sql,) in rows} == _GUARDS

    def _genesis(self) -> str:
        """What the first entry follows: a digest of the database's own id, so that no other log fits in."""
        return hashlib.sha256(f"banha audit {self._database.setting('id')}".encode()).hexdigest()


class Anchor:
    """A file outside the database to which the number and digest of each entry are added: what is changed in the
    database no longer fits it. Lines are ``NUMBER DIGEST``, or ``NUMBER DIGEST ?`` where another program than the one
    that adds the line has written the entry."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> list[AnchoredLink] | None:
        """What is anchored; None when there is no such file. A line that was broken off by a crash does not count."""
        try:
            lines = self.path.read_text("ascii", errors="replace").splitlines()
        except FileNotFoundError:
            return None
        return [link for link in map(_parse, lines) if link]

    def keep_up(self, log: AuditLog) -> None:
        """Add what the log has more, and what of this program others have added. A new file begins with the last entry,
        so that it is seen that one was lost. Raises OSError."""
        mine = log.written
        with self.path.open("ab+") as stream:
            size = stream.tell()
            stream.seek(max(0, size - 1_000))
            tail = stream.read().decode("ascii", errors="replace")
            last = max((link.n for link in map(_parse, tail.splitlines()) if link), default=log.head.n - 1)
            # Of those that are anchored already others did not know whose they are.
            old = sorted((link for link in [*mine] if link.n <= last and log.has(link)), key=attrgetter("n"))
            new = list(log.links(last))
            lines = "".join(f"{link.n} {link.digest}{'' if link in mine else _NOT_VOUCHED}\n" for link in old + new)
            stream.write(("\n" + lines if tail and not tail.endswith("\n") else lines).encode())
        # What is written just now has a higher number; what was not kept is of no use.
        end = max((link.n for link in new), default=last)
        mine.difference_update([link for link in [*mine] if link.n <= end])


def _compare(digests: dict[int, str], last: int, anchored: Iterable[AnchoredLink] | None) -> Iterator[Finding]:
    if anchored is None:
        if last:
            yield Finding("anchor missing", 0)
        return
    links = sorted({Link(link.n, link.digest) for link in anchored}, key=lambda link: (link.n, link.digest))
    if links and links[0].n > 1:
        yield Finding("anchor late", links[0].n)
    if not links and last:
        yield Finding("anchor missing", 0)
    for link in links:
        if link.n > last:
            # One is enough: all after it are gone too.
            yield Finding("cut", link.n)
            return
        if digests.get(link.n) != link.digest:
            yield Finding("replaced", link.n)


def _moment(at: datetime) -> str:
    """As entries say it, in UTC; a moment without a zone is in UTC."""
    known = at if at.tzinfo else at.replace(tzinfo=UTC)
    return known.astimezone(UTC).isoformat(timespec="microseconds")


def _write(entry: Entry, n: int) -> str:
    """Canonical JSON: keys in order, no spaces, ASCII."""
    fields: dict[str, Any] = {
        **{"n": n, "at": entry.at, "actor": entry.actor, "role": entry.role, "surface": entry.surface},
        **{"deed": entry.deed, "what": entry.what, "subjects": list(entry.subjects), "missed": entry.missed},
    }
    return json.dumps(fields, sort_keys=True, separators=(",", ":"))


def _read(text: str) -> Entry:
    fields = json.loads(text)
    return Entry(**{**fields, "subjects": tuple(fields["subjects"])})


def _number(text: str) -> object:
    try:
        fields = json.loads(text)
    except ValueError:
        return None
    return fields.get("n") if isinstance(fields, dict) else None


def _chain(before: str, text: str) -> str:
    return hashlib.sha256(f"{before}\n{text}".encode()).hexdigest()


def _parse(line: str) -> AnchoredLink | None:
    n, _, rest = line.partition(" ")
    digest = rest.removesuffix(_NOT_VOUCHED)
    return AnchoredLink(int(n), digest, rest == digest) if n.isdecimal() and len(digest) == 64 else None
