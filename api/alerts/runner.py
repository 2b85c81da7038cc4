"""The thread of a server that sends the alerts of its data folder."""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime
from random import Random

from api.alerts.sending import send_alerts
from api.live_workspace import LiveWorkspace
from api.settings import Settings
from ingest import BanhaError

_LOOK_SECONDS = 30.0
_ENDING_SECONDS = 10.0
_log = logging.getLogger(__name__)


class AlertRunner:
    """Beside the thread of jobs, so that neither a long job nor a webhook that does not answer keeps the other waiting.

    Begins with the first call of `start`; `stop` asks it to end after the delivery it is at, `join` waits for that.
    """

    def __init__(self, live: LiveWorkspace, settings: Settings) -> None:
        self._live = live
        self._settings = settings
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="alerts", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()

    def join(self) -> None:
        if self._thread:
            self._thread.join(_ENDING_SECONDS)

    def _run(self) -> None:
        chance = Random()
        while not self._stopping.wait(_LOOK_SECONDS):
            try:
                # What is found by meaning needs the model: until it is there, or known to be unusable, alerts wait.
                if self._live.status != "preparing":
                    index = self._live.current.index
                    send_alerts(index, self._settings, datetime.now(UTC), chance, self._stopping.is_set)
            except BanhaError as error:
                _log.warning("%s", error)
            except Exception:  # noqa: BLE001 (a thread has nobody to raise to; the next look may find all well)
                _log.exception("sending alerts failed")
        self._live.current.index.store.close()
