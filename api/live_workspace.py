"""The workspace as a server holds it: by words at once, by meaning as soon as the model is ready."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from typing import Literal

from api.catalogue import Translate, explain, fill
from api.errors import NotSignedIn
from api.settings import Settings
from api.workspace import MissingVectors, Workspace, open_workspace
from index import SCOPES, Account, Index, Scope, fill_vectors
from ingest import N_, BanhaError, Sandbox, Viewer

Status = Literal["preparing", "ready", "failed"]
_log = logging.getLogger(__name__)


class LiveWorkspace:
    """An open data folder whose model is prepared in a thread of its own, so that the first page need not wait.

    Raises UnusableFolder when the folder cannot be opened.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._current = open_workspace(settings, with_model=False)
        self._failure: BanhaError | None = None
        self._done = threading.Event()
        self._filling = threading.Lock()
        self._unfilled: BanhaError | None = None
        threading.Thread(target=self._prepare, name="prepare-model", daemon=True).start()

    def _prepare(self) -> None:
        try:
            workspace = open_workspace(self._settings)
            if workspace.index.encoder:
                workspace.index.encoder.encode_queries(["khởi động"])
            self._current = workspace
            self._fill_later()
        except BanhaError as error:
            self._failure = error
            _log.warning("%s", error)
        except Exception:  # noqa: BLE001 (a thread has nobody to raise to; the failure is logged and shown)
            self._failure = BanhaError(N_("The language model could not be prepared; the log says more."))
            _log.exception("preparing the model failed")
        finally:
            self._done.set()

    def _fill_later(self) -> None:
        """Compute vectors that stored passages lack in a thread of its own, unless one is at it."""
        index = self._current.index
        if index.encoder and index.store.passages.count_without_vector() and self._filling.acquire(blocking=False):
            threading.Thread(target=self._fill, args=[index], name="fill-vectors", daemon=True).start()

    def _fill(self, index: Index) -> None:
        failure: BanhaError | None = None
        try:
            fill_vectors(index)
            index.save()
        except BanhaError as error:
            failure = error
            _log.warning("%s", error)
        except Exception:  # noqa: BLE001 (a thread has nobody to raise to; the failure is logged and shown)
            failure = BanhaError(N_("The vectors that are missing could not be computed; the log says more."))
            _log.exception("computing missing vectors failed")
        finally:
            index.store.close()
            self._filling.release()
            self._unfilled = failure

    @property
    def status(self) -> Status:
        """`failed` when nothing can be stored; answers are then made by words only."""
        if not self._done.is_set():
            return "preparing"
        return "failed" if self._failure else "ready"

    @property
    def current(self) -> Workspace:
        """What answers now."""
        return self._current

    def for_writing(self) -> Workspace:
        """The workspace with its model, waiting for it: what is stored must get its vectors.

        Raises what kept the model from being prepared.
        """
        self._done.wait()
        if self._failure:
            raise self._failure
        self._fill_later()
        return self._current

    def explain_limits(self, translate: Translate, viewer: Viewer) -> str | None:
        """What a person should know of how answers are made now; None when everything works.

        Folders, models and what is stored are named to officers only.
        """
        if self.status == "preparing":
            return translate(
                N_("The language model is being prepared; for now answers go by words only, soon also by meaning.")
            )
        reason = self._failure or self._unfilled or self._current.lexical_because
        if not reason:
            return None
        if isinstance(reason, MissingVectors):
            # Another program has stored these without a model, or they were there before this one started.
            self._fill_later()
        if not viewer.sees_all:
            return translate(N_("For now answers go by words only, not by meaning."))
        if isinstance(reason, MissingVectors):
            return fill(
                translate(
                    N_(
                        "The vectors of {count} stored passages are being computed; for now answers go by words only, "
                        "soon also by meaning."
                    )
                ),
                reason.params,
            )
        return explain(reason, translate)


@dataclass(frozen=True, slots=True)
class Server:
    """What every request needs: the settings, for whom it answers, in which language, from which data, and where the
    files that it brings are read. `account` is who is signed in, `has_accounts` whether anybody can be, `scopes` what
    the request may be used for, `is_program` whether it came with a token and not from somebody at a browser."""

    settings: Settings
    viewer: Viewer
    translate: Translate
    live: LiveWorkspace
    sandbox: Sandbox
    account: Account | None = None
    has_accounts: bool = False
    scopes: frozenset[Scope] = frozenset(SCOPES)
    is_program: bool = False

    @property
    def signed_in(self) -> Account:
        """The account of whoever asks. Raises NotSignedIn."""
        if self.account is None:
            raise NotSignedIn(N_("Sign in first."))
        return self.account

    @property
    def may_write(self) -> bool:
        """Whether whoever asks may change what is stored."""
        return self.viewer.sees_all and "write" in self.scopes

    @property
    def may_administer(self) -> bool:
        """Whether whoever asks may manage accounts and read the audit log."""
        return self.viewer.role == "administrator" and "administer" in self.scopes
