"""Engagements: who may do what when; whatever is tried, only legal moves are stored, and events add up to the state."""

from __future__ import annotations

import tempfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from api.commands import engage
from index.engagements import ACTS, SIDES, Act, Actor, Event, Party, Side
from index.store import Store
from ingest import OFFICER, Viewer
from matcher.engagement.moves import MOVES, OPEN, REASONS, WAITING, State
from matcher.engagement.stages import BadMove, Intent, NotTheirMove, decide, possible, replay

DAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
NEED = Viewer("enterprise", frozenset({"need-1"}))
SCIENTIST = Viewer("scientist", frozenset({"sci-1"}))
PARTIES: dict[str, frozenset[Party]] = {
    "officer": frozenset({"officer"}),
    "record": frozenset({"record"}),
    "candidate": frozenset({"candidate"}),
    "stranger": frozenset(),
}

Deed = tuple[Act, Party, Side | None]


def events_of(*steps: Deed) -> list[Event]:
    return [Event(n, "", act, party, side, "", "") for n, (act, party, side) in enumerate(steps, 1)]


START: Deed = ("start", "officer", None)
SHORTLISTED: tuple[Deed, ...] = (START, ("interest", "record", "record"), ("shortlist", "officer", None))


def test_every_act_has_a_reason() -> None:
    assert set(REASONS) == set(ACTS)


def test_the_way_from_suggestion_to_handover() -> None:
    events = events_of(
        *SHORTLISTED,
        ("agree", "record", "record"),
        ("agree", "candidate", "candidate"),
        ("task", "officer", None),
        ("accept", "officer", None),
        ("hand_over", "record", "record"),
    )
    stages = [replay(events[:count]).stage for count in range(1, len(events) + 1)]
    assert stages == [
        *("suggested", "interested", "shortlisted", "shortlisted", "agreed", "tasked", "accepted", "handed_over")
    ]


@pytest.mark.parametrize(
    ("act", "side", "who"),
    [("interest", None, "stranger"), ("interest", "candidate", "record"), ("shortlist", None, "candidate")],
)
def test_nobody_does_what_others_may(act: Act, side: Side | None, who: str) -> None:
    with pytest.raises(NotTheirMove):
        decide(events_of(START), Intent(act, side, "vì"), PARTIES[who], (), DAY)


def test_an_officer_writes_down_what_a_side_told_only_where_it_has_no_account() -> None:
    events = events_of(START)
    with pytest.raises(BadMove):
        decide(events, Intent("interest", "record"), PARTIES["officer"], (), DAY)
    told = decide(events, Intent("interest", "record", "công văn 12"), PARTIES["officer"], (), DAY)
    assert (told.party, told.side, told.verdict) == ("officer", "record", "fits")
    with pytest.raises(NotTheirMove):
        decide(events, Intent("interest", "record", "công văn 12"), PARTIES["officer"], ("record",), DAY)


def test_declining_needs_a_reason_and_only_one_about_fit_says_unfit() -> None:
    with pytest.raises(BadMove):
        decide(events_of(START), Intent("decline", is_unfit=True), PARTIES["candidate"], (), DAY)
    busy = decide(events_of(START), Intent("decline", text="đang bận"), PARTIES["candidate"], (), DAY)
    assert (busy.stage, busy.verdict, busy.text) == ("declined", None, "đang bận")
    other = Intent("decline", text="khác lĩnh vực", is_unfit=True)
    assert decide(events_of(START), other, PARTIES["candidate"], (), DAY).verdict == "unfit"


def test_what_nobody_answered_expires_and_is_extended_by_the_office() -> None:
    (start,) = events_of(START)
    events = [Event(1, "", "start", "officer", None, "", "", day=DAY)]
    assert replay(events).state(DAY) == "suggested"
    late = date(2026, 11, 24)
    assert replay(events).state(late) == "expired"
    with pytest.raises(BadMove):
        decide(events, Intent("interest"), PARTIES["record"], (), late)
    with pytest.raises(NotTheirMove):
        decide(events, Intent("extend", day=late), PARTIES["record"], (), late)
    with pytest.raises(BadMove):
        decide(events, Intent("extend", day=DAY), PARTIES["officer"], (), late)
    step = decide(events, Intent("extend", day=late), PARTIES["officer"], (), late)
    assert (step.until, step.stage) == (late, "suggested")
    assert replay([start]).state(date.max) == "suggested"


