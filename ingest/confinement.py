"""What the reading of one untrusted file may cost, and how the operating system holds a process to it."""

from __future__ import annotations

import math
import os
import resource
import signal
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ingest.readers.opened import MEGABYTE

_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER, _PR_SET_NO_NEW_PRIVS = 1, 36, 38
_GRACE_SECONDS = 2


@dataclass(frozen=True, slots=True)
class Cost:
    """What reading one file may take, all programs that it starts together unless said otherwise.

    `memory` (bytes) bounds the address space of each process and the resident memory of all; `cpu_seconds` and
    `written` (bytes, the largest file) bound each process. A reader that reports no progress for `silent_seconds`,
    or is not done after `seconds`, is stopped. `answer` bounds what comes back, in bytes.
    """

    memory: int = 2_000 * MEGABYTE
    cpu_seconds: int = 900
    silent_seconds: float = 120
    seconds: float = 1_800
    answer: int = 100 * MEGABYTE
    written: int = 200 * MEGABYTE
    processes: int = 64


DEFAULT_COST = Cost()


def inherited(*names: str) -> dict[str, str]:
    """What a program started for reading gets of the environment: where programs and libraries lie, and these names.

    Nothing of it is a setting: those are read in one place and handed in.
    """
    wanted = ("PATH", "LD_LIBRARY_PATH", *names)
    return {name: os.environ[name] for name in wanted if name in os.environ}


def leave_network() -> bool:
    """Move this process, and all that it starts, where there is no network but itself, if the system allows it (Linux
    with user namespaces, or root). The user stays the same and gains no privilege.

    Returns whether the process is now in a user namespace of its own.
    """
    user, group = os.getuid(), os.getgid()
    # Root needs no user namespace, and would lose the files of others in one.
    if _call("unshare", _CLONE_NEWNET) == 0 or _call("unshare", _CLONE_NEWUSER | _CLONE_NEWNET) != 0:
        return False
    # Unmapped, the files of the user would seem to belong to nobody.
    with suppress(OSError):
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    return True


def adopt_orphans() -> None:
    """Become the parent of descendants whose parents end, so that none gets out of sight (Linux)."""
    _call("prctl", _PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def confine(cost: Cost, own_namespace: bool) -> None:
    """Hold this process and what it starts to `cost`, and let it end when its parent does.

    Processes are counted per user: only in a namespace of its own are they those of this file.
    """
    _call("prctl", _PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    _call("prctl", _PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, cost.written)
    _limit(resource.RLIMIT_CPU, cost.cpu_seconds, cost.cpu_seconds + _GRACE_SECONDS)
    _limit(resource.RLIMIT_AS, cost.memory)
    if own_namespace:
        _limit(resource.RLIMIT_NPROC, cost.processes * 4)  # counts threads
    with suppress(OSError):
        # Where the whole computer runs out of memory, this process is the one to end.
        Path("/proc/self/oom_score_adj").write_text("500")


def descendants(pid: int, enough: float = math.inf) -> list[int]:
    """The processes that a process started, with theirs, or the first that are `enough` (they may multiply faster
    than they can be counted). None where the system does not tell (macOS)."""
    found: list[int] = []
    asked = [pid]
    while asked and len(found) < enough:
        started = _children(asked.pop())
        found += started
        asked += started
    return found


def _children(pid: int) -> list[int]:
    # Any of them may end while it is looked at.
    children: list[int] = []
    with suppress(OSError):
        for thread in os.listdir(f"/proc/{pid}/task"):
            with suppress(OSError):
                children += map(int, Path(f"/proc/{pid}/task/{thread}/children").read_text().split())
    return children


def resident_memory(pid: int) -> int:
    """Bytes of memory that a process holds now; 0 for one that has ended."""
    with suppress(OSError, IndexError, ValueError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * resource.getpagesize()
    return 0


def kill_group(group: int) -> None:
    """Kill all processes of a group at once."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def _limit(what: int, soft: int, hard: int | None = None) -> None:
    _, most = resource.getrlimit(what)
    hard = soft if hard is None else hard
    if most != resource.RLIM_INFINITY:
        soft, hard = min(soft, most), min(hard, most)
    # macOS refuses some of them; the others and the clock still hold.
    with suppress(OSError, ValueError):
        resource.setrlimit(what, (soft, hard))


def _call(function: str, *args: int) -> int:
    """A call that Linux knows and Python has no name for; -1 elsewhere."""
    if not sys.platform.startswith("linux"):
        return -1
    import ctypes

    try:
        return int(getattr(ctypes.CDLL(None), function)(*map(ctypes.c_ulong, args)))
    except AttributeError:
        return -1
