"""What people call the states, moves and parties of engagements, as catalogue templates."""

from __future__ import annotations

from collections.abc import Mapping

from index.engagements import Act, Party, Side
from ingest import N_
from matcher.engagement.moves import State

STATE: Mapping[State, str] = {
    "suggested": N_("Suggested"),
    "interested": N_("Interested"),
    "shortlisted": N_("Short-listed"),
    "agreed": N_("Both agreed"),
    "tasked": N_("Tasked"),
    "accepted": N_("Result accepted"),
    "handed_over": N_("Handed over"),
    "declined": N_("Declined"),
    "expired": N_("Expired"),
}
DO: Mapping[Act, str] = {
    "interest": N_("We are interested"),
    "shortlist": N_("Short-list"),
    "agree": N_("We agree"),
    "task": N_("Give the task"),
    "accept": N_("Accept the result"),
    "hand_over": N_("Record the handover"),
    "decline": N_("Decline"),
    "consent": N_("Consent to be named"),
    "withdraw": N_("Take the consent back"),
    "extend": N_("Set the date"),
    "undo": N_("Take the last move back"),
}
DONE: Mapping[Act, str] = {
    "start": N_("suggested the engagement"),
    "interest": N_("is interested"),
    "shortlist": N_("short-listed the candidate"),
    "agree": N_("agrees to it"),
    "task": N_("gave the task"),
    "accept": N_("recorded that the result was accepted"),
    "hand_over": N_("recorded the handover"),
    "decline": N_("declined"),
    "undo": N_("took back an earlier step"),
    "consent": N_("consents to be named"),
    "withdraw": N_("took the consent to be named back"),
    "extend": N_("set a new date"),
    "note": N_("wrote"),
    "attach": N_("attached a file"),
    "remind": N_("set a reminder"),
    "settle": N_("settled a reminder"),
}
PARTY: Mapping[Party, str] = {
    "officer": N_("The office"),
    "record": N_("The side that asks"),
    "candidate": N_("The candidate’s side"),
}
SIDE: Mapping[Side, str] = {
    "record": N_("for the side that asks"),
    "candidate": N_("for the candidate’s side"),
}
AWAITED_FROM: Mapping[Party, str] = {
    "officer": N_("waits for the office"),
    "record": N_("waits for the other side"),
    "candidate": N_("waits for the other side"),
}
HIDDEN_RECORD = N_("A record that is not shown to you")
GONE_RECORD = N_("A record that is part of another now")
