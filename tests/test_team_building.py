"""Teams of three houses on records: who is known is kept, rules hold, gaps and contradictions are named."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from team_case import ALL, BODIES, NEED, OTHERS, SCIENTISTS, TASK, record, running
from toy_encoder import ToyEncoder

from api.catalogue import translator
from api.schemas import Versions
from api.teams.schemas import Team
from api.teams.shaping import show_teams
from index import Answer, Bearer, Declaration, Index, Party, UnknownRecord, store_records
from ingest import KINDS, NOBODY, OFFICER, Facts, Record, Section
from matcher.all_pairs import match_all
from matcher.competences import find_answers, find_competences
from matcher.councils.subject import find_knowledge
from matcher.pairing import describe_pairings
from matcher.question import ask as put
from matcher.ranking import rank_candidates
from matcher.teams.advice import load_team_advice
from matcher.teams.assigning import BadAssignment, Terms, assign_records
from matcher.teams.building import TeamProposal, build_teams
from matcher.teams.problem import Forced, PlacedIn
from matcher.teams.requests import ROLE_HOUSE, BadTeam, Wishes


def index_of(folder: Path, records: list[Record], has_model: bool = True) -> Index:
    index = Index(folder, ToyEncoder() if has_model else None)
    store_records(index, [(one, "test") for one in records])
    return index


@pytest.fixture(scope="module", params=["hybrid", "lexical"])
def index(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Index:
    """Tests only read it."""
    return index_of(tmp_path_factory.mktemp("index"), ALL, request.param == "hybrid")


def ask(index: Index, record: Record = NEED, **wishes: object) -> TeamProposal:
    return build_teams(index, record, Wishes(**wishes), OFFICER)  # type: ignore[arg-type]


def roles(proposal: TeamProposal, number: int = 0) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for member in proposal.answer.teams[number].members:
        found.setdefault(member.role, []).append(member.candidate)
    return found


def test_a_need_gets_all_three_houses_and_its_own_firm_has_the_need(index: Index) -> None:
    found = roles(ask(index))
    assert found["owner"] == ["o-go"]
    assert found["orderer"] == ["o-so"]
    assert found["lead"][0] in ("s-say", "s-am")
    assert "s-tom" not in found.get("member", [])


def test_the_quotes_of_each_member_are_exact_and_from_other_records_than_its_fellows(index: Index) -> None:
    proposal = ask(index)
    stored = {one.id: one for one in ALL}
    for team in proposal.answer.teams:
        quoted_by: dict[str, str] = {}
        for member in team.members:
            one = proposal.contenders[member.candidate]
            assert one.proofs
            for proof in one.proofs:
                text = stored[proof.record_id].text_of(proof.quote.section)
                assert text[proof.quote.start : proof.quote.end] == proof.quote.text
                assert quoted_by.setdefault(proof.record_id, one.id) == one.id


def test_what_a_team_answers_is_what_the_match_does_not_miss(index: Index) -> None:
    proposal = ask(index)
    team = proposal.answer.teams[0]
    scientists = [one.candidate for one in team.members if one.role in ("lead", "member")]
    covered = set().union(*(proposal.contenders[id].covers for id in scientists))
    assert set(team.uncovered) == {one.key for one in proposal.competences} - covered
    for id in scientists:
        for key in proposal.contenders[id].covers:
            assert key.startswith("field:") or key in proposal.contenders[id].answers


def test_teams_differ_by_lead_or_members_and_none_is_better_than_the_first(index: Index) -> None:
    teams = ask(index, teams=3).answer.teams
    assert len({tuple(sorted((one.role, one.candidate) for one in team.members)) for team in teams}) == len(teams)
    assert all(team.objective <= teams[0].objective + 1e-9 and team.gap <= 0.01 for team in teams)


def test_who_must_and_who_must_not_join_is_kept(index: Index) -> None:
    found = ask(index, wanted=(("s-tom", "member"), ("o-ghe", "applier")), unwanted=("s-say",))
    for number in range(len(found.answer.teams)):
        members = roles(found, number)
        assert "s-tom" in members["member"]
        assert members["applier"] == ["o-ghe"]
        assert "s-say" not in [*members["lead"], *members["member"]]


def test_a_need_named_for_its_firm_brings_the_firm(tmp_path: Path) -> None:
    other = replace(
        NEED, id="n-ghe", title="Bàn ghế gỗ cao su nứt", facts=replace(NEED.facts, organisation=BODIES[2].title)
    )
    index = index_of(tmp_path, [*ALL, other])
    assert roles(ask(index, wanted=(("n-ghe", "applier"),)))["applier"] == ["o-ghe"]


def test_a_task_keeps_its_leader_and_host_and_names_whom_nobody_knows(index: Index) -> None:
    proposal = ask(index, TASK)
    found = roles(proposal)
    assert found["lead"] == ["s-say"]
    assert proposal.contenders[found["host"][0]].name == "Viện Gỗ Sông Lam"
    assert [note.params["name"] for note in proposal.notes if note.params] == ["Vũ Không Hồ Sơ"]
    assert roles(ask(index, TASK, unwanted=("s-say",)))["lead"] != ["s-say"]


def test_a_name_twin_of_whom_the_text_of_a_task_names_is_a_question(tmp_path: Path) -> None:
    listed = "Thành viên chính: TS. Mạc Thu Bích – Viện Nhiệt Phương Xa"
    task = replace(TASK, sections=(*TASK.sections, Section("organisation", listed)))
    index = index_of(tmp_path, [*(one for one in ALL if one.id != TASK.id), task])
    assert {"name": "Mạc Thu Bích", "id": "s-men"} in [dict(note.params) for note in ask(index, task).notes]


def test_a_need_of_a_department_is_ordered_by_it_and_looks_for_who_applies_the_result(tmp_path: Path) -> None:
    state = replace(NEED, facts=replace(NEED.facts, organisation="Sở Công Thương tỉnh Sông Lam"))
    found = roles(ask(index_of(tmp_path, [*ALL[1:], state]), state))
    assert found["orderer"] == ["n-go"]
    assert "owner" not in found
    assert found["applier"][0] in ("o-go", "o-ghe")


def test_a_record_that_is_not_stored_gets_teams(index: Index) -> None:
    assert roles(ask(index, replace(NEED, id="")))["lead"][0] in ("s-say", "s-am")


def test_who_leads_as_many_tasks_as_allowed_takes_on_no_other(tmp_path: Path) -> None:
    index = index_of(tmp_path, [*ALL, running(1), running(2)])
    assert ask(index).contenders["s-say"].running == 2
    assert roles(ask(index))["lead"] != ["s-say"]
    assert roles(ask(index, load=3))["lead"] == ["s-say"]


def test_a_missing_house_is_named_with_what_to_look_for_and_the_others_go_on(tmp_path: Path) -> None:
    without = [one for one in ALL if one.kind != "scientist"]
    proposal = ask(index_of(tmp_path, without))
    assert [(one.house, one.stored) for one in proposal.missing] == [("science", 0)]
    assert any("chế độ sấy" in str(reason.params) for reason in proposal.missing[0].look_for)
    assert roles(proposal)["owner"] == ["o-go"]
    shown = show_teams(proposal, Versions(), translator("vi"), "vi")
    assert shown.ended == "missing_house"
    assert "Chưa lưu hồ sơ nhà khoa học" in shown.missing_houses[0].text


def test_a_task_that_no_enterprise_fits_says_so(tmp_path: Path) -> None:
    unlike = [one for one in ALL if one.id not in ("o-go", "o-ghe", "n-go")]
    proposal = ask(index_of(tmp_path, unlike), TASK)
    assert [one.house for one in proposal.missing] == ["enterprise"]
    assert proposal.missing[0].stored > 0


def test_rules_that_contradict_are_named_with_their_names_and_numbers(index: Index) -> None:
    proposal = ask(index, members=(1, 1), wanted=(("s-say", "lead"), ("s-am", "lead")))
    conflict = proposal.answer.conflict
    assert conflict is not None
    assert conflict.is_verified
    assert conflict.is_smallest
    shown = show_teams(proposal, Versions(), translator("vi"), "vi")
    assert shown.conflict is not None
    said = " ".join(shown.conflict.rules)
    assert "Đoàn Thị Minh Sương" in said
    assert "Lưu Gia Bảo Khôi" in said
    assert "{" not in said


def test_a_place_where_nobody_is_cannot_be_kept(index: Index) -> None:
    conflict = ask(index, place="huyện Không Có").answer.conflict
    assert conflict is not None
    assert [type(rule) for rule in conflict.rules] == [PlacedIn]
    assert ask(index, place="huyện Khe Mây").answer.teams
    assert ask(index, place="Khe Mây", place_role="owner").answer.teams


def test_scientists_of_one_organisation_are_limited(index: Index) -> None:
    proposal = ask(index, members=(3, 3), same_organisation=1)
    for number in range(len(proposal.answer.teams)):
        members = roles(proposal, number)
        bodies = [proposal.contenders[id].organisation for id in (*members["lead"], *members["member"])]
        assert len(set(bodies)) == len(bodies) == 3


def declare(index: Index, kind: str, of: str, to: str | None) -> None:
    one = Declaration(kind, Party(of), Party(to) if to else None, "theo đơn")  # type: ignore[arg-type]
    index.store.declarations.remember([one], datetime.now(UTC))


def test_declared_conflicts_and_sanctions_are_rules_for_officers_only(tmp_path: Path) -> None:
    index = index_of(tmp_path, ALL)
    declare(index, "conflict", "s-say", "s-am")
    declare(index, "sanction", "s-go", None)
    for number in range(len(ask(index, members=(2, 4)).answer.teams)):
        members = roles(ask(index, members=(2, 4)), number)
        team = {*members["lead"], *members["member"]}
        assert not {"s-say", "s-am"} <= team
        assert "s-go" not in team
    both = ask(index, wanted=(("s-say", None), ("s-am", None)))
    assert both.answer.conflict is not None
    assert {type(rule).__name__ for rule in both.answer.conflict.rules} == {"Apart", "Forced"}
    open_to_all = build_teams(index, NEED, Wishes(wanted=(("s-say", None), ("s-am", None))), NOBODY, on=date.today())
    assert open_to_all.answer.teams


def test_what_may_be_declared_of_somebody_else_is_a_question_until_it_is_answered(tmp_path: Path) -> None:
    index = index_of(tmp_path, ALL)
    twin = Declaration("sanction", Party(None, "Đoàn Thị Minh Sương", "Trường Xa Lạ"), None, "Quyết định 12")
    index.store.declarations.remember([twin], datetime.now(UTC))
    declare(index, "conflict", "s-am", None)

    def notes() -> list[str]:
        return [one for one in show_teams(ask(index), Versions(), translator("vi"), "vi").notes if "Hỏi trước" in one]

    assert notes() == [
        "Hỏi trước: Đoàn Thị Minh Sương đang chịu xử lý còn hiệu lực: Quyết định 12 – trùng tên nhưng khác đơn vị: "
        "có thể là người khác",
        "Hỏi trước: đã khai Lưu Gia Bảo Khôi có xung đột lợi ích, không nêu với ai: theo đơn – cần kiểm tra",
    ]
    for is_same in (True, False):
        said = Answer(Bearer("s-say"), Bearer(declaration=1, name="Đoàn Thị Minh Sương"), is_same)
        index.store.identities.remember(said, datetime.now(UTC))
        found = ask(index)
        joined = {one.candidate for team in found.answer.teams for one in team.members}
        assert ("s-say" in joined) != is_same
        assert not [one for one in notes() if "Minh Sương" in one]


def test_a_viewer_sees_nothing_hidden(tmp_path: Path) -> None:
    hidden = replace(
        SCIENTISTS[0], sections=tuple(replace(one, visibility="confidential") for one in SCIENTISTS[0].sections)
    )
    masked = replace(BODIES[2], sections=(Section("introduction", BODIES[2].sections[0].text, "anonymous"),))
    index = index_of(tmp_path, [one for one in ALL if one.id not in (hidden.id, masked.id)] + [hidden, masked])
    proposal = build_teams(index, NEED, Wishes(), NOBODY)
    shown = show_teams(proposal, Versions(), translator("vi"), "vi").model_dump_json()
    assert hidden.title not in shown
    assert masked.title not in shown
    with pytest.raises(UnknownRecord):
        build_teams(index, NEED, Wishes(wanted=((hidden.id, None),)), NOBODY)


@pytest.mark.parametrize(
    ("wishes", "part"),
    [
        (Wishes(wanted=(("s-say", None),), unwanted=("s-say",)), "must be in the team and must not be"),
        (Wishes(wanted=(("s-say", "lead"), ("s-say", "member"))), "in two roles"),
        (Wishes(wanted=(("s-say", "owner"),)), "cannot be"),
        (Wishes(wanted=(("o-so", "lead"),)), "cannot be"),
        (Wishes(wanted=(("o-so", "applier"),)), "of the house"),
        (Wishes(wanted=(("s-say", "king"),)), "is no role"),
        (Wishes(wanted=(("n-go", None),)), "what the team is for"),
        (Wishes(members=(3, 2)), "no number of members"),
        (Wishes(members=(0, 2)), "no number of members"),
        (Wishes(teams=0), "cannot be proposed at once"),
        (Wishes(budget=0), "at least 1"),
        (Wishes(place=" ? "), "has no name"),
        (Wishes(place="Khe Mây", place_role="x"), "is no role"),
    ],
)
def test_what_contradicts_itself_is_refused_in_words(index: Index, wishes: Wishes, part: str) -> None:
    with pytest.raises(BadTeam) as refusal:
        build_teams(index, NEED, wishes, OFFICER)
    assert part in refusal.value.message
    refusal.value.message.format(**refusal.value.params)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    wanted=st.lists(
        st.tuples(st.sampled_from([one.id for one in ALL]), st.sampled_from([None, *ROLE_HOUSE])), max_size=2
    ),
    unwanted=st.lists(st.sampled_from([one.id for one in ALL]), max_size=2),
    place=st.sampled_from([None, "Khe Mây", "huyện Không Có"]),
    role=st.sampled_from([None, *ROLE_HOUSE]),
    numbers=st.tuples(*(st.sampled_from([None, 1, 3]) for _ in range(3))),
    members=st.sampled_from([None, (1, 1), (2, 3)]),
    is_task=st.booleans(),
)
def test_any_wish_is_kept_or_answered_in_words(
    index: Index,
    wanted: list[tuple[str, str | None]],
    unwanted: list[str],
    place: str | None,
    role: str | None,
    numbers: tuple[int | None, ...],
    members: tuple[int, int] | None,
    is_task: bool,
) -> None:
    wishes = Wishes(members, tuple(wanted), tuple(unwanted), numbers[0], place, role, numbers[1], numbers[2], 1)
    try:
        found = build_teams(index, TASK if is_task else NEED, wishes, OFFICER)
    except BadTeam as refusal:
        refusal.message.format(**refusal.params)
        return
    assert found.answer.teams or found.answer.conflict or found.missing
    show_teams(found, Versions(), translator("vi"), "vi")


def test_an_enterprise_joins_by_the_same_problem_only(index: Index) -> None:
    proposal = ask(index)
    appliers = {one.id for one in proposal.contenders.values() if "applier" in one.qualities}
    assert not appliers & {"n-tom", "n-men", "n-den", "o-tom"}
    # Of the others each has words of its own that tie it, or it has the need.
    assert all(one.basis != "insufficient" or one.is_known for one in map(proposal.contenders.get, appliers) if one)


def test_that_nobody_would_apply_the_result_is_said(tmp_path: Path) -> None:
    proposal = ask(index_of(tmp_path, [one for one in ALL if one.id != "o-ghe"]))
    assert "applier" not in roles(proposal)
    shown = show_teams(proposal, Versions(), translator("vi"), "vi")
    assert any(note.startswith("Chưa có bên ứng dụng kết quả") for note in shown.notes)


def test_unknown_ids_and_other_kinds_are_refused(index: Index) -> None:
    with pytest.raises(UnknownRecord):
        ask(index, unwanted=("nobody",))
    with pytest.raises(BadTeam):
        ask(index, SCIENTISTS[0])


def test_known_costs_stay_below_the_budget(tmp_path: Path) -> None:
    dear = [replace(one, facts=replace(one.facts, budget_vnd=500_000_000)) for one in SCIENTISTS]
    index = index_of(tmp_path, [NEED, *dear, *BODIES, *OTHERS])
    team = ask(index, members=(1, 3), budget=600_000_000).answer.teams[0]
    assert team.cost == 500_000_000
    conflict = ask(index, members=(2, 3), budget=600_000_000).answer.conflict
    assert conflict is not None
    assert {type(rule).__name__ for rule in conflict.rules} >= {"Budget", "RoleAtLeast"}


def test_the_money_of_a_task_to_build_on_is_no_cost_of_the_team(tmp_path: Path) -> None:
    done = replace(
        TASK,
        id="p-done",
        title="Chế độ sấy gỗ cao su dày 50 mm",
        house="state",
        facts=replace(TASK.facts, people=(), organisation=None, budget_vnd=1_900_000_000, status="Đã nghiệm thu"),
    )
    index = index_of(tmp_path, [*ALL, done])
    proposal = ask(index, wanted=(("p-done", "programme"),), budget=1_000_000_000)
    assert roles(proposal)["programme"] == ["p-done"]
    assert proposal.answer.teams[0].cost == 0
    shown = show_teams(proposal, Versions(), translator("vi"), "vi").teams[0]
    assert shown.cost_vnd == 0
    (member,) = (one for one in shown.members if one.role == "programme")
    assert any("1.900 triệu đồng" in reason for reason in member.reasons)


def test_what_a_task_says_that_it_costs_counts_against_the_budget(tmp_path: Path) -> None:
    dear = replace(TASK, facts=replace(TASK.facts, budget_vnd=1_500_000_000))
    index = index_of(tmp_path, [*(one for one in ALL if one.id != TASK.id), dear])
    refused = ask(index, dear, budget=1_000_000_000)
    assert refused.answer.conflict is not None
    assert [type(rule).__name__ for rule in refused.answer.conflict.rules] == ["Budget"]
    conflict = show_teams(refused, Versions(), translator("vi"), "vi").conflict
    assert conflict is not None
    assert "1.500 triệu đồng" in conflict.rules[0]
    kept = ask(index, dear, budget=1_500_000_000)
    assert show_teams(kept, Versions(), translator("vi"), "vi").teams[0].cost_vnd == 1_500_000_000


def test_what_is_advised_is_in_its_range() -> None:
    advice = load_team_advice()
    assert 1 <= advice.members[0] <= advice.members[1]
    assert min(advice.load, advice.shortlist, advice.bodies, advice.programmes, advice.seconds) >= 1
    weights = (advice.lead, advice.member, advice.orderer, advice.co_funder, advice.programme, advice.host)
    assert all(0 <= one <= 1 for one in (*weights, advice.standing, advice.second_record))
    assert all(0 <= one <= 1 for some in (advice.owner, advice.applier) for one in (some.need, some.organisation))
    assert min(advice.field, advice.least_tie, advice.by_office, advice.department, advice.member_cost) >= 0
    assert 0 < advice.most_cover <= advice.full_cover


def test_the_order_in_which_records_were_stored_changes_nothing(tmp_path: Path) -> None:
    one, other = index_of(tmp_path / "a", ALL), index_of(tmp_path / "b", ALL[::-1])
    assert [roles(ask(one, members=(1, 1)), n) for n in range(2)] == [
        roles(ask(other, members=(1, 1)), n) for n in range(2)
    ]


def test_what_the_record_says_is_a_rule_that_gives_way_to_a_wish(index: Index) -> None:
    known = Forced("s-say", "lead")
    assert known in ask(index, TASK).problem.rules
    assert known not in ask(index, TASK, wanted=(("s-am", "lead"),)).problem.rules


def test_a_second_team_finds_the_candidates_of_all_kinds_as_the_first_left_them(index: Index) -> None:
    def kept() -> list[int]:
        return [id(index.candidates([kind], OFFICER)) for kind in KINDS]

    build_teams(index, NEED, Wishes(), OFFICER)
    first = kept()
    build_teams(index, TASK, Wishes(), OFFICER)
    assert kept() == first


def test_a_budget_that_cannot_be_checked_says_so_and_what_the_need_states(index: Index) -> None:
    notes = {note.message: note.params for note in ask(index, budget=1_000).notes}
    unknown = next(params for message, params in notes.items() if "is not checked" in message)
    assert unknown["amount"] == 1_000
    stated = next(params for message, params in notes.items() if message.startswith("The need itself states"))
    assert stated == {"stated": 900_000_000}
    assert not [note for note in ask(index).notes if "budget" in note.message]


def test_of_known_costs_a_budget_says_whom_it_does_not_count(index: Index) -> None:
    task = replace(TASK, facts=replace(TASK.facts, budget_vnd=500_000_000))
    (note,) = [note for note in ask(index, task, budget=600_000_000).notes if "budget" in note.message]
    assert note.params["spent"] == 500_000_000
    assert note.params["count"]


def test_a_role_behind_a_colon_that_does_not_exist_is_named(index: Index) -> None:
    with pytest.raises(BadTeam) as refused:
        ask(index, wanted=(("s-say:king", None),))
    assert refused.value.params["role"] == "king"
    with pytest.raises(UnknownRecord):
        ask(index, wanted=(("nobody:king", None),))


def test_too_few_people_says_why_others_do_not_count(index: Index) -> None:
    proposal = ask(index, members=(9, 9))
    assert proposal.answer.conflict
    said = [proposal.rules[rule].message for rule in proposal.answer.conflict.rules]
    assert any("who is asked for by name counts all the same" in message for message in said)


_ASKED = record(
    "need",
    "enterprise",
    "n-khi",
    "Lò gạch bốc khói",
    requirements="Khí thải lò gạch đạt quy chuẩn. Đo bụi mịn bằng cảm biến. Nhờ bác sĩ thú y mổ khám vịt. "
    "Tháp rửa khói cao hai mét. Than sạch giá rẻ cho hộ nghèo. Tập huấn thợ ca đêm. Lịch nung theo mùa gặt lúa.",
)
_ANSWERING = [
    record("scientist", "science", id, id, work=work)
    for id, work in (
        ("amoni", "12 cơ sở vượt quy chuẩn về amoni, xử lý môi trường."),
        ("lo", "Giảm khí thải của lò gạch liên tục."),
        ("bac-si", "Học vị: Bác sĩ thú y\nTiếng ồn ở xưởng xẻ đá."),
    )
]


@pytest.fixture(scope="module")
def answering(tmp_path_factory: pytest.TempPathFactory) -> Index:
    return index_of(tmp_path_factory.mktemp("answering"), [*_ANSWERING, *SCIENTISTS], has_model=False)


def find_said(index: Index, need: Record = _ASKED) -> dict[str, dict[str, str]]:
    """By id, what everybody answers if `match` lets all pass: the requirement and the words that answer it."""
    competences = find_competences(need)
    question = put(index, need, OFFICER)
    ranking = rank_candidates(index, question, "scientist", OFFICER)
    pairings = describe_pairings(index, question, ranking, OFFICER, ranking.order)
    says_all = [replace(one, missing=()) for one in pairings]
    answers = find_answers(index, question, ranking, competences, says_all, OFFICER)
    asked = {one.key: one.quote.text for one in competences if one.quote}
    return {id: {asked[key]: proof.quote.text for key, proof in found.items()} for id, found in answers.items()}


def test_words_of_no_subject_and_degrees_answer_no_requirement(answering: Index) -> None:
    said = find_said(answering)
    assert said["amoni"] == said["bac-si"] == {}
    assert said["lo"] == {"Khí thải lò gạch đạt quy chuẩn": "Giảm khí thải của lò gạch liên tục"}


def test_who_fits_less_well_than_the_best_answers_with_more_than_a_common_word(tmp_path: Path) -> None:
    asked = "Máy sấy gỗ cao su theo giai đoạn. Giảm cong vênh gỗ cao su xẻ."
    need = record("need", "enterprise", "n-go", "Sấy gỗ cao su bị cong vênh", requirements=asked)
    people = [
        record("scientist", "science", id, id, work=work)
        for id, work in (
            ("dau", "Máy sấy gỗ cao su. Giảm cong vênh khi sấy gỗ cao su."),
            ("chung", "Tín dụng cho hộ nuôi bò, trả hai giai đoạn."),
            ("rieng", "Đo độ cong vênh của gỗ cao su xẻ làm sàn."),
        )
    ]
    said = find_said(index_of(tmp_path, [*people, *SCIENTISTS], has_model=False), need)
    assert said["chung"] == {}
    assert said["rieng"].keys() == {"Giảm cong vênh gỗ cao su xẻ"}
    assert len(said["dau"]) == 2


def test_who_answers_nothing_leads_only_where_far_ahead_and_joins_nobody(index: Index) -> None:
    advice = load_team_advice()
    asked = replace(NEED, id="n-khac", sections=(Section("requirements", "Cần tàu vũ trụ chở khách. Sấy gỗ cao su."),))
    for need in (NEED, asked):
        for one in ask(index, need).contenders.values():
            if "lead" in one.qualities:
                score = max(0.0, one.score or 0.0)
                whole = (advice.lead if one.covers else advice.lead_without_answer) * score
                assert whole <= one.qualities["lead"] <= whole + advice.standing
                assert one.qualities["member"] == (advice.member * score if one.covers else 0.0)


def test_an_assignment_makes_no_pair_that_a_list_doubts(index: Index) -> None:
    found = assign_records(index, "need", "scientist", OFFICER, Terms(least=1, most=9, load=9))
    rows = {row.id: row for row in match_all(index, "need", "scientist", OFFICER, limit=len(SCIENTISTS))}
    doubted = 0
    for need in found.needs:
        sure = {one.id for one in rows[need.id].pairs if one.basis != "insufficient"}
        assert need.fitting == len(sure)
        assert {one.id for one in need.chosen} == sure
        doubted += len(rows[need.id].pairs) - len(sure)
    assert doubted


def test_a_lead_who_answers_nothing_or_of_whom_too_little_is_known_is_marked_on_the_team(index: Index) -> None:
    def show(need: Record, **wishes: object) -> Team:
        return show_teams(ask(index, need, **wishes), Versions(), translator("vi"), "vi").teams[0]

    def doubts(team: Team, role: str) -> list[tuple[str, ...]]:
        return [one.doubts for one in team.members if one.role == role]

    sure = show(NEED)
    assert sure.doubts == doubts(sure, "lead")[0] == doubts(sure, "owner")[0] == ()
    asked = replace(NEED, id="n-khac", sections=(Section("requirements", "Cần tàu vũ trụ chở khách bay đêm."),))
    by_rank = show(asked, wanted=(("s-say", "lead"),))
    assert doubts(by_rank, "lead")[0][-1] == "Chỉ theo thứ hạng: chưa thấy câu nào của người này trả lời yêu cầu"
    assert by_rank.doubts[0].startswith(("Đoàn Thị Minh Sương đứng chủ nhiệm", "Chưa đủ căn cứ"))
    forced = show(NEED, wanted=(("s-tom", "lead"), ("s-dl", "member")))
    assert doubts(forced, "lead")[0][0] == "Chưa đủ căn cứ"
    assert "Tạ Hoài Phiêu" in forced.doubts[0]
    assert next(one.doubts[0] for one in forced.members if one.id == "s-dl") == "Chưa đủ căn cứ"


def test_one_requirement_answered_shows_no_knowledge_of_another_field(answering: Index) -> None:
    question = put(answering, _ASKED, OFFICER)
    ranking = rank_candidates(answering, question, "scientist", OFFICER)
    assert find_knowledge(answering, question, ranking, list(range(len(ranking.candidates.record_ids)))) == {}


def test_who_answers_nothing_stands_with_the_reason_why_all_the_same(tmp_path: Path) -> None:
    index = index_of(tmp_path, ALL, has_model=False)

    def reasons(need: Record, **wishes: object) -> dict[str, str]:
        team = show_teams(ask(index, need, **wishes), Versions(), translator("vi"), "vi").teams[0]
        return {str(one.id): one.reasons[0] for one in team.members if one.role in ("lead", "member") and one.doubts}

    space = replace(
        NEED, id="n-khac", facts=Facts(), sections=(Section("requirements", "Cần tàu vũ trụ chở khách bay đêm."),)
    )
    (lead,) = reasons(space).values()
    assert lead == "có mặt vì tổ nào cũng cần người đứng chủ nhiệm, và không ai đứng chủ nhiệm tổ này tốt hơn"
    assert reasons(NEED) == {}
    filled = reasons(space, members=(2, 2))
    assert sorted(filled.values()) == sorted([lead, "có mặt vì được yêu cầu ít nhất 2 nhà khoa học"])
    assert reasons(NEED, wanted=(("s-tom", "member"),))["s-tom"] == "có mặt vì được yêu cầu"
    assert reasons(TASK, wanted=(("s-tom", "member"),)) == {"s-tom": "có mặt vì được yêu cầu"}
    unlike = replace(TASK, id="t-khac", sections=space.sections)
    assert reasons(unlike)["s-say"] == "có mặt vì chính hồ sơ nêu tên người này"
    of_field = replace(space, facts=Facts(field_codes=("205",)))
    (said,) = set(reasons(of_field).values())
    assert said.startswith("có mặt vì một lĩnh vực được hỏi: Kỹ thuật vật liệu và luyện kim (205)")


def test_the_quote_of_a_requirement_is_all_of_the_work_that_ticks_it(tmp_path: Path) -> None:
    work = "Khảo sát lò gạch ở 27 xóm. Khí thải của lò gạch giảm ở 18 xóm sau khi sửa ống khói."
    long = " ".join([work, *(f"Đoạn {number} nói tới việc khác hẳn của xưởng may." for number in range(8))])
    people = [record("scientist", "science", id, id, work=text) for id, text in (("s-ngan", work), ("s-dai", long))]
    said = find_said(index_of(tmp_path, [*people, *SCIENTISTS[:3]], has_model=False))
    asked = "Khí thải lò gạch đạt quy chuẩn"
    assert said["s-ngan"][asked] == work.rstrip(".")
    assert said["s-dai"][asked] == "Khí thải của lò gạch giảm ở 18 xóm sau khi sửa ống khói"


def test_an_assignment_gives_no_firm_its_own_need_and_nobody_a_task_that_has_begun(tmp_path: Path) -> None:
    done = replace(TASK, id="t-xong", facts=replace(TASK.facts, status="Đã nghiệm thu"))
    index = index_of(tmp_path, [*ALL, done, running(1)], has_model=False)
    every = Terms(least=1, most=9, load=9)
    tasks = assign_records(index, "proposal", "scientist", OFFICER, every)
    assert ([one.id for one in tasks.needs], tasks.left_out) == ([TASK.id], 2)
    needs = assign_records(index, "need", "organisation", OFFICER, every)
    (own,) = (one for one in needs.needs if one.id == NEED.id)
    assert {"o-ghe"} <= {one.id for one in own.chosen}
    assert "o-go" not in {one.id for one in own.chosen}
    assert needs.left_out == 0
    begun = index_of(tmp_path / "begun", [*SCIENTISTS, done], has_model=False)
    with pytest.raises(BadAssignment) as refused:
        assign_records(begun, "proposal", "scientist", OFFICER, every)
    assert refused.value.params == {"count": 1}
