"""How a job goes, as server-sent events: each is the job with those of its files that changed since the last one."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Callable

import anyio
import anyio.to_thread
from fastapi.sse import format_sse_event

from api.errors import NotSignedIn
from api.jobs.asking import see_job
from api.jobs.shaping import see_files
from api.live_workspace import Server
from index import UnknownJob

_LOOK_SECONDS = 0.25
_HEARTBEAT_SECONDS = 15.0
_RETRY_MILLISECONDS = 1_000


async def tell_events(
    recognise: Callable[[], Server], id: str, after: int, ending: threading.Event
) -> AsyncIterator[bytes]:
    """Until the job is over or gone, or this server ends; `after` is the change that the listener knows already. Who
    listens is asked anew at each look: a session may end, and an account lose its role, while the job goes on."""
    yield format_sse_event(retry=_RETRY_MILLISECONDS)
    quiet = 0.0
    while not ending.is_set():
        try:
            event = await anyio.to_thread.run_sync(_see_event, recognise, id, after)
        except (UnknownJob, NotSignedIn):
            return
        if event:
            after, is_over, data = event
            quiet = 0.0
            yield format_sse_event(data_str=data, event="job", id=str(after))
            if is_over:
                return
        elif quiet >= _HEARTBEAT_SECONDS:
            quiet = 0.0
            yield format_sse_event(comment="")
        await anyio.sleep(_LOOK_SECONDS)
        quiet += _LOOK_SECONDS


def _see_event(recognise: Callable[[], Server], id: str, after: int) -> tuple[int, bool, str] | None:
    """The change, whether the job is over, and the event as JSON; None when there is nothing new."""
    server = recognise()
    job = see_job(server, id)
    if job.change <= after:
        return None
    return job.change, job.is_over, see_files(server, job, after).model_dump_json()
