"""The numbered migrations of the SQLite database; a migration that has shipped is never edited."""

from __future__ import annotations

import hashlib
import json

from sqlite_utils import Database, Migrations

MIGRATIONS = Migrations("banha")


@MIGRATIONS()
def m001_records_passages_and_their_versions(db: Database) -> None:
    """`versions` hold what each origin (a file, the API) says of a record; `records` the merged whole.

    `seq` grows with every committed change, in commit order; a removed passage leaves a tombstone, so that
    every derived index can replay what is newer than its own `seq`.
    """
    for statement in (
        "CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT",
        "INSERT INTO settings VALUES ('seq', '0')",
        # Tells this database from any other that may come to stand in its place.
        "INSERT INTO settings VALUES ('id', lower(hex(randomblob(8))))",
        """CREATE TABLE records (
            id TEXT PRIMARY KEY,
            natural_key TEXT NOT NULL UNIQUE,
            kind TEXT NOT NULL,
            house TEXT NOT NULL,
            title TEXT NOT NULL,
            body TEXT NOT NULL,
            content_hash TEXT NOT NULL,
            seq INTEGER NOT NULL
        ) STRICT""",
        "CREATE INDEX records_by_kind ON records (kind, id)",
        """CREATE TABLE versions (
            record_id TEXT NOT NULL REFERENCES records (id) ON DELETE CASCADE,
            origin TEXT NOT NULL,
            position INTEGER NOT NULL,
            body TEXT NOT NULL,
            PRIMARY KEY (record_id, origin)
        ) STRICT""",
        """CREATE TABLE passages (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            record_id TEXT NOT NULL REFERENCES records (id) ON DELETE CASCADE,
            kind TEXT NOT NULL,
            section INTEGER,
            start INTEGER NOT NULL,
            "end" INTEGER NOT NULL,
            audience TEXT NOT NULL CHECK (audience IN ('everyone', 'insiders', 'outsiders')),
            text TEXT NOT NULL,
            text_hash BLOB NOT NULL,
            vector BLOB,
            seq INTEGER NOT NULL
        ) STRICT""",
        "CREATE INDEX passages_by_record ON passages (record_id)",
        "CREATE INDEX passages_by_text ON passages (text_hash)",
        "CREATE INDEX passages_by_seq ON passages (seq)",
        """CREATE TABLE tombstones (
            passage_id INTEGER PRIMARY KEY,
            kind TEXT NOT NULL,
            seq INTEGER NOT NULL
        ) STRICT""",
        "CREATE INDEX tombstones_by_seq ON tombstones (seq)",
    ):
        db.execute(statement)


@MIGRATIONS()
def m002_missing_vectors_are_found_and_all_are_renewed(db: Database) -> None:
    """`renewed_records` and their passages wait, with vectors of another model, to replace all old ones at once."""
    for statement in (
        "CREATE INDEX passages_without_vector ON passages (record_id) WHERE vector IS NULL",
        """CREATE TABLE renewed_records (
            record_id TEXT PRIMARY KEY REFERENCES records (id) ON DELETE CASCADE,
            model TEXT NOT NULL,
            base_seq INTEGER NOT NULL
        ) STRICT""",
        """CREATE TABLE renewed_passages (
            id INTEGER PRIMARY KEY,
            record_id TEXT NOT NULL REFERENCES renewed_records (record_id) ON DELETE CASCADE,
            section INTEGER,
            start INTEGER NOT NULL,
            "end" INTEGER NOT NULL,
            audience TEXT NOT NULL,
            text TEXT NOT NULL,
            text_hash BLOB NOT NULL,
            vector BLOB NOT NULL
        ) STRICT""",
        "CREATE INDEX renewed_passages_by_record ON renewed_passages (record_id)",
    ):
        db.execute(statement)