def test_what_was_tasked_does_not_expire() -> None:
    agreed: tuple[Deed, ...] = (*SHORTLISTED, ("agree", "record", "record"), ("agree", "candidate", "candidate"))
    events = events_of(*agreed, ("task", "officer", None))
    extended = [*events[:1], Event(9, "", "extend", "officer", None, "", "", day=DAY), *events[1:]]
    assert replay(extended).state(date(2030, 1, 1)) == "tasked"


def test_both_sides_consent_before_they_are_named_and_each_may_withdraw() -> None:
    events = events_of(START, ("consent", "record", "record"))
    assert not replay(events).is_met
    step = decide(events, Intent("consent"), PARTIES["candidate"], (), DAY)
    assert step.is_met
    met = [*events, Event(3, "", "consent", "candidate", "candidate", "", "")]
    assert not decide(met, Intent("withdraw"), PARTIES["record"], (), DAY).is_met
    with pytest.raises(BadMove):
        decide(met, Intent("consent"), PARTIES["candidate"], (), DAY)


def test_undo_is_for_who_moved_and_twice_is_as_before() -> None:
    events = events_of(*SHORTLISTED)
    with pytest.raises(NotTheirMove):
        decide(events, Intent("undo"), PARTIES["record"], (), DAY)
    step = decide(events, Intent("undo"), PARTIES["officer"], (), DAY)
    assert (step.stage, step.undoes) == ("interested", 3)
    undone = [*events, Event(4, "", "undo", "officer", None, "", "", undoes=3)]
    again = decide(undone, Intent("undo"), PARTIES["officer"], (), DAY)
    assert (again.stage, again.undoes, again.verdict) == ("shortlisted", 4, "fits")


def test_an_owner_of_both_records_says_for_which_side() -> None:
    both: frozenset[Party] = frozenset({"record", "candidate"})
    with pytest.raises(BadMove):
        decide(events_of(START), Intent("interest"), both, (), DAY)
    assert decide(events_of(START), Intent("interest", "candidate"), both, (), DAY).side == "candidate"


def test_what_is_possible_is_what_can_be_decided() -> None:
    events = events_of(*SHORTLISTED)
    assert possible(events, PARTIES["record"], (), DAY) == [
        *(("agree", None, False), ("decline", None, False), ("consent", None, False))
    ]
    acts = {act for act, _, is_told in possible(events, PARTIES["officer"], SIDES, DAY) if not is_told}
    assert acts == {"decline", "extend", "undo"}
    assert possible(events, PARTIES["stranger"], (), DAY) == []


# A small model of its own: states in a line, who may step, one step back and forth.
LINE = ["suggested", "interested", "shortlisted", "agreed", "tasked", "accepted", "handed_over"]
STEPS = {
    "interest": ({"record", "candidate"}, (0, 1)),
    "shortlist": ({"officer"}, (1,)),
    "agree": ({"record", "candidate"}, (2,)),
    "task": ({"officer"}, (3,)),
    "accept": ({"officer"}, (4,)),
    "hand_over": ({"officer", "record"}, (5,)),
}


