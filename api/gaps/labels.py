"""What people call the parts of gaps, and what each figure means, as catalogue templates."""

from __future__ import annotations

from collections.abc import Mapping

from api.gaps.schemas import TaskUses
from api.wording import Wording
from ingest import N_
from matcher.gaps.counting import Dimension, Part
from matcher.gaps.shortages import Lack

PART: Mapping[Part, str] = {
    "need": N_("Needs of enterprises"),
    "order": N_("Orders and proposals, no task yet"),
    "scientist": N_("Scientists"),
    "task": N_("Tasks running or done"),
    "offer": N_("Organisations with offers"),
}
DIMENSION: Mapping[Dimension, str] = {
    "field": N_("Field"),
    "group": N_("Group of fields"),
    "place": N_("Province today"),
    "locality": N_("Place as written"),
    "year": N_("Year"),
}
LACK: Mapping[Lack, str] = {
    "no_candidate": N_("nobody is stored who could be asked"),
    "weak": N_("the best candidates are too weak"),
    "no_supply": N_("nobody stored has its fields"),
}
STATE: Mapping[str, str] = {
    "failed": N_("tasks that failed or were stopped"),
    "dropped": N_("proposals that were turned down"),
    "unknown": N_("proposals without a known state"),
}
# The same words as in `matcher.gaps.counting`, for the people who read the figures.
DEFINITIONS: tuple[tuple[str, str], ...] = (
    (
        N_("Demand"),
        N_(
            "Needs of enterprises, and proposals or orders that are not a task yet: their status says so, or they have "
            "neither status nor code nor leader."
        ),
    ),
    (
        N_("Supply"),
        N_(
            "Scientists, tasks running or done, and organisations with a technology on offer, a laboratory or a "
            "Fablab. Tasks that failed or were stopped, proposals turned down and those whose state nobody knows are "
            "neither demand nor supply; they are counted apart."
        ),
    ),
    (
        N_("Demand minus supply"),
        N_(
            "The difference of two numbers of records. It shows where to look; how much one scientist can do for how "
            "many needs it does not say."
        ),
    ),
    (
        N_("Field"),
        N_(
            "Codes of the national classification (Quyết định 12/2008/QĐ-BKHCN). A record with two fields counts in "
            "both rows. What is only suggested by the text counts, and is marked with *."
        ),
    ),
    (
        N_("Place"),
        N_(
            "The provinces of today, or the districts and towns as written. A scientist without a place counts where "
            "the organisation of the same name is."
        ),
    ),
    (
        N_("Year"),
        N_(
            "The first year of a need, proposal or task. A scientist counts in the year of each work, project or "
            "patent and the four years after it. Offers have no year."
        ),
    ),
    (
        N_("Unknown"),
        N_(
            "What is not known has its own row, column or line, so that nothing is left out of the totals. A total has "
            "each record once."
        ),
    ),
    (
        N_("Growth"),
        N_(
            "Tasks begun (running, done, failed or stopped) a year, against the yearly mean of the years before, as "
            "far as the records reach back."
        ),
    ),
    (
        N_("Applied"),
        N_(
            "Of the tasks that are done, those whose status, results or application say that the result was handed "
            "over or is in use. Where nothing is said, it is unknown, and so the share is a range."
        ),
    ),
    (
        N_("Priority"),
        N_(
            "Records of its time that name one of its keywords or bear one of its fields; records without a year count "
            "too."
        ),
    ),
)


def name_value(wording: Wording, dimension: str, value: str | int | None) -> str:
    """``207 – Kỹ thuật môi trường``; what is not known says so."""
    if value is None:
        return wording.say(N_("unknown"))
    if dimension == "group" and len(str(value)) == 1:
        return wording.say(N_("{field}, group unknown"), field=name_value(wording, "field", value))
    if dimension not in ("field", "group"):
        return str(value)
    name = wording.group(str(value)) if len(str(value)) > 1 else wording.field(str(value))
    return f"{value} – {name}" if name else str(value)


def name_share(wording: Wording, uses: TaskUses) -> str:
    """``41 %``, or a range where of some tasks nobody knows; unknown where of none anything is known."""
    if uses.least is None or uses.most is None or not (uses.applied or uses.not_yet):
        return wording.say(N_("unknown"))
    least, most = (wording.number(100 * value, 0) for value in (uses.least, uses.most))
    return f"{least} %" if least == most else wording.say(N_("between {least} % and {most} %"), least=least, most=most)


def name_growth(wording: Wording, percent: float | None) -> str:
    """``+300 %``; a dash where there is nothing to compare with."""
    return "–" if percent is None else f"{wording.signed(percent, 0)} %"
