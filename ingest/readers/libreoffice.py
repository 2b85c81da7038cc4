"""LibreOffice as a program of our own: without macros, links, Java and network, and killed when it takes too long.

A file that comes alone starts it; where many files come one after another, `KeptOffice` keeps one running.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path, PurePath

from ingest.confinement import Cost, confine, inherited, kill_group, leave_network, resident_memory
from ingest.landlock import close_folders
from ingest.readers.opened import MEGABYTE

PACKAGES = "libreoffice-writer-nogui libreoffice-calc-nogui libreoffice-impress-nogui"
"""The Debian packages in which everything comes that is needed here."""

SECONDS = 90.0
"""After which a conversion is given up: less than the silence at which a reader is taken for stuck."""

_START_SECONDS = 30.0
_START_AGAIN = 81  # with this status LibreOffice ends when it has filled a new profile
_COST = Cost(memory=2_000 * MEGABYTE, cpu_seconds=300, written=200 * MEGABYTE)
_LOOK_SECONDS = 0.02
_FOLDER = "banha-office-"
# After which a kept LibreOffice makes room for a new one. It has 0.15 GB after a form, 0.3 GB after 60,000 paragraphs,
# and what one file leaves behind is counted against the next.
_MOST_FILES = 50
_MOST_MEMORY = 600 * MEGABYTE
_CONVERTED = frozenset({".doc", ".dot", ".rtf", ".odt", ".ott", ".ods", ".ots", ".ppt", ".pps", ".pot", ".odp", ".otp"})
_OFF = ("--headless", "--invisible", "--norestore", "--nologo", "--nolockcheck", "--nofirststartwizard")
_SETTINGS: Mapping[str, Mapping[str, str | int]] = {
    "Office.Common/Security/Scripting": {
        "MacroSecurityLevel": 3,
        "DisableMacrosExecution": True,
        "BlockUntrustedRefererLinks": True,
    },
    "Office.Common/Save/Document": {"GenerateThumbnail": False, "AutoSave": False},
    "Office.Writer/Content/Update": {"Link": 2, "Field": False, "Chart": False},
    "Office.Calc/Content/Update": {"Link": 2},
    "Office.Calc/Formula/Load": {"OOXMLRecalcMode": 1, "ODFRecalcMode": 1},
    "Office.Java/VirtualMachine": {"Enable": False},
    # Where the system lets no process leave the network: a proxy where nobody listens.
    "Inet/Settings": {
        "ooInetProxyType": 2,
        "ooInetNoProxy": "",
        "ooInetHTTPProxyName": "127.0.0.1",
        "ooInetHTTPProxyPort": 9,
        "ooInetHTTPSProxyName": "127.0.0.1",
        "ooInetHTTPSProxyPort": 9,
        "ooInetFTPProxyName": "127.0.0.1",
        "ooInetFTPProxyPort": 9,
    },
}


class Stuck(Exception):
    """LibreOffice was not done in time."""


def find_office() -> Path | None:
    """The program itself rather than the script that starts it, where it is beside the script."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    if found is None:
        return None
    program = Path(found).resolve()
    beside = program.with_name("soffice.bin")
    return beside if beside.is_file() else Path(found)


def run_alone(program: Path, folder: Path, arguments: Sequence[str]) -> None:
    """Start LibreOffice for this only, with `folder` for its profile. Raises Stuck."""
    profile = _Profile(program, folder)
    try:
        profile.run(arguments)
    finally:
        _remove(folder)