class EngagementMachine(RuleBasedStateMachine):
    """The store with `decide`, beside the model."""

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.store = Store(Path(self.folder.name) / "banha.sqlite")
        self.today = DAY
        self.at, self.declined, self.interested, self.agreed = 0, False, set[str](), set[str]()
        self.consents: set[str] = set()
        self.until: date | None = None
        self.back: tuple[int, bool, set[str], set[str]] | None = None
        self.mover = ""
        self.count = 1
        begun = self.store.engagements.start(
            "need-1", "sci-1", lambda _: decide((), Intent("start"), {"officer"}, (), DAY), Actor(), NOW
        )
        self.id = begun.id

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.store.close()
            self.folder.cleanup()

    @property
    def is_expired(self) -> bool:
        return not self.declined and self.at < 4 and self.until is not None and self.until < self.today

    def attempt(self, who: str, intent: Intent) -> bool:
        viewer = {"officer": OFFICER, "record": NEED, "candidate": SCIENTIST}[who]
        try:
            self.store.engagements.append(
                self.id,
                viewer,
                lambda events: decide(events, intent, PARTIES[who], SIDES, self.today),
                Actor(),
                NOW,
            )
        except BadMove:
            return False
        self.count += 1
        return True

    @rule(who=st.sampled_from(["officer", *SIDES]), act=st.sampled_from(sorted(STEPS)))
    def move(self, who: str, act: Act) -> None:
        may, places = STEPS[act]
        said = {"interest": self.interested, "agree": self.agreed}.get(act, set())
        legal = not self.declined and not self.is_expired and who in may and self.at in places and who not in said
        assert self.attempt(who, Intent(act)) == legal
        if not legal:
            return
        self.back, self.mover = (self.at, self.declined, set(self.interested), set(self.agreed)), who
        if act == "interest":
            self.interested.add(who)
            self.at = 1
        elif act == "agree":
            self.agreed.add(who)
            self.at = 3 if len(self.agreed) == 2 else 2
        else:
            self.at += 1

    @rule(
        who=st.sampled_from(["officer", *SIDES]),
        reason=st.sampled_from([None, "khác nghề", "bận"]),
        unfit=st.booleans(),
    )
    def decline(self, who: str, reason: str | None, unfit: bool) -> None:
        legal = not self.declined and self.at < 6 and not self.is_expired and reason is not None
        assert self.attempt(who, Intent("decline", text=reason, is_unfit=unfit)) == legal
        if legal:
            self.back, self.mover = (self.at, False, set(self.interested), set(self.agreed)), who
            self.declined = True

    @rule(who=st.sampled_from(["officer", *SIDES]))
    def undo(self, who: str) -> None:
        before = (self.at, self.declined, self.interested, self.agreed)
        is_forward = self.back is not None and self._size(self.back) > self._size(before)
        legal = self.back is not None and self.mover == who and not (is_forward and self.is_expired)
        assert self.attempt(who, Intent("undo")) == legal
        if legal and self.back:
            (self.at, self.declined, self.interested, self.agreed), self.back = self.back, before

    @staticmethod
    def _size(state: tuple[int, bool, set[str], set[str]]) -> int:
        at, declined, interested, agreed = state
        return 10 * at + 100 * declined + len(interested) + len(agreed)

    @rule(who=st.sampled_from(SIDES), is_given=st.booleans())
    def consent(self, who: str, is_given: bool) -> None:
        is_open = not self.declined and not self.is_expired
        legal = is_open and who not in self.consents if is_given else who in self.consents
        assert self.attempt(who, Intent("consent" if is_given else "withdraw")) == legal
        if legal:
            (self.consents.add if is_given else self.consents.discard)(who)

    @rule(who=st.sampled_from(["officer", *SIDES]), days=st.integers(-3, 5))
    def extend(self, who: str, days: int) -> None:
        until = date.fromordinal(self.today.toordinal() + days)
        legal = who == "officer" and not self.declined and self.at < 4 and days >= 0
        assert self.attempt(who, Intent("extend", day=until)) == legal
        if legal:
            self.until = until

    @rule(days=st.integers(1, 4))
    def time_passes(self, days: int) -> None:
        self.today = date.fromordinal(self.today.toordinal() + days)

    @invariant()
    def events_add_up_to_what_is_stored(self) -> None:
        if not hasattr(self, "store"):
            return
        events = self.store.engagements.events(self.id, OFFICER)
        stored = self.store.engagements.get(self.id, OFFICER)
        now = replay(events)
        assert len(events) == self.count
        assert (now.stage, now.is_met, now.until) == (stored.stage, stored.is_met, stored.until)
        assert stored.stage == ("declined" if self.declined else LINE[self.at])
        assert stored.is_met == (self.consents == set(SIDES))
        assert (now.state(self.today) == "expired") == self.is_expired

    @invariant()
    def what_stands_is_what_was_judged(self) -> None:
        if not hasattr(self, "store"):
            return
        steps = replay(self.store.engagements.events(self.id, OFFICER)).steps
        said = ["unfit" if event.act == "decline" else "fits" for event in steps if event.judgement_id is not None]
        held = [one.verdict for one in self.store.judgements.current("need-1")]
        assert held == said[-1:]


EngagementMachine.TestCase.settings = settings(
    max_examples=20, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
)
TestEngagementMachine = EngagementMachine.TestCase


def test_open_and_waiting_stages_are_those_before_an_end() -> None:
    assert WAITING < OPEN
    assert OPEN.isdisjoint({"declined", "handed_over"})


def test_the_command_line_offers_the_states_and_moves_that_there_are() -> None:
    assert get_args(engage.State) == get_args(State)
    assert set(get_args(engage.Moveable)) == {*MOVES, "consent", "withdraw"}
    assert set(get_args(engage.Side)) == set(SIDES)