@MIGRATIONS()
def m003_versions_keep_their_own_keys_and_files_are_remembered(db: Database) -> None:
    """A version keeps the natural key under which it came, so that records merged by a person can be parted again.

    `files` are those read without a problem, with how they were read: the same file read the same way says nothing new.
    """
    for statement in (
        """CREATE TABLE keyed_versions (
            origin TEXT NOT NULL,
            natural_key TEXT NOT NULL,
            record_id TEXT NOT NULL REFERENCES records (id) ON DELETE CASCADE,
            position INTEGER NOT NULL,
            body TEXT NOT NULL,
            PRIMARY KEY (origin, natural_key)
        ) STRICT""",
        """INSERT INTO keyed_versions
           SELECT v.origin, r.natural_key, v.record_id, v.position, v.body
           FROM versions v JOIN records r ON r.id = v.record_id""",
        "DROP TABLE versions",
        "ALTER TABLE keyed_versions RENAME TO versions",
        "CREATE INDEX versions_by_record ON versions (record_id)",
        "CREATE INDEX versions_by_key ON versions (natural_key)",
        """CREATE TABLE files (
            path TEXT PRIMARY KEY,
            sha256 TEXT NOT NULL,
            reading TEXT NOT NULL
        ) STRICT""",
    ):
        db.execute(statement)


@MIGRATIONS()
def m004_corrections_of_labels_are_remembered(db: Database) -> None:
    """What a person said a label means, by kind and the label as it is compared; `written` is how it was seen."""
    db.execute(
        """CREATE TABLE corrections (
            kind TEXT NOT NULL,
            label TEXT NOT NULL,
            field TEXT NOT NULL,
            written TEXT NOT NULL,
            PRIMARY KEY (kind, label)
        ) STRICT"""
    )


@MIGRATIONS()
def m005_people_say_which_records_are_two_things(db: Database) -> None:
    """Ids of records, the lesser first; they need not be there, and are known again when they come back."""
    db.execute(
        """CREATE TABLE distinctions (
            first TEXT NOT NULL,
            second TEXT NOT NULL,
            PRIMARY KEY (first, second)
        ) STRICT"""
    )


@MIGRATIONS()
def m006_versions_keep_the_ids_of_their_own_records(db: Database) -> None:
    """`own_id` is the id of the record that a version told of before a person merged it into another.

    What is merged already gets the id that parting would have given it.
    """
    for statement in (
        "ALTER TABLE versions ADD COLUMN own_id TEXT NOT NULL DEFAULT ''",
        "CREATE INDEX versions_by_own_id ON versions (own_id)",
        """UPDATE versions SET own_id = CASE
               WHEN natural_key = (SELECT natural_key FROM records WHERE id = record_id) THEN record_id
               WHEN natural_key LIKE 'id:%' THEN substr(natural_key, 4)
               ELSE '' END""",
    ):
        db.execute(statement)
    merged = db.execute(
        """SELECT natural_key, body, (SELECT value FROM settings WHERE name = 'id') FROM versions
           WHERE own_id = '' ORDER BY position, origin"""
    ).fetchall()
    for natural_key, body, salt in merged:
        record = json.loads(body)
        seen = {section["visibility"] for section in record["sections"]}
        salted = natural_key if seen != {"confidential"} and "anonymous" not in seen else salt + natural_key
        while True:
            id = f"{record['kind']}-{hashlib.sha256(salted.encode()).hexdigest()[:12]}"
            if not db.execute("SELECT 1 FROM records WHERE id = ?", (id,)).fetchall():
                break
            salted += "#"
        db.execute("UPDATE versions SET own_id = ? WHERE natural_key = ? AND own_id = ''", (id, natural_key))


