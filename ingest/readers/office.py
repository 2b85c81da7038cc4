"""Files of other office programs, converted by LibreOffice to what our own readers read.

LibreOffice runs with a profile of its own, without macros, links, Java and network, and is killed with all it started
when it takes too long. A file that comes alone starts it; for a series of files `KeptOffice` keeps one running.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePath
from types import TracebackType
from typing import Any, Self

from ingest.confinement import Cost, confine, kill_group, leave_network
from ingest.errors import N_
from ingest.readers.opened import MEGABYTE, OpenedFile

PACKAGES = "libreoffice-writer-nogui libreoffice-calc-nogui libreoffice-impress-nogui"
"""The Debian packages in which everything comes that is needed here."""

_SECONDS = 90.0  # less than the silence at which a reader is taken for stuck
_START_SECONDS = 30.0
_START_AGAIN = 81  # with this status LibreOffice ends when it has filled a new profile
_COST = Cost(memory=2_000 * MEGABYTE, cpu_seconds=300, written=200 * MEGABYTE)
_LOOK_SECONDS = 0.02
_MOST_FILES = 50  # after which a kept LibreOffice makes room for a new one


@dataclass(frozen=True, slots=True)
class _Conversion:
    """`source` is the filter that reads the file: named, so that nothing else is taken for the format it is not."""

    label: str
    source: str
    suffix: str
    target: str
    program: str


_TEXT = "MS Word 2007 XML"
_SHEETS = "Calc MS Excel 2007 XML"
_SLIDES = "Impress MS PowerPoint 2007 XML"
_CONVERSIONS = {
    "doc": _Conversion("Word 97–2003", "MS Word 97", "docx", _TEXT, "Word"),
    "doc95": _Conversion("Word 95", "MS Word 95", "docx", _TEXT, "Word"),
    "doc6": _Conversion("Word 6", "MS WinWord 6.0", "docx", _TEXT, "Word"),
    "rtf": _Conversion("RTF", "Rich Text Format", "docx", _TEXT, "Word"),
    "odt": _Conversion("OpenDocument text", "writer8", "docx", _TEXT, "Word"),
    "xls": _Conversion("Excel 97–2003", "MS Excel 97", "xlsx", _SHEETS, "Excel"),
    "xls5": _Conversion("Excel 5", "MS Excel 5.0/95", "xlsx", _SHEETS, "Excel"),
    "ods": _Conversion("OpenDocument spreadsheet", "calc8", "xlsx", _SHEETS, "Excel"),
    "ppt": _Conversion("PowerPoint 97–2003", "MS PowerPoint 97", "pptx", _SLIDES, "PowerPoint"),
    "odp": _Conversion("OpenDocument presentation", "impress8", "pptx", _SLIDES, "PowerPoint"),
}
_CONVERTED = frozenset({".doc", ".dot", ".rtf", ".odt", ".ott", ".ods", ".ots", ".ppt", ".pps", ".pot", ".odp", ".otp"})
_RTF_OBJECT = re.compile(rb"\{\\\*\\objdata[^{}]*\}")
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


_OFF = ("--headless", "--invisible", "--norestore", "--nologo", "--nolockcheck", "--nofirststartwizard")
_KEPT_VARIABLES = ("PATH", "LD_LIBRARY_PATH")


class _Stuck(Exception):
    """LibreOffice was not done in time."""


def convert(opened: OpenedFile, format: str) -> bytes:
    """The .docx, .xlsx or .pptx that LibreOffice makes of a doc (doc6, doc95), rtf, odt, xls (xls5), ods, ppt or odp.

    Raises FileRefused where LibreOffice is missing, cannot open the file, or takes too long.
    """
    conversion = _CONVERSIONS[format]
    program = find_office()
    help: dict[str, Any] = {
        "format": conversion.label,
        "program": conversion.program,
        "suffix": f".{conversion.suffix}",
    }
    if program is None:
        raise opened.refused(
            N_(
                "{format} files are read with LibreOffice, which is not on this computer. Ask its administrator to "
                "install it (apt install {packages}), or open the file in {program} and save it as {suffix}."
            ),
            packages=PACKAGES,
            **help,
        )
    with tempfile.TemporaryDirectory(prefix="banha-office-") as name:
        folder = Path(name)
        source, target = folder / "source", folder / f"source.{conversion.suffix}"
        # Objects embedded in RTF are of no use here, and what reads them has often been broken into.
        source.write_bytes(_RTF_OBJECT.sub(b"", opened.raw) if conversion.label == "RTF" else opened.raw)
        command = (
            f"--infilter={conversion.source}",
            *("--convert-to", f"{conversion.suffix}:{conversion.target}"),
            *("--outdir", str(folder), str(source)),
        )
        try:
            if not (KEPT.is_ready and KEPT.convert(command, target)):
                with _Profile(program, folder / "profile") as profile:
                    profile.run(command)
        except _Stuck:
            message = N_(
                "LibreOffice was not done with this file after {limit} seconds. "
                "Open it in {program}, save it as {suffix}, or split it into smaller files."
            )
            raise opened.refused(message, limit=round(_SECONDS), **help) from None
        if target.is_file() and 0 < (size := target.stat().st_size) <= opened.limits.max_unpacked:
            return target.read_bytes()[:size]
    raise opened.refused(
        N_(
            "LibreOffice cannot open this {format} file: it is damaged or was cut off. "
            "Open it in {program}, repair it and save it as {suffix}."
        ),
        **help,
    )


def find_office() -> Path | None:
    """The program itself rather than the script that starts it, where it is beside the script."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    if found is None:
        return None
    program = Path(found).resolve()
    beside = program.with_name("soffice.bin")
    return beside if beside.is_file() else Path(found)


