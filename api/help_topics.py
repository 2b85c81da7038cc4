"""One sentence for every score, signal, class and rule that the pages show, by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from api.catalogue import Translate
from api.gaps.labels import DEFINITIONS
from api.labels import SIGNAL
from api.overlap.shaping import OVERLAP
from ingest import N_

PATH = "/tro-giup"


@dataclass(frozen=True, slots=True)
class Topic:
    """`label` and `sentence` are catalogue templates, or their words once told."""

    name: str
    label: str
    sentence: str

    @property
    def href(self) -> str:
        return f"{PATH}#{self.name}"


@dataclass(frozen=True, slots=True)
class Chapter:
    label: str
    topics: tuple[Topic, ...]


_SIGNALS: Mapping[str, str] = {
    "lexical": N_(
        "How many of the words of this record the candidate uses, rare words counting more than common ones."
    ),
    "dense": N_("How near the texts are in what they mean, even where they use other words or another language."),
    "late": N_("For each part of this record the part of the candidate that is nearest in meaning, on average."),
    "specificity": N_(
        "What stands high for every record is put lower, so that a candidate who fits this one comes first."
    ),
    "amount": N_(
        "How many works, projects or passages of the candidate are about this, with less for each further one."
    ),
    "field": N_("How near the fields of science of both are in the national classification."),
    "industry": N_("Whether the fields of the one serve the industry that the other lives from."),
    "place": N_("Whether both are in the same place or province as the provinces are today."),
    "trl": N_("Whether the technology is as ready, on the scale from 1 to 9, as is asked for."),
    "budget": N_("Whether the money that is asked for is there."),
    "availability": N_("A scientist who leads running tasks is counted as less free for another one."),
}
_OVERLAP: Mapping[str, str] = {
    "same": N_("Both tasks have the same aims, work and products at the same place, whatever their words."),
    "continuation": N_("The proposal goes on from the result of the earlier task instead of repeating it."),
    "parallel": N_("Both tasks are after the same problem, by other methods or with other products."),
    "elsewhere": N_("The same work is proposed for another place or another object."),
    "unrelated": N_("Nothing that was compared shows the same aim; that does not prove that there is none."),
}
CHAPTERS: tuple[Chapter, ...] = (
    Chapter(
        N_("Lists of candidates"),
        (
            Topic(
                "score",
                N_("Overall"),
                N_("The sum of all points by their weights; it orders this one list and is no probability."),
            ),
            *(Topic(name, SIGNAL[name], sentence) for name, sentence in _SIGNALS.items()),
            Topic(
                "likelihood",
                N_("How likely it fits"),
                N_(
                    "How many of ten candidates with such a score were judged to fit, learnt from what was judged here."
                ),
            ),
            Topic(
                "insufficient",
                N_("Not enough evidence"),
                N_(
                    "The candidate is the nearest there is, but its texts say too little to speak of a fit; each is "
                    "told by itself, so that one further down may have enough."
                ),
            ),
            Topic(
                "missing",
                N_("No answer seen"),
                N_("Requirements of this record to which no sentence of the candidate answers."),
            ),
            Topic(
                "tried",
                N_("Placed by chance"),
                N_("Chance put this candidate here, so that those whom nobody has seen are judged too."),
            ),
        ),
    ),
    Chapter(
        N_("Search for overlap"),
        tuple(Topic(name, label, _OVERLAP[name]) for name, label in OVERLAP.items()),
    ),
    Chapter(
        N_("Councils"),
        (
            Topic(
                "rule",
                N_("The rule"),
                N_(
                    "A dated regulation with its citation says who sits and who may not; an officer confirms it before "
                    "use."
                ),
            ),
            Topic("exclusion", N_("Excluded"), N_("The rule keeps this person out, for the fact that is quoted.")),
            Topic(
                "question",
                N_("To be asked"),
                N_(
                    "Something points to a reason for leaving this person out but does not prove it, so a person must "
                    "answer."
                ),
            ),
            Topic("advice", N_("Advice"), N_("The rule advises against it; the council may decide otherwise.")),
            Topic(
                "alternates",
                N_("Alternates"),
                N_("Who may sit by the rule and would be next, should somebody be unable to come."),
            ),
            Topic(
                "conflict",
                N_("Requirements that contradict one another"),
                N_(
                    "The smallest set of requirements that cannot all be kept; without any one of them the others can, "
                    "though another set may not."
                ),
            ),
        ),
    ),
    Chapter(
        N_("Teams of three houses"),
        (
            Topic(
                "team",
                N_("Team"),
                N_(
                    "A body of the state, scientists and an enterprise who together answer the requirements as well as "
                    "can be."
                ),
            ),
            Topic(
                "team-value",
                N_("Value of a team"),
                N_(
                    "The scores of its members and of the requirements that they answer, in steps of the ranking and "
                    "no probability."
                ),
            ),
        ),
    ),
    Chapter(
        N_("Demand and supply"),
        (
            *(
                Topic(name, label, meaning)
                for name, (label, meaning) in zip(
                    (
                        "demand",
                        "supply",
                        "difference",
                        "gap-field",
                        "gap-place",
                        "gap-year",
                        "unknown",
                        "growth",
                        "applied",
                        "priority",
                    ),
                    DEFINITIONS,
                    strict=True,
                )
            ),
            Topic(
                "unserved",
                N_("A need that nobody can serve"),
                N_(
                    "Its best scientist and best organisation fit hardly ever by what was judged here, or have not "
                    "enough evidence; or nobody stored has its fields."
                ),
            ),
        ),
    ),
    Chapter(
        N_("Duplicates"),
        (
            Topic(
                "duplicate",
                N_("Records that may be one"),
                N_(
                    "Names, codes or texts of both agree so much that both may tell of one task, need, person or "
                    "body; a person looks and decides."
                ),
            ),
            Topic(
                "wording",
                N_("Wording in common"),
                N_("Of all runs of three syllables in either text, how many of a hundred stand in both."),
            ),
        ),
    ),
    Chapter(
        N_("Who sees what"),
        (
            Topic("public", N_("Public"), N_("Everybody may read it.")),
            Topic(
                "anonymous",
                N_("Anonymous"),
                N_("Everybody may read the text, but names in it are hidden until both sides agree to be introduced."),
            ),
            Topic(
                "confidential",
                N_("Confidential"),
                N_("Only its owner and officers can see it; for everybody else it does not exist."),
            ),
        ),
    ),
    Chapter(
        N_("Searching"),
        (
            Topic(
                "accents",
                N_("Search without accents"),
                N_(
                    "Words typed without accents are read with the accents they most probably have, and both are "
                    "searched."
                ),
            ),
            Topic(
                "marked",
                N_("Highlighted words"),
                N_("Words that you typed, or that both texts share; the rest was found by its meaning."),
            ),
            Topic(
                "source",
                N_("Where a value comes from"),
                N_("The file and the place in it that a value was read from, how it was read, and how sure that is."),
            ),
        ),
    ),
)
_TOPICS = {topic.name: topic for chapter in CHAPTERS for topic in chapter.topics}


def tell(name: str, translate: Translate) -> Topic:
    """The topic in words of a language. Raises KeyError for a name that is none."""
    topic = _TOPICS[name]
    return Topic(name, translate(topic.label), translate(topic.sentence))


def tell_all(translate: Translate) -> list[Chapter]:
    return [
        Chapter(translate(chapter.label), tuple(tell(topic.name, translate) for topic in chapter.topics))
        for chapter in CHAPTERS
    ]