class _Profile:
    """The folder with what a LibreOffice of our own must know."""

    def __init__(self, program: Path, folder: Path) -> None:
        self.folder = folder
        self.socket = _socket_of(folder)
        self._program = program
        (folder / "user").mkdir(parents=True)
        (folder / "user" / "registrymodifications.xcu").write_text(_settings(), "utf-8")

    def start(self, arguments: Sequence[str]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [self._program, f"-env:UserInstallation={self.folder.as_uri()}", *_OFF, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self.folder,
            env=self._environment(),
            start_new_session=True,
            preexec_fn=self._confine,  # noqa: PLW1509 – the processes that read files have one thread
        )

    def run(self, arguments: Sequence[str]) -> int:
        """The status with which it ended; what it did is told by the files it wrote. Raises Stuck when it takes too
        long."""
        deadline = time.monotonic() + SECONDS
        status = _START_AGAIN
        while status == _START_AGAIN:
            with self.start(arguments) as process:
                try:
                    status = process.wait(max(0.0, deadline - time.monotonic()))
                except subprocess.TimeoutExpired:
                    raise Stuck from None
                finally:
                    kill_group(process.pid)
        return status

    def _confine(self) -> None:
        """In the new process: no network, no files but those beside its profile, and limits of its own, which inside a
        sandbox can only be narrower."""
        confine(_COST, leave_network())
        close_folders([self._program.parents[1]], [self.folder.parent])

    def _environment(self) -> dict[str, str]:
        own = dict.fromkeys(("HOME", "TMPDIR"), str(self.folder))
        return inherited() | own | {"LANG": "C.UTF-8", "SAL_USE_VCLPLUGIN": "svp", "SAL_DISABLE_OPENCL": "1"}


def _socket_of(folder: Path) -> Path:
    """Where LibreOffice listens for others of the same profile (desktop/source/app/officeipcthread.cxx)."""
    digest = hashlib.md5(folder.as_uri().encode("utf-16-le"), usedforsecurity=False).digest()
    return Path(f"/tmp/OSL_PIPE_{os.getuid()}_SingleOfficeIPC_{''.join(f'{byte:x}' for byte in digest)}")


def _remove(folder: Path) -> None:
    """A profile, and the socket that a LibreOffice which was killed has left behind."""
    with suppress(OSError):
        _socket_of(folder).unlink()
    shutil.rmtree(folder, ignore_errors=True)


def remove_sockets(folder: Path) -> None:
    """What each LibreOffice that was killed with its profile somewhere in `folder` has left outside of it."""
    for profile in (*folder.glob(f"{_FOLDER}*"), *folder.glob("*/*/profile"), *folder.glob("*/profile")):
        with suppress(OSError):
            _socket_of(profile).unlink()


def _settings() -> str:
    items = []
    for path, values in _SETTINGS.items():
        for name, value in values.items():
            shown = str(value).lower() if isinstance(value, bool) else value
            items.append(
                f'<item oor:path="/org.openoffice.{path}"><prop oor:name="{name}" oor:op="fuse">'
                f"<value>{shown}</value></prop></item>"
            )
    namespace = "http://openoffice.org/2001/registry"
    return f'<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="{namespace}">{"".join(items)}</oor:items>'


class KeptOffice:
    """A LibreOffice that stays between the files of a process which reads each in a fork of its own.

    That process calls `make_ready` before a file and `settle` after it; the forks find what is ready by themselves.
    """

    def __init__(self) -> None:
        self._profile: _Profile | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._files = 0
        self._is_hopeless = False

    @property
    def is_ready(self) -> bool:
        return self._process is not None

    @property
    def folders(self) -> list[Path]:
        """Where it works, for those who use it."""
        return [self._profile.folder] if self._profile else []

    @property
    def pid(self) -> int | None:
        """Of the process that is to be left alone between files."""
        return self._process.pid if self._process else None

    def make_ready(self, path: PurePath) -> None:
        """Start it, if the name promises a file that needs it, and it is installed and not there yet."""
        if path.suffix.lower() not in _CONVERTED or self._is_hopeless:
            return
        self._files += 1
        if self._process is None and (program := find_office()):
            self._start(program)

    def _start(self, program: Path) -> None:
        try:
            profile = self._profile = _Profile(program, Path(tempfile.mkdtemp(prefix=_FOLDER)))
            profile.run(("--terminate_after_init",))  # which fills the profile
            # A text that stays open keeps it from ending after the first file.
            open_text = profile.folder / "open.txt"
            open_text.touch()
            self._process = profile.start((str(open_text),))
            deadline = time.monotonic() + _START_SECONDS
            while not profile.socket.exists():
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise Stuck
                time.sleep(_LOOK_SECONDS)
        except (Stuck, OSError):
            self.close()
            self._is_hopeless = True

    def convert(self, command: Sequence[str], target: Path) -> bool:
        """Whether it has written `target`. When it has not, an earlier file may be at fault; it is dead when it took
        too long. Raises Stuck where this file was its first."""
        assert self._profile is not None
        assert self._process is not None
        try:
            status = self._profile.run(command)  # which passes it on to the one that listens
        except Stuck:
            kill_group(self._process.pid)
            if self._files <= 1:
                raise
            return False
        return status == 0 and target.is_file()

    def settle(self, is_well: bool) -> None:
        """End it when it is not well, or worn out, or has ended."""
        if self._process and (not is_well or self._is_worn(self._process)):
            self.close()

    def _is_worn(self, process: subprocess.Popen[bytes]) -> bool:
        has_grown = resident_memory(process.pid) > _MOST_MEMORY
        return has_grown or self._files >= _MOST_FILES or process.poll() is not None

    def close(self) -> None:
        """End it, and remove all that it has left."""
        if self._process:
            kill_group(self._process.pid)
            self._process.wait()
        if self._profile:
            _remove(self._profile.folder)
        self._profile = self._process = None
        self._files = 0


KEPT = KeptOffice()
"""The one of this process. It is never ready but where somebody takes care of it."""
