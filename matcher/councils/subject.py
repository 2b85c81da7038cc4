"""What shows that somebody knows the subject of a task, whoever else is stored: a place in a list alone does not."""

from __future__ import annotations

from collections.abc import Sequence

from index import Index
from ingest import N_, OFFICER, Record
from matcher.all_pairs import find_grounds
from matcher.competences import find_answers, find_competences
from matcher.duplicates import Reason
from matcher.pairing import describe_pairings
from matcher.question import Question
from matcher.ranking import Ranking

_ANSWERED = 0.25  # of the requirements, by somebody whose field is another or not known
_GROUP = 3  # digits of a code: the fields above hold half of all sciences


def find_knowledge(
    index: Index, question: Question, ranking: Ranking, positions: Sequence[int]
) -> dict[str, tuple[Reason, ...]]:
    """By id, what shows it: requirements of the task that somebody answers and a group of fields in common, or one of
    these where there is enough evidence of the fit as a whole. The best of a list in which nobody knows the subject has
    no more than one."""
    ids = ranking.candidates.record_ids
    grounds = find_grounds(index, question, ranking, OFFICER, positions)
    records = index.store.get_many([ids[position] for position in positions])
    asked, competences = groups_of(question.record), find_competences(question.record)
    wanted = [one for one in competences if one.quote]
    common = {id: sorted(asked & groups_of(person)) for id, person in records.items()}
    fitting = {id for id, basis in grounds.items() if basis != "insufficient"}
    chosen = [position for position in positions if ids[position] in fitting or common.get(ids[position])]
    found = {}
    pairings = describe_pairings(index, question, ranking, OFFICER, chosen)
    answers = find_answers(index, question, ranking, wanted, pairings, OFFICER)
    for pairing in pairings:
        answered = len(answers[pairing.id])
        reasons = []
        if common[pairing.id]:
            reasons.append(Reason(N_("works in a field of the task: {fields}"), {"fields": tuple(common[pairing.id])}))
        if answered:
            message = N_("answers {count} of {total} requirements of the task")
            reasons.append(Reason(message, {"count": answered, "total": len(wanted)}))
        # The one requirement of many that somebody of another field answers is answered by chance.
        is_telling = bool(common[pairing.id]) or answered >= _ANSWERED * len(wanted)
        if len(reasons) == 2 or (reasons and pairing.id in fitting and is_telling):
            found[pairing.id] = tuple(reasons)
    return found


def groups_of(record: Record) -> frozenset[str]:
    return frozenset(code[:_GROUP] for code in record.facts.field_codes if len(code) >= _GROUP)


def describe_reviewer_sought(record: Record) -> Reason:
    """Whom to look for outside, where nobody stored who may sit knows the subject."""
    groups = sorted(groups_of(record))
    if not groups:
        return Reason(N_("nobody else who may sit is known to: look outside for somebody who works on this subject"))
    return Reason(
        N_("nobody else who may sit is known to: look outside for somebody in {fields}"), {"fields": tuple(groups)}
    )
