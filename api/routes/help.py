"""What every score, signal, class and rule means, as data."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from api.help_topics import tell_all
from api.routes.parameters import AtServer

router = APIRouter()


class HelpTopic(BaseModel):
    """`name` is the anchor on the page; `group` is the chapter that it stands in."""

    model_config = ConfigDict(frozen=True)

    name: str
    group: str
    label: str
    sentence: str


@router.get("/help")
def explain_all(server: AtServer) -> list[HelpTopic]:
    """One sentence for everything that the pages show, in the language of the answer (`?lang=vi` or `en`)."""
    return [
        HelpTopic(name=topic.name, group=chapter.label, label=topic.label, sentence=topic.sentence)
        for chapter in tell_all(server.translate)
        for topic in chapter.topics
    ]
