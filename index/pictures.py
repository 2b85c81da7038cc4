"""Pictures of where the values of records are printed in their files: kept as long as a version names them."""

from __future__ import annotations

from collections.abc import Mapping

from index.database import Database
from ingest import Viewer


class Pictures:
    """The tables of pictures, which go by the SHA-256 of their content. Which version names which is written with the
    version (`Origins`)."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, pictures: Mapping[str, bytes]) -> None:
        """Keep those that a version names by now."""
        if pictures:
            with self._database.preparing():
                self._database.change_many(
                    """INSERT OR IGNORE INTO pictures
                       SELECT ?1, ?2 WHERE EXISTS (SELECT 1 FROM picture_uses WHERE name = ?1)""",
                    list(pictures.items()),
                )

    def get(self, record_id: str, name: str, viewer: Viewer) -> bytes | None:
        """WebP of where values of the record are printed; None where there is none for this viewer. They show what the
        file says, anonymous or not, and so are for those who see all."""
        row = self._database.row(
            """SELECT content FROM pictures JOIN picture_uses USING (name) JOIN versions USING (origin, natural_key)
               WHERE record_id = ? AND name = ? AND ?""",
            (record_id, name, viewer.sees_all),
        )
        return None if row is None else bytes(row[0])

    def sweep(self) -> None:
        """Erase those that versions have let go. Inside a transaction of the store."""
        self._database.change(
            """DELETE FROM pictures WHERE name IN (SELECT name FROM loose_pictures)
               AND NOT EXISTS (SELECT 1 FROM picture_uses WHERE name = pictures.name)"""
        )
        self._database.change("DELETE FROM loose_pictures")