class _Profile:
    """The folder with what a LibreOffice of our own must know; leaving the ``with`` block removes it, and the socket
    that one which was killed has left behind."""

    def __init__(self, program: Path, folder: Path) -> None:
        self.folder = folder
        self._home = f"-env:UserInstallation={folder.as_uri()}"
        self._program = program
        (folder / "user").mkdir(parents=True)
        (folder / "user" / "registrymodifications.xcu").write_text(_settings(), "utf-8")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.remove()

    def remove(self) -> None:
        with suppress(OSError):
            self.socket.unlink()
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def socket(self) -> Path:
        """Where LibreOffice listens for others of the same profile (desktop/source/app/officeipcthread.cxx)."""
        url = self._home.partition("=")[2]
        digest = hashlib.md5(url.encode("utf-16-le"), usedforsecurity=False).digest()
        return Path(f"/tmp/OSL_PIPE_{os.getuid()}_SingleOfficeIPC_{''.join(f'{byte:x}' for byte in digest)}")

    def start(self, arguments: Sequence[str]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [self._program, self._home, *_OFF, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self.folder,
            env=self._environment(),
            start_new_session=True,
            preexec_fn=_confine,  # noqa: PLW1509 – the processes that read files have one thread
        )

    def run(self, arguments: Sequence[str]) -> None:
        """Raises _Stuck when it takes too long. What it did is told by the files it wrote, never by its status."""
        deadline = time.monotonic() + _SECONDS
        status: int | None = _START_AGAIN
        while status == _START_AGAIN:
            with self.start(arguments) as process:
                try:
                    status = process.wait(max(0.0, deadline - time.monotonic()))
                except subprocess.TimeoutExpired:
                    raise _Stuck from None
                finally:
                    kill_group(process.pid)

    def _environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
        own = dict.fromkeys(("HOME", "TMPDIR"), str(self.folder))
        return kept | own | {"LANG": "C.UTF-8", "SAL_USE_VCLPLUGIN": "svp", "SAL_DISABLE_OPENCL": "1"}


def _confine() -> None:
    """In the new process: no network, and limits of its own, which inside a sandbox can only be narrower."""
    confine(_COST, leave_network())


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
        self._profile = _Profile(program, Path(tempfile.mkdtemp(prefix="banha-office-")))
        open_text = self._profile.folder / "open.txt"
        open_text.touch()
        try:
            self._profile.run(("--terminate_after_init",))  # which fills the profile
            # A text that stays open keeps it from ending after the first file.
            self._process = self._profile.start((str(open_text),))
            deadline = time.monotonic() + _START_SECONDS
            while not self._profile.socket.exists():
                if self._process.poll() is not None or time.monotonic() > deadline:
                    raise _Stuck
                time.sleep(_LOOK_SECONDS)
        except (_Stuck, OSError):
            self.close()
            self._is_hopeless = True

    def convert(self, command: Sequence[str], target: Path) -> bool:
        """Whether it has written `target`. Raises _Stuck, after which it is dead."""
        assert self._profile is not None
        try:
            self._profile.run(command)  # which passes it on to the one that listens
        except _Stuck:
            kill_group(self.pid or 0)
            raise
        return target.is_file()

    def settle(self, is_well: bool) -> None:
        """End it when it is not well, or worn out, or has ended."""
        if self._process and (not is_well or self._files >= _MOST_FILES or self._process.poll() is not None):
            self.close()

    def close(self) -> None:
        """End it, and remove all that it has left."""
        if self._process:
            kill_group(self._process.pid)
            self._process.wait()
        if self._profile:
            self._profile.remove()
        self._profile = self._process = None
        self._files = 0


KEPT = KeptOffice()
"""The one of this process. It is never ready but where somebody takes care of it."""
