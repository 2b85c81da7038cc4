"""The errors of what people ask for, the limits they meet, and the exit codes of the command line."""

from __future__ import annotations

from datetime import timedelta
from math import ceil

from ingest import N_, BanhaError

EXIT_USAGE = 2
EXIT_REFUSED = 3
EXIT_UNKNOWN_RECORD = 4
EXIT_UNUSABLE = 5
EXIT_INTERRUPTED = 130

LONGEST_QUERY = 10_000  # code points; whole texts are matched, not searched for
MOST_RESULTS = 1_000


class BadInput(BanhaError):
    """What was asked or handed in makes no sense as it stands."""


class Forbidden(BanhaError):
    """The viewer may not do this here."""


class NotSignedIn(BanhaError):
    """Nobody is signed in with what was brought."""


class UnknownAccount(BanhaError):
    """No account has this id or address."""

    def __init__(self, who: str) -> None:
        super().__init__(N_("There is no account {who}."), who=who)


class PostedBefore(BanhaError):
    """Need `id` was posted with the same form, and now the form says something else."""

    def __init__(self, id: str) -> None:
        super().__init__(
            N_(
                "You have posted this need before, and now it reads otherwise. Change the posted need, or post this as "
                "another one."
            )
        )
        self.id = id


class PostedAlready(BanhaError):
    """Need `id`, which is the poster's too, says the same words."""

    def __init__(self, id: str) -> None:
        super().__init__(N_("You have a need with the same words already. Open it, or post this as another one."))
        self.id = id


class ProviderFails(BanhaError):
    """Who vouches for people elsewhere (OpenID Connect) does not answer, or cannot be asked by these settings."""


class TooManyAttempts(BanhaError):
    """Somebody may be guessing; the next attempt is taken after `wait`."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(
            N_("Too many attempts to sign in. Try again in {minutes} minutes."), minutes=ceil(wait.total_seconds() / 60)
        )
        self.seconds = ceil(wait.total_seconds())


class WrongHost(BanhaError):
    """The request names a host that this server does not answer to."""


def check_query(text: str) -> str:
    """The text of a search, when there is something in it to search for. Raises BadInput."""
    if len(text) > LONGEST_QUERY:
        raise BadInput(
            N_("The text has {count} characters; a search takes at most {limit}. Match it as a file instead."),
            count=len(text),
            limit=LONGEST_QUERY,
        )
    if not any(character.isalnum() for character in text):
        raise BadInput(N_("There is no word in the text to search for. Type a few words of what you look for."))
    return text