@MIGRATIONS()
def m007_what_was_shown_and_judged_is_remembered(db: Database) -> None:
    """Ids and numbers only: `exposures` are lists shown to a person, `exposed` their places, `judgements` and
    `fusion_events` what was said and learnt since, in order. Ids need not be there any more: what was merged can be
    parted again."""
    for statement in (
        """CREATE TABLE exposures (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            shown_at TEXT NOT NULL,
            record_id TEXT NOT NULL,
            kind TEXT NOT NULL,
            surface TEXT NOT NULL CHECK (surface IN ('cli', 'web', 'http')),
            weights TEXT NOT NULL,
            seed TEXT,
            digest TEXT NOT NULL,
            times INTEGER NOT NULL,
            missed INTEGER NOT NULL
        ) STRICT""",
        "CREATE INDEX exposures_by_record ON exposures (record_id, kind)",
        """CREATE TABLE exposed (
            exposure_id INTEGER NOT NULL REFERENCES exposures (id) ON DELETE CASCADE,
            candidate_id TEXT NOT NULL,
            rank INTEGER NOT NULL,
            score REAL NOT NULL,
            propensity REAL NOT NULL,
            signals TEXT NOT NULL,
            PRIMARY KEY (exposure_id, candidate_id)
        ) STRICT, WITHOUT ROWID""",
        "CREATE INDEX exposed_by_candidate ON exposed (candidate_id, exposure_id)",
        """CREATE TABLE judgements (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            judged_at TEXT NOT NULL,
            record_id TEXT NOT NULL,
            candidate_id TEXT NOT NULL,
            verdict TEXT NOT NULL CHECK (verdict IN ('fits', 'unfit', 'undo')),
            reason TEXT,
            exposure_id INTEGER REFERENCES exposures (id) ON DELETE SET NULL
        ) STRICT""",
        "CREATE INDEX judgements_by_pair ON judgements (record_id, candidate_id)",
        "CREATE INDEX judgements_by_candidate ON judgements (candidate_id)",
        "CREATE INDEX judgements_by_exposure ON judgements (exposure_id)",
        """CREATE TABLE fusion_events (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            happened_at TEXT NOT NULL,
            event TEXT NOT NULL CHECK (event IN ('promoted', 'refused', 'rolled back')),
            weights TEXT NOT NULL,
            calibration TEXT,
            report TEXT NOT NULL
        ) STRICT""",
    ):
        db.execute(statement)


@MIGRATIONS()
def m008_officers_declare_relations_and_sanctions(db: Database) -> None:
    """Of a person, named by the id of a record or by name and organisation, and of another (or nobody); days as ISO
    8601, NULL where open. Personal: what is declared of a record goes with it."""
    for statement in (
        """CREATE TABLE declarations (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            declared_at TEXT NOT NULL,
            declared_by TEXT NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN
                ('spouse', 'parent', 'child', 'sibling', 'adviser', 'sanction', 'conflict')),
            of_id TEXT,
            of_name TEXT,
            of_organisation TEXT,
            to_id TEXT,
            to_name TEXT,
            to_organisation TEXT,
            evidence TEXT NOT NULL,
            since TEXT,
            until TEXT,
            CHECK (COALESCE(of_id, of_name) IS NOT NULL)
        ) STRICT""",
        "CREATE INDEX declarations_by_one ON declarations (of_id)",
        "CREATE INDEX declarations_by_other ON declarations (to_id)",
    ):
        db.execute(statement)


@MIGRATIONS()
def m009_officers_answer_whether_two_names_mean_one_person(db: Database) -> None:
    """Each side is a record (the scientist, or with a name one whom it names so) or a name in a declaration. Personal:
    what was answered of a record or declaration goes with it."""
    for statement in (
        """CREATE TABLE identities (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            answered_at TEXT NOT NULL,
            answered_by TEXT NOT NULL,
            is_same INTEGER NOT NULL CHECK (is_same IN (0, 1)),
            one_id TEXT,
            one_declaration INTEGER REFERENCES declarations (id) ON DELETE CASCADE,
            one_name TEXT,
            other_id TEXT,
            other_declaration INTEGER REFERENCES declarations (id) ON DELETE CASCADE,
            other_name TEXT,
            CHECK ((one_id IS NULL) <> (one_declaration IS NULL)),
            CHECK ((other_id IS NULL) <> (other_declaration IS NULL))
        ) STRICT""",
        "CREATE INDEX identities_by_one ON identities (one_id)",
        "CREATE INDEX identities_by_other ON identities (other_id)",
    ):
        db.execute(statement)


