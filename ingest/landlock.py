"""Closing all but the folders of the system to a process that reads an untrusted file, where Linux can.

The kernel does it by Landlock, since 5.13: see https://docs.kernel.org/userspace-api/landlock.html, whose names and
numbers these are.
"""

from __future__ import annotations

import os
import shutil
import stat
import struct
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from ingest.confinement import inherited

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_WHICH_VERSION, _PATH_BENEATH = 1, 1
_EXECUTE, _READ_FILE, _READ_FOLDER = 1, 1 << 2, 1 << 3
_WRITE_FILE, _TRUNCATE, _REMOVE_FILE, _MAKE_SOCKET = 1 << 1, 1 << 14, 1 << 5, 1 << 9
_READ = _EXECUTE | _READ_FILE | _READ_FOLDER
_OF_A_FILE = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE
_FIRST_RIGHTS, _ALL_RIGHTS = 13, 15  # how many version 1 knows and how many are used here
# Where systems keep programs and settings (Filesystem Hierarchy Standard 3.0, Nix, Guix, Snap), and what programs need
# of the folders where others keep their files too.
_SYSTEM = (
    "/bin",
    "/etc",
    "/gnu",
    "/lib",
    "/lib32",
    "/lib64",
    "/libx32",
    "/nix",
    "/opt",
    "/proc",
    "/sbin",
    "/snap",
    "/sys",
    "/usr",
)
_NEEDED = ("/run/current-system", "/var/cache/fontconfig", "/var/lib/libreoffice", "/var/spool/libreoffice")
_DEVICES = ("/dev/null", "/dev/full", "/dev/random", "/dev/urandom", "/dev/zero")
_SOCKETS = ("/tmp", "/var/tmp")  # where LibreOffice listens, and takes away what it left before


def close_folders(readable: Iterable[Path], writable: Iterable[Path]) -> bool:
    """Leave this process, and all that it starts, no file but those of the system and of Python, what is `readable`,
    and what is in the `writable` folders. There is no way back.

    Whether that was possible: where it is not, all stays open.
    """
    if not sys.platform.startswith("linux"):
        return False
    version = _ask(_CREATE_RULESET, None, 0, _WHICH_VERSION)
    handled = (1 << min(_FIRST_RIGHTS + version - 1, _ALL_RIGHTS)) - 1 if version > 0 else 0
    attributes = struct.pack("=Q", handled)
    ruleset = _ask(_CREATE_RULESET, attributes, len(attributes), 0) if handled else -1
    if ruleset < 0:
        return False
    python = (Path(path) for path in (sys.prefix, sys.base_prefix, *sys.path) if path)
    for path in (*map(Path, (*_SYSTEM, *_NEEDED, *_DEVICES)), *python, *readable):
        if path != Path("/"):  # above a program in /bin
            _allow(ruleset, path, handled & _READ)
    for path in writable:
        _allow(ruleset, path, handled)
    for path in map(Path, ("/proc", "/dev/null")):
        _allow(ruleset, path, handled & (_READ | _WRITE_FILE | _TRUNCATE))
    for path in map(Path, _SOCKETS):
        _allow(ruleset, path, _MAKE_SOCKET | _REMOVE_FILE)
    is_closed = _ask(_RESTRICT_SELF, ruleset, 0) == 0
    os.close(ruleset)
    return is_closed


def folders_of(*programs: str) -> list[Path]:
    """Where programs that are on this computer have what they need, if the system does not keep it."""
    found = [Path(path).resolve().parents[1] for program in programs if (path := shutil.which(program))]
    named = inherited("TESSDATA_PREFIX")
    return [
        *found,
        *(Path(path) for name, value in named.items() if name != "PATH" for path in value.split(":") if path),
    ]


def _allow(ruleset: int, path: Path, rights: int) -> None:
    with suppress(OSError):
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
        if not stat.S_ISDIR(os.fstat(descriptor).st_mode):
            rights &= _OF_A_FILE
        _ask(_ADD_RULE, ruleset, _PATH_BENEATH, struct.pack("=Qi", rights, descriptor), 0)
        os.close(descriptor)


def _ask(number: int, *args: int | bytes | None) -> int:
    """A system call for which Python has no name; negative when it failed."""
    import ctypes

    return int(ctypes.CDLL(None).syscall(*(ctypes.c_long(a) if isinstance(a, int) else a for a in (number, *args))))
