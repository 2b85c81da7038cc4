"""The application: routes, pages and static files over one open data folder."""

from __future__ import annotations

import logging
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from typing import TypedDict

from fastapi import APIRouter, FastAPI
from starlette.routing import BaseRoute
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from api import pages, routes
from api.access import Gate, hide_secrets
from api.alerts.runner import AlertRunner
from api.audit.middleware import Auditing
from api.catalogue import translator
from api.charts import prepare_drawing
from api.head_requests import HeadAsGet
from api.jobs.runner import JobRunner
from api.jobs.spool import Spool
from api.live_workspace import LiveWorkspace, Server
from api.problems import handle_errors, refuse
from api.settings import Settings
from api.uploads import FILES_A_REQUEST
from ingest import Sandbox


class State(TypedDict):
    """What lives as long as the server, as `request.state`."""

    server: Server
    ending: threading.Event
    """Set as soon as the server begins to end: who listens to events is let go."""


@cache
def _all_routes() -> list[BaseRoute]:
    """The interface and the pages. Who begins anew in the same process does not prepare each route again."""
    both = APIRouter()
    both.include_router(routes.router)
    both.include_router(pages.router, include_in_schema=False)
    return both.routes


def create_app(settings: Settings, host: str = "127.0.0.1") -> FastAPI:
    """The application as served on `host`, which decides for whom it answers and to which names.

    The data folder is opened when the server starts; that raises UnusableFolder.
    """

    ending = threading.Event()

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[State]:
        live = LiveWorkspace(settings)
        threading.Thread(target=prepare_drawing, name="prepare-drawing", daemon=True).start()
        jobs, alerts = JobRunner(live, Spool(settings.data)), AlertRunner(live, settings)
        try:
            with Sandbox() as sandbox:
                jobs.start(sandbox)
                alerts.start()
                try:
                    translate = translator(settings.lang)
                    server = Server(settings, settings.viewer_at(host), translate, live, sandbox)
                    yield {"server": server, "ending": ending}
                finally:
                    # Before the readers end: what they leave unread is nobody's mistake.
                    jobs.stop()
                    alerts.stop()
        finally:
            jobs.join()
            alerts.join()

    app = FastAPI(
        title="Ba Nhà",
        version="1",
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.ending = ending
    for name in ("uvicorn.access", "api.problems"):
        logging.getLogger(name).addFilter(hide_secrets)
    most_bytes = settings.max_upload_mb * 1_000_000 * FILES_A_REQUEST
    app.add_middleware(Gate, names={host.lower(), *settings.host_names}, most_bytes=most_bytes, refuse=refuse)
    app.add_middleware(Auditing)
    app.add_middleware(HeadAsGet)
    handle_errors(app)
    app.router.routes += _all_routes()
    static: ASGIApp = StaticFiles(packages=[("api", "static")])
    app.mount("/static", static, name="static")
    return app
