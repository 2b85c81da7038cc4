"""Which pictures a viewer can see, and what they show of the records asked for."""

from __future__ import annotations

from datetime import date

from api.catalogue import Translate
from api.charts.heat_map import see_heat_map
from api.charts.network import see_network
from api.charts.pictures import Link, Name, Picture
from api.charts.pipeline import see_pipeline
from api.charts.places import see_places
from api.charts.trends import see_trends
from api.gaps.finding import ask, default_place, see_subjects
from api.gaps.views import View
from api.live_workspace import Server
from api.settings import Language
from api.wording import Wording
from index import Index
from ingest import Viewer
from ingest.remembering import remember
from matcher.gaps.counting import Narrowing, narrow
from matcher.gaps.growth import find_beginnings

PATH = "/ban-do"
ADDRESSES: dict[Name, str] = {
    "fields": "linh-vuc",
    "places": "noi",
    "years": "nam",
    "pipeline": "tien-trinh",
    "network": "mang-luoi",
}
_MOST_KEPT = 16


def see_pictures(server: Server, view: View) -> dict[Name, Picture]:
    """Those that are counted from the records; none where nothing that counts is stored. Raises BadInput."""
    index = server.live.current.index
    return _count(index, index.store.seq, server.viewer, view, server.settings.lang, server.translate)


@remember(_MOST_KEPT)
def _count(
    index: Index, _seq: int, viewer: Viewer, view: View, lang: Language, translate: Translate
) -> dict[Name, Picture]:
    subjects = see_subjects(index, viewer)
    if not any(subject.part for subject in subjects):
        return {}
    wording = Wording(translate, lang)
    asked = ask(subjects, None, view.linh_vuc, view.noi, view.tu, view.den).narrowing
    kept, _ = narrow(subjects, asked)
    everywhen, _ = narrow(subjects, Narrowing(asked.field, asked.place))
    begun = find_beginnings(everywhen if not asked.is_dated else kept)
    place = view.cot if view.cot in ("place", "locality") else default_place(subjects)

    def link(name: Name) -> Link:
        return lambda row, column: records_href(name, view, row, column)

    return {
        "fields": see_heat_map(kept, view.muc, wording, link("fields")),
        "places": see_places(kept, place, wording, link("places")),
        "years": see_trends(kept, begun, wording, link("years")),
    }


def see_pipeline_of(server: Server) -> Picture | None:
    """None where the viewer sees no engagement."""
    wording = Wording(server.translate, server.settings.lang)
    return see_pipeline(server.live.current.index, server.viewer, date.today(), wording)


def see_network_of(server: Server, id: str) -> Picture:
    """Raises UnknownRecord also for a record that does not exist for the viewer."""
    wording = Wording(server.translate, server.settings.lang)
    return see_network(server.live.current.index, id, server.viewer, wording)


def picture_href(name: Name, ending: str, view: View, **more: object) -> str:
    """A picture as a page of its own (`ending` empty) or as a file."""
    return view.href(f"{PATH}/{ADDRESSES[name]}{ending}", **more)


def records_href(name: Name, view: View, row: str, column: str) -> str:
    return view.href(f"{PATH}/{ADDRESSES[name]}/ho-so", hang=row, o=column)
