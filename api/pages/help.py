"""The page that explains what the other pages show, one sentence each."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from api.help_topics import PATH, tell_all
from api.pages.rendering import render
from api.routes.parameters import AtServer

router = APIRouter()


@router.get(PATH)
def show_help(request: Request, server: AtServer) -> Response:
    return render(request, "help.html", 200, {"chapters": tell_all(server.translate)}, twin="/api/v1/help")