@MIGRATIONS()
def m010_people_have_accounts(db: Database) -> None:
    """What signs in (sessions, invitations, tokens) is kept as SHA-256 only. Personal: all of it goes with its account,
    a claim with its record too. Moments are ISO 8601 in UTC to the second, so that their order is that of their text.
    """
    for statement in (
        """CREATE TABLE accounts (
            id TEXT PRIMARY KEY,
            email TEXT NOT NULL UNIQUE,
            name TEXT NOT NULL,
            role TEXT NOT NULL,
            organisation_id TEXT,
            password_hash TEXT,
            issuer TEXT,
            subject TEXT,
            is_disabled INTEGER NOT NULL DEFAULT 0 CHECK (is_disabled IN (0, 1)),
            created_at TEXT NOT NULL
        ) STRICT""",
        "CREATE UNIQUE INDEX accounts_by_subject ON accounts (issuer, subject)",
        """CREATE TABLE sessions (
            digest BLOB PRIMARY KEY,
            account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
            opened_at TEXT NOT NULL,
            seen_at TEXT NOT NULL,
            browser TEXT NOT NULL
        ) STRICT, WITHOUT ROWID""",
        "CREATE INDEX sessions_by_account ON sessions (account_id)",
        """CREATE TABLE invitations (
            digest BLOB PRIMARY KEY,
            email TEXT NOT NULL UNIQUE,
            name TEXT NOT NULL,
            role TEXT NOT NULL,
            organisation_id TEXT,
            expires_at TEXT NOT NULL
        ) STRICT, WITHOUT ROWID""",
        """CREATE TABLE api_tokens (
            id TEXT PRIMARY KEY,
            account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
            name TEXT NOT NULL,
            scopes TEXT NOT NULL,
            digest BLOB NOT NULL UNIQUE,
            created_at TEXT NOT NULL,
            expires_at TEXT NOT NULL,
            used_on TEXT
        ) STRICT""",
        "CREATE INDEX api_tokens_by_account ON api_tokens (account_id)",
        """CREATE TABLE sign_in_attempts (
            subject BLOB PRIMARY KEY,
            count INTEGER NOT NULL,
            last_at TEXT NOT NULL
        ) STRICT, WITHOUT ROWID""",
        """CREATE TABLE claims (
            account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
            record_id TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('asked', 'confirmed', 'declined')),
            settled_by TEXT,
            changed_at TEXT NOT NULL,
            PRIMARY KEY (account_id, record_id)
        ) STRICT, WITHOUT ROWID""",
        "CREATE INDEX claims_by_record ON claims (record_id)",
    ):
        db.execute(statement)


@MIGRATIONS()
def m011_long_work_waits_in_a_table_of_jobs(db: Database) -> None:
    """`job_parts` are the files of an upload, `job_results` what can be downloaded with the ids of the records in it.

    A running job belongs to its `holder` until `lease_until` (seconds since 1970). `change` grows with all that is
    said of a job; a part bears the one by which it changed last, so that who listens is told only what is new.
    """
    for statement in (
        """CREATE TABLE jobs (
            id TEXT PRIMARY KEY,
            kind TEXT NOT NULL,
            asked_by TEXT NOT NULL,
            viewer TEXT NOT NULL,
            parameters TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
            done INTEGER NOT NULL,
            total INTEGER NOT NULL,
            line TEXT,
            change INTEGER NOT NULL,
            attempts INTEGER NOT NULL,
            is_cancelling INTEGER NOT NULL CHECK (is_cancelling IN (0, 1)),
            holder TEXT,
            lease_until REAL NOT NULL,
            created_at TEXT NOT NULL,
            started_at TEXT,
            finished_at TEXT
        ) STRICT""",
        "CREATE INDEX jobs_by_state ON jobs (state, created_at)",
        "CREATE INDEX jobs_by_asker ON jobs (asked_by, created_at)",
        """CREATE TABLE job_parts (
            job_id TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
            number INTEGER NOT NULL,
            name TEXT NOT NULL,
            bytes INTEGER NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'failed', 'cancelled')),
            done INTEGER NOT NULL,
            total INTEGER NOT NULL,
            outcome TEXT,
            change INTEGER NOT NULL,
            PRIMARY KEY (job_id, number)
        ) STRICT, WITHOUT ROWID""",
        """CREATE TABLE job_results (
            job_id TEXT PRIMARY KEY REFERENCES jobs (id) ON DELETE CASCADE,
            name TEXT NOT NULL,
            media_type TEXT NOT NULL,
            content BLOB NOT NULL,
            record_ids TEXT NOT NULL
        ) STRICT""",
    ):
        db.execute(statement)


