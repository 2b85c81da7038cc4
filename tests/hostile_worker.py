"""A worker whose readers do what a hostile file could make them do: what they do is written in the file."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from ingest.answers import Answer, Request, Step, Text
from ingest.errors import FileRefused
from ingest.worker import Report, main, read_file

HOSTILE_WORKER = (sys.executable, "-P", __file__)


def behave(request: Request, report: Report) -> Answer:
    order, _, rest = request.path.read_text().partition(" ")
    match order:
        case "hang":
            while True:
                time.sleep(60)
        case "spin":
            while True:
                pass
        case "tick":
            for number in range(10_000):
                report(Step("page", number, 10_000))
                time.sleep(0.05)
        case "pages":
            for number in range(3):
                report(Step("page", number, 3))
        case "allocate":
            return Text("txt", (str(len(bytearray(10**12))),), ())
        case "children-allocate":
            code = "b = bytearray(60_000_000); import time; time.sleep(60)"
            for _ in range(10):
                subprocess.Popen([sys.executable, "-c", code])
            time.sleep(60)
        case "crash":
            ctypes.string_at(0)
        case "abort":
            os.abort()
        case "leave":
            os._exit(0)
        case "chatter":
            while True:
                os.write(answer_pipe(), b" " * 65536)
        case "write":
            Path("large").write_bytes(bytes(5_000_000))
        case "lie":
            os.write(answer_pipe(), rest.encode() + b"\n")
            os._exit(0)
        case "children":
            spawn(rest)
            time.sleep(60)
        case "children-hidden":
            spawn(rest, start_new_session=True)
            time.sleep(60)
        case "children-left":
            spawn(rest, start_new_session=True)
        case "bomb":
            while True:
                try:
                    os.fork()
                except OSError:
                    time.sleep(0.01)
        case "stop-worker":
            os.kill(os.getppid(), signal.SIGSTOP)
            time.sleep(60)
        case "kill-worker":
            spawn(rest)
            os.kill(os.getppid(), signal.SIGKILL)
            time.sleep(60)
        case "connect":
            host, port = rest.split(":")
            with socket.create_connection((host, int(port)), 5) as connection:
                connection.sendall(b"secret")
        case "peek":
            with suppress(FileRefused):
                read_file(Request(request.path, "text"), report)
            seen = []
            for path in (str(request.path), *rest.split()):
                with suppress(OSError):
                    Path(path).open("rb").close()
                    seen.append(path)
                with suppress(OSError):
                    Path(path).open("ab").close()
                    seen.append(f"written {path}")
            Path("own").write_text("x")
            return Text("txt", (*seen, Path("own").read_text()), ())
        case "look":
            seen = [os.getcwd(), os.environ["TMPDIR"], *os.environ, *sys.modules]
            return Text("txt", tuple(seen), ())
    return Text("txt", (order,), ()) if order != "file" else read_file(request, report)


def answer_pipe() -> int:
    """The only pipe that a reader can write to."""
    return next(fd for fd in range(3, 64) if _is_pipe(fd))


def _is_pipe(fd: int) -> bool:
    try:
        return os.readlink(f"/proc/self/fd/{fd}").startswith("pipe:")
    except OSError:
        return False


def spawn(ids: str, **options: bool) -> None:
    """A child with a child of its own; both write their ids to a file and sleep."""
    code = (
        "import os, sys, time\n"
        "os.fork()\n"
        "with open(sys.argv[1], 'a') as stream: stream.write(f'{os.getpid()}\\n')\n"
        "time.sleep(120)"
    )
    subprocess.Popen([sys.executable, "-c", code, ids], **options)  # type: ignore[call-overload]
    while not Path(ids).exists() or Path(ids).read_text().count("\n") < 2:
        time.sleep(0.02)


if __name__ == "__main__":
    main(behave)
