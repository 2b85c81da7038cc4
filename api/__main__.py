"""The command `banha` as a process: an interrupt is answered in words from the first moment on."""

from __future__ import annotations

import signal
import sys

_INTERRUPT = {signal.SIGINT}


def main() -> None:
    """Run the command line and end the process with its exit code."""
    # Until the words are there to answer it with, an interrupt waits.
    signal.pthread_sigmask(signal.SIG_BLOCK, _INTERRUPT)
    from api.cli import app
    from api.terminal import log_to_stderr, speak_utf8
    from api.usage import report_interrupt

    speak_utf8()
    try:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _INTERRUPT)
        log_to_stderr()
        app(prog_name="banha")
    except KeyboardInterrupt:
        sys.exit(report_interrupt())


if __name__ == "__main__":
    main()