@MIGRATIONS()
def m012_what_people_do_with_a_pairing_is_remembered(db: Database) -> None:
    """`engagement_events` only grow, save for erasure; `stage`, `is_met` and `until` of an engagement are what they add
    up to, for the questions that are asked of many. Ids are drawn by chance: a number would tell how many others there
    are. `party` did it, `side` is the side for which it counts, `undoes` the event that it takes back. Personal: all of
    it goes with either record."""
    for statement in (
        """CREATE TABLE engagements (
            id TEXT PRIMARY KEY,
            record_id TEXT NOT NULL,
            candidate_id TEXT NOT NULL,
            stage TEXT NOT NULL CHECK (stage IN ('suggested', 'interested', 'shortlisted', 'agreed', 'tasked',
                'accepted', 'handed_over', 'declined')),
            is_met INTEGER NOT NULL CHECK (is_met IN (0, 1)),
            until TEXT,
            changed_at TEXT NOT NULL,
            CHECK (record_id <> candidate_id)
        ) STRICT""",
        "CREATE INDEX engagements_by_record ON engagements (record_id)",
        "CREATE INDEX engagements_by_candidate ON engagements (candidate_id)",
        """CREATE TABLE engagement_events (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            engagement_id TEXT NOT NULL REFERENCES engagements (id) ON DELETE CASCADE,
            happened_at TEXT NOT NULL,
            act TEXT NOT NULL CHECK (act IN ('start', 'interest', 'shortlist', 'agree', 'task', 'accept', 'hand_over',
                'decline', 'undo', 'consent', 'withdraw', 'extend', 'note', 'attach', 'remind', 'settle')),
            party TEXT NOT NULL CHECK (party IN ('officer', 'record', 'candidate')),
            side TEXT CHECK (side IN ('record', 'candidate')),
            actor TEXT NOT NULL,
            by_name TEXT NOT NULL,
            text TEXT,
            day TEXT,
            undoes INTEGER REFERENCES engagement_events (id),
            judgement_id INTEGER
        ) STRICT""",
        "CREATE INDEX engagement_events_in_order ON engagement_events (engagement_id, id)",
        """CREATE TABLE attachments (
            event_id INTEGER PRIMARY KEY REFERENCES engagement_events (id) ON DELETE CASCADE,
            digest TEXT NOT NULL,
            name TEXT NOT NULL,
            format TEXT NOT NULL,
            size INTEGER NOT NULL
        ) STRICT""",
        "CREATE INDEX attachments_by_digest ON attachments (digest)",
    ):
        db.execute(statement)


@MIGRATIONS()
def m013_who_saw_and_changed_what_is_written_in_a_chain(db: Database) -> None:
    """Entries are canonical JSON of ids and digests, no names, no texts; `digest` covers the entry and the digest
    before it. Nothing is changed or taken out; the next number is one more than the last."""
    for statement in (
        """CREATE TABLE audit_log (
            n INTEGER PRIMARY KEY,
            entry TEXT NOT NULL,
            digest TEXT NOT NULL
        ) STRICT""",
        """CREATE TRIGGER audit_log_is_not_changed BEFORE UPDATE ON audit_log
           BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END""",
        """CREATE TRIGGER audit_log_is_not_shortened BEFORE DELETE ON audit_log
           BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END""",
        """CREATE TRIGGER audit_log_is_in_order BEFORE INSERT ON audit_log
           WHEN NEW.n IS NOT (SELECT COALESCE(MAX(n), 0) + 1 FROM audit_log)
           BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END""",
    ):
        db.execute(statement)


