"""What people call the roles and parts of teams, as catalogue templates."""

from __future__ import annotations

from collections.abc import Mapping

from ingest import N_, House

ROLE: Mapping[str, str] = {
    "orderer": N_("Orders the task"),
    "co_funder": N_("Co-funds it or owns the site"),
    "programme": N_("Programme or task to build on"),
    "host": N_("Host organisation"),
    "lead": N_("Leads the research"),
    "member": N_("Joins the research"),
    "owner": N_("Has the need"),
    "applier": N_("Would apply the result"),
}
# What a person may wish of a team, by the name of the parameter, as the form of the page calls it.
WISH: Mapping[str, str] = {
    "members": N_("Scientists, the lead among them (from-to)"),
    "teams": N_("How many teams"),
    "same_organisation": N_("At most from one organisation"),
    "load": N_("Running tasks that keep a leader out"),
    "place": N_("Somebody is in the place"),
    "budget": N_("Known costs at most, in đồng (900000000)"),
    "with": N_("Must join: identifiers with commas, perhaps = and the role; or press Keep in the team below a name"),
    "without": N_("Must not join: identifiers with commas; or press Leave out below a name"),
}
MISSING: Mapping[House, str] = {
    "state": N_("There is no body of the state yet that could order or co-fund this. Look for:"),
    "science": N_("There is no scientist yet who fits this. Look for:"),
    "enterprise": N_("There is no enterprise yet that has this need or would apply the result. Look for:"),
}
NOBODY_STORED: Mapping[House, str] = {
    "state": N_("Nothing of the house of the state is stored: ingest a list of departments and localities."),
    "science": N_("No scientist is stored: ingest CVs or a list of scientists."),
    "enterprise": N_("Nothing of the house of enterprises is stored: ingest needs or a list of enterprises."),
}
NOBODY_YET = N_("nobody yet")
ENDED: Mapping[str, str] = {
    "exhausted": N_(
        "No other team is possible: it would need other people, not only other roles or fewer people, and the rules "
        "leave none."
    ),
    "time": N_("The time for searching was up: there may be other teams."),
}
NOT_ENOUGH = N_("Not enough evidence")
BY_RANK_ALONE = N_("By rank alone: no words of theirs answer a requirement")
DOUBTED_LEAD: Mapping[str, str] = {
    NOT_ENOUGH: N_(
        "There is not enough evidence that {name}, who leads this team, fits: ask first, or look for somebody else who "
        "answers what is asked for."
    ),
    BY_RANK_ALONE: N_(
        "{name} leads this team by rank alone: no stored words of theirs answer a requirement. Ask first, or look for "
        "somebody else who answers what is asked for."
    ),
}
ADVICE = N_("A proposal with its reasons: a person decides.")
UNITS = N_("Values are scores of the ranking: standard deviations of the list of candidates, no probability.")
