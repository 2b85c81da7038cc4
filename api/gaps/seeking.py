"""The needs that nobody can serve as the server tells them: at once where there are few, else found by a job."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from api.gaps.finding import GapQuestion, StoreState, narrow_unmet, see_unmet_needs, store_state
from api.gaps.schemas import UnmetNeeds
from api.jobs.asking import asker_of, jobs_of
from api.jobs.kinds import read_viewer
from api.live_workspace import Server
from index import Job
from matcher.gaps.counting import Subject

MOST_AT_ONCE = 100
"""Needs that are matched while somebody waits for the answer: some seconds."""
_MOST_LOOKED_AT = 50  # jobs, among which that of the viewer is sought


@dataclass(frozen=True, slots=True)
class Sought:
    """`found` is None where a job has to find it first; `job` is the last one that sought it for the same viewer."""

    found: UnmetNeeds | None
    job: Job | None = None


def seek_unmet_needs(server: Server, subjects: Sequence[Subject], asked: GapQuestion) -> Sought:
    """What a job found is told as long as the records, and what may be seen of them, are as they were. Who can have no
    jobs is told nothing of many needs: each change would have all matched again, for minutes, whoever asks."""
    index, asker = server.live.current.index, asker_of(server)
    is_little = sum(subject.part == "need" for subject in subjects) <= MOST_AT_ONCE
    if is_little:
        return Sought(see_unmet_needs(index, subjects, asked, server.viewer))
    if not (asker.id or server.may_write):
        return Sought(None)
    latest = jobs_of(server).latest(asker, _MOST_LOOKED_AT, "unmet")
    job = next((one for one in latest if read_viewer(one) == server.viewer), None)
    result = jobs_of(server).result(job.id) if job else None
    found = UnmetNeeds.model_validate_json(result.content) if result else None
    if found and _holds(server, found):
        return Sought(narrow_unmet(found, subjects, asked), job)
    return Sought(None, job)


def _holds(server: Server, found: UnmetNeeds) -> bool:
    now = store_state(server.live.current.index, server.viewer)
    # Until the model is there everything is compared by words, which says nothing of what was found before.
    mode = found.mode if server.live.status == "preparing" else now.mode
    return StoreState(found.seen, found.mode, found.weights) == StoreState(now.seen, mode, now.weights)