@MIGRATIONS()
def m014_searches_are_saved_and_what_is_new_is_told(db: Database) -> None:
    """A search without an account is the office's, as long as there are no accounts. `found_records` without a moment
    were there when the search was saved; the others are told once. `deliveries` wait here before they are tried; what
    they say is written when they are sent, for whom it is then. Personal: all of it goes with its account, and what
    was found with its record. `next_at` is in seconds since 1970, other moments are ISO 8601 in UTC."""
    for statement in (
        """CREATE TABLE saved_searches (
            id TEXT PRIMARY KEY,
            account_id TEXT REFERENCES accounts (id) ON DELETE CASCADE,
            query TEXT,
            record_id TEXT,
            kind TEXT,
            narrowing TEXT NOT NULL,
            lang TEXT NOT NULL,
            often TEXT NOT NULL CHECK (often IN ('at once', 'daily', 'weekly')),
            by_mail INTEGER NOT NULL CHECK (by_mail IN (0, 1)),
            feed_digest BLOB UNIQUE,
            hook_url TEXT,
            hook_secret TEXT,
            seq INTEGER NOT NULL,
            looked_at TEXT NOT NULL,
            created_at TEXT NOT NULL,
            CHECK ((query IS NULL) <> (record_id IS NULL)),
            CHECK ((hook_url IS NULL) = (hook_secret IS NULL))
        ) STRICT""",
        "CREATE INDEX saved_searches_by_account ON saved_searches (account_id)",
        """CREATE TABLE found_records (
            search_id TEXT NOT NULL REFERENCES saved_searches (id) ON DELETE CASCADE,
            record_id TEXT NOT NULL,
            found_at TEXT,
            PRIMARY KEY (search_id, record_id)
        ) STRICT, WITHOUT ROWID""",
        "CREATE INDEX found_records_by_record ON found_records (record_id)",
        """CREATE TABLE deliveries (
            id TEXT PRIMARY KEY,
            account_id TEXT REFERENCES accounts (id) ON DELETE CASCADE,
            way TEXT NOT NULL CHECK (way IN ('mail', 'webhook')),
            state TEXT NOT NULL CHECK (state IN ('waiting', 'done', 'given up')),
            attempts INTEGER NOT NULL,
            next_at REAL NOT NULL,
            problem TEXT,
            created_at TEXT NOT NULL,
            settled_at TEXT
        ) STRICT""",
        "CREATE INDEX deliveries_by_account ON deliveries (account_id)",
        "CREATE INDEX deliveries_that_wait ON deliveries (next_at) WHERE state = 'waiting'",
        """CREATE TABLE delivered_records (
            delivery_id TEXT NOT NULL REFERENCES deliveries (id) ON DELETE CASCADE,
            search_id TEXT NOT NULL REFERENCES saved_searches (id) ON DELETE CASCADE,
            record_id TEXT NOT NULL,
            PRIMARY KEY (delivery_id, search_id, record_id)
        ) STRICT, WITHOUT ROWID""",
        "CREATE INDEX delivered_records_by_search ON delivered_records (search_id)",
        "CREATE INDEX delivered_records_by_record ON delivered_records (record_id)",
    ):
        db.execute(statement)


@MIGRATIONS()
def m015_that_there_were_accounts_is_remembered(db: Database) -> None:
    """What the office followed is the first of its people's who has an account."""
    keeper = """(SELECT id FROM accounts WHERE role IN ('administrator', 'officer') AND NOT is_disabled
                 ORDER BY created_at, id LIMIT 1)"""
    db.execute("INSERT INTO settings SELECT 'had_accounts', '1' WHERE EXISTS (SELECT 1 FROM accounts)")
    for table in ("saved_searches", "deliveries"):
        db.execute(f"UPDATE {table} SET account_id = {keeper} WHERE account_id IS NULL")  # noqa: S608 (constants)


@MIGRATIONS()
def m016_pictures_show_where_values_are_printed(db: Database) -> None:
    """`picture_uses` tell which version names which picture, by the SHA-256 of its content; what is named no more waits
    in `loose_pictures` until the end of the transaction, in which the same version may be written again. Personal:
    pictures go with the last version that names them."""
    for statement in (
        "CREATE TABLE pictures (name TEXT PRIMARY KEY, content BLOB NOT NULL) STRICT",
        """CREATE TABLE picture_uses (
            origin TEXT NOT NULL,
            natural_key TEXT NOT NULL,
            name TEXT NOT NULL,
            PRIMARY KEY (origin, natural_key, name),
            FOREIGN KEY (origin, natural_key) REFERENCES versions (origin, natural_key)
                ON UPDATE CASCADE ON DELETE CASCADE
        ) STRICT, WITHOUT ROWID""",
        "CREATE INDEX picture_uses_by_name ON picture_uses (name)",
        "CREATE TABLE loose_pictures (name TEXT PRIMARY KEY) STRICT, WITHOUT ROWID",
        """CREATE TRIGGER picture_is_let_go AFTER DELETE ON picture_uses
           BEGIN INSERT OR IGNORE INTO loose_pictures VALUES (OLD.name); END""",
    ):
        db.execute(statement)


