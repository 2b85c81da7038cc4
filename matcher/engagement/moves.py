"""Moves of engagements: from which stage to which, by whom and why, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from index import Verdict
from index.engagements import SIDES, Act, Party, Stage
from ingest import N_

State = Literal[
    "suggested",
    "interested",
    "shortlisted",
    "agreed",
    "tasked",
    "accepted",
    "handed_over",
    "declined",
    "expired",
]

# An answer is awaited: these end by their date.
WAITING: frozenset[Stage] = frozenset({"suggested", "interested", "shortlisted", "agreed"})
OPEN: frozenset[Stage] = WAITING | {"tasked", "accepted"}
_OFFICER: frozenset[Party] = frozenset({"officer"})
SIDE_PARTIES: frozenset[Party] = frozenset(SIDES)


@dataclass(frozen=True, slots=True)
class Move:
    """What leads from one of the stages `sources` to `to`, who does it, and why they do. Of a side each speaks for
    itself; with `takes_both` the stage is reached when both have. `verdict` is what the move
    always says of the pair."""

    act: Act
    sources: frozenset[Stage]
    to: Stage
    parties: frozenset[Party]
    because: str
    takes_both: bool = False
    needs_reason: bool = False
    verdict: Verdict | None = None


MOVES: Mapping[Act, Move] = {
    move.act: move
    for move in (
        Move(
            "interest",
            frozenset({"suggested", "interested"}),
            "interested",
            SIDE_PARTIES,
            N_("Only a side knows whether it is interested; one of them is enough to look further."),
            verdict="fits",
        ),
        Move(
            "shortlist",
            frozenset({"interested"}),
            "shortlisted",
            _OFFICER,
            N_("Who is short-listed is answered for by the office that commissions."),
            verdict="fits",
        ),
        Move(
            "agree",
            frozenset({"shortlisted"}),
            "agreed",
            SIDE_PARTIES,
            N_("Nobody can agree for another: both sides do."),
            takes_both=True,
        ),
        Move(
            "task",
            frozenset({"agreed"}),
            "tasked",
            _OFFICER,
            N_("A task is given by the office that pays for it."),
        ),
        Move(
            "accept",
            frozenset({"tasked"}),
            "accepted",
            _OFFICER,
            N_("A result is accepted by a council, whose decision the office records."),
        ),
        Move(
            "hand_over",
            frozenset({"accepted"}),
            "handed_over",
            frozenset({"officer", "record"}),
            N_("Whoever receives the result says that it was handed over, or the office that was there."),
        ),
        Move(
            "decline",
            OPEN,
            "declined",
            frozenset({"officer", *SIDES}),
            N_("Anyone may step back at any time, and says why; what is said of fit makes the next proposals better."),
            needs_reason=True,
        ),
    )
}
# What is done beside the moves, and by whom.
BESIDE: Mapping[Act, tuple[frozenset[Party], str]] = {
    "start": (
        frozenset({"officer", *SIDES}),
        N_("An engagement is suggested by the office or by the owner of one of the records."),
    ),
    "consent": (
        SIDE_PARTIES,
        N_(
            "Who is named decides. When both sides have consented, names that are not public are shown, and each reads "
            "what the other writes."
        ),
    ),
    "withdraw": (SIDE_PARTIES, N_("Who has consented may take it back; names are hidden again.")),
    "extend": (_OFFICER, N_("How long an answer is awaited is set by the office.")),
    "note": (frozenset({"officer", *SIDES}), N_("Everyone who takes part may write.")),
    "attach": (frozenset({"officer", *SIDES}), N_("Everyone who takes part may attach files.")),
    "remind": (frozenset({"officer", *SIDES}), N_("Everyone who takes part reminds their own side only.")),
    "settle": (frozenset({"officer", *SIDES}), N_("A reminder is settled by the party that set it.")),
}
REASONS: Mapping[Act, str] = {
    **{act: move.because for act, move in MOVES.items()},
    **{act: because for act, (_, because) in BESIDE.items()},
    "undo": N_("The last move is taken back by the party that made it; taking that back brings it back."),
}