@MIGRATIONS()
def m017_reminders_are_mailed(db: Database) -> None:
    """`told_reminders`: each reminder of an engagement is mailed once, by the delivery of that id."""
    db.execute(
        "ALTER TABLE accounts ADD COLUMN wants_reminders INTEGER NOT NULL DEFAULT 1 CHECK (wants_reminders IN (0, 1))"
    )
    db.execute(
        """CREATE TABLE told_reminders (
            event_id INTEGER PRIMARY KEY REFERENCES engagement_events (id) ON DELETE CASCADE,
            delivery_id TEXT NOT NULL
        ) STRICT"""
    )


@MIGRATIONS()
def m018_owners_of_anonymous_records_are_known(db: Database) -> None:
    """`owner_names`: a row for each anonymous record, with the names (a JSON array) of whoever stands behind it."""
    db.execute(
        """CREATE TABLE owner_names (
            record_id TEXT PRIMARY KEY REFERENCES records (id) ON DELETE CASCADE,
            names TEXT NOT NULL
        ) STRICT, WITHOUT ROWID"""
    )
    db.execute(
        """INSERT INTO owner_names SELECT id, '[]' FROM records
           WHERE EXISTS (SELECT 1 FROM json_each(body, '$.sections') WHERE value ->> 'visibility' = 'anonymous')"""
    )


@MIGRATIONS()
def m019_what_asks_again_is_not_encoded_again(db: Database) -> None:
    """`question_vectors`: vectors (little-endian float32) of records as a whole, as they ask. `text_hash` is of the
    model and of the text. Personal: they go with the record's passages."""
    db.execute(
        """CREATE TABLE question_vectors (
            record_id TEXT NOT NULL REFERENCES records (id) ON DELETE CASCADE,
            text_hash BLOB NOT NULL,
            vector BLOB NOT NULL,
            PRIMARY KEY (record_id, text_hash)
        ) STRICT, WITHOUT ROWID"""
    )
    db.execute("CREATE INDEX question_vectors_by_text ON question_vectors (text_hash)")


@MIGRATIONS()
def m020_who_asks_is_the_side_that_asks(db: Database) -> None:
    """Engagements begun from the page of a scientist or body had it as the side that asks, and the need or task as the
    candidate: their sides change places, in what was done for them too."""
    asking = "('need', 'proposal')"
    _turn_engagements(db, f"NOT IN {asking}", f"IN {asking}")


@MIGRATIONS()
def m021_a_need_asks_of_a_task(db: Database) -> None:
    """Engagements begun from the page of a task had it as the side that asks, and the need as the candidate."""
    _turn_engagements(db, "= 'proposal'", "= 'need'")


def _turn_engagements(db: Database, of_record: str, of_candidate: str) -> None:
    """The sides of engagements change places, in what was done for them too, where the kinds of both records are such
    (comparisons in SQL)."""
    kind = """COALESCE((SELECT kind FROM records WHERE id = {0}), (SELECT r.kind FROM versions v
              JOIN records r ON r.id = v.record_id WHERE v.own_id = {0}))"""
    other = "CASE {0} WHEN 'record' THEN 'candidate' WHEN 'candidate' THEN 'record' ELSE {0} END"
    turned = f"""SELECT id FROM engagements WHERE {kind.format("engagements.record_id")} {of_record}
                 AND {kind.format("engagements.candidate_id")} {of_candidate}"""  # noqa: S608 (constants)
    db.execute(
        f"""UPDATE engagement_events SET party = {other.format("party")}, side = {other.format("side")}
            WHERE engagement_id IN ({turned})"""  # noqa: S608 (constants)
    )
    db.execute(
        f"UPDATE engagements SET record_id = candidate_id, candidate_id = record_id WHERE id IN ({turned})"  # noqa: S608
    )
