"""The words of the command line itself: its help in the person's language, every error as words and an exit code."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from typer import Abort, Exit
from typer.core import TyperCommand, TyperGroup
from typer.exceptions import TyperException

from api.catalogue import Translate, explain, translator
from api.errors import EXIT_INTERRUPTED, EXIT_USAGE, BadInput
from api.settings import BadSetting, Settings, read_settings
from api.terminal import Session, printable
from ingest import N_, BanhaError, FileRefused

if TYPE_CHECKING:
    from index.database import Witness

_log = logging.getLogger(__name__)
_MISTAKES: Mapping[str, str] = {
    "MissingParameter": N_("Something is missing: {what}."),
    "NoSuchOption": N_("There is no option {what}."),
    "BadOptionUsage": N_("{what} needs a value."),
    "BadParameter": N_("What was given for {what} cannot be used. {help}"),
}
_EXTRA = re.compile(r"Got unexpected extra argument(?:s|\(s\))? \((.*)\)")


def _open_session() -> Session:
    """As the environment says. Raises BadSetting."""
    settings = read_settings()
    return Session(settings, translator(settings.lang))


def _usual_session() -> Session:
    """As long as the settings are not known, or where they cannot be used."""
    return Session(Settings.model_construct(), translator("vi"))


class Command(TyperCommand):
    """One command, its help in the person's language; what it did is written into the audit log."""

    def invoke(self, ctx: Any) -> Any:
        from api.audit.recording import witness_command
        from index.database import witnessed_by

        witness = witness_command(_path_of(ctx), ctx.params)
        try:
            with witnessed_by(witness):
                result = super().invoke(ctx)
        except Exit:
            _note(ctx, False, witness)
            raise
        except BaseException:
            _note(ctx, True, witness)
            raise
        _note(ctx, False, witness)
        return result

    def get_params(self, ctx: Any) -> Any:
        return _translate_parameters(super().get_params(ctx), _translate_in(ctx))

    def get_usage(self, ctx: Any) -> str:
        return _translate_usage(super().get_usage(ctx), _translate_in(ctx))

    def format_help(self, ctx: Any, formatter: Any) -> None:
        _translate_marks(_translate_in(ctx))
        super().format_help(ctx, formatter)


class CommandGroup(TyperGroup):
    """The command line as a whole: reads the settings, and turns errors into words and exit codes."""

    def get_params(self, ctx: Any) -> Any:
        return _translate_parameters(super().get_params(ctx), _translate_in(ctx))

    def get_usage(self, ctx: Any) -> str:
        return _translate_usage(super().get_usage(ctx), _translate_in(ctx))

    def format_help(self, ctx: Any, formatter: Any) -> None:
        self.help = _translate_in(ctx)(self.help or "")
        _translate_marks(_translate_in(ctx))
        super().format_help(ctx, formatter)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        command: Any = super().get_command(ctx, cmd_name)
        if command is not None:
            translate = _translate_in(ctx)
            command.help = translate(command.help or "")
            command.short_help = translate(command.short_help or "")
            command.rich_help_panel = translate(N_("Commands"))
        return command

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            raise BadInput(
                N_("There is no command {name}. There are: {commands}."),
                name=args[0],
                commands=", ".join(self.list_commands(ctx)),
            )
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        try:
            result = super().invoke(ctx)
        except KeyboardInterrupt as interrupt:
            raise Abort from interrupt
        # A reader that has gone away is noticed here, where it is handled, and not at exit.
        sys.stdout.flush()
        return result

    def main(self, *args: Any, **extra: Any) -> Any:
        session = _usual_session()
        try:
            session = _open_session()
            code = super().main(*args, **{**extra, "standalone_mode": False, "obj": session})
        except (TyperException, Abort, KeyboardInterrupt, BanhaError) as error:
            code = _report(error, session)
        except Exception:  # noqa: BLE001  # the last net: people see words, the log sees the rest
            _log.debug("failed", exc_info=True)
            session.tell(N_("Something went wrong inside the program. Set BANHA_LOG_LEVEL=debug to see what."))
            code = 1
        sys.exit(code if isinstance(code, int) else 0)


def _note(ctx: Any, has_failed: bool, witness: Witness) -> None:
    from api.audit.recording import note_command

    note_command(ctx.find_root().obj.settings, _path_of(ctx), ctx.params, has_failed, witness)


def _path_of(ctx: Any) -> str:
    return " ".join(one.info_name for one in _lineage(ctx))


def _lineage(ctx: Any) -> list[Any]:
    """The contexts from below the program itself to this one."""
    return [] if ctx.parent is None else [*_lineage(ctx.parent), ctx]


def _translate_in(ctx: Any) -> Translate:
    session: Session = ctx.find_root().obj
    return session.translate


def _translate_parameters(parameters: list[Any], translate: Translate) -> list[Any]:
    for parameter in parameters:
        is_help = "--help" in parameter.opts
        parameter.help = translate(N_("Show this help.") if is_help else parameter.help or "")
        if getattr(parameter, "is_flag", False) or parameter.param_type_name == "argument":
            parameter.display_type_rich = _show_no_type
        panel = N_("Arguments") if parameter.param_type_name == "argument" else N_("Options")
        parameter.rich_help_panel = translate(panel)
    return parameters


def _show_no_type(ctx: Any) -> None:
    """Instead of the name of a Python type."""


def _translate_usage(usage: str, translate: Translate) -> str:
    for word in (N_("Usage:"), N_("[OPTIONS]"), N_("COMMAND [ARGS]...")):
        usage = usage.replace(word, translate(word), 1)
    return usage


def _translate_marks(translate: Translate) -> None:
    """What the help adds to each parameter by itself."""
    from typer import rich_utils

    rich_utils.REQUIRED_LONG_STRING = translate(N_("[required]"))
    rich_utils.DEFAULT_STRING = translate(N_("[default: {}]"))


def report_interrupt(session: Session | None = None) -> int:
    """Say that the command was stopped, and what became of its work; gives the exit code."""
    if session is None:
        try:
            session = _open_session()
        except BadSetting:
            session = _usual_session()
    session.tell(N_("Stopped. What had been stored by then is kept; the same command goes on from there."))
    return EXIT_INTERRUPTED


def _report(error: BaseException, session: Session) -> int:
    if isinstance(error, (Abort, KeyboardInterrupt)):
        return report_interrupt(session)
    if isinstance(error, BanhaError):
        from api.outcomes import outcome_of

        if isinstance(error, FileRefused):
            session.tell_problem(error.problem)
        else:
            sys.stderr.write(printable(explain(error, session.translate)) + "\n")
        return outcome_of(error).exit
    context, message = getattr(error, "ctx", None), str(getattr(error, "message", error))
    if type(error).__name__ == "NoArgsIsHelpError":
        sys.stderr.write(message + "\n")
        return EXIT_USAGE
    parameter = getattr(error, "param", None)
    what = getattr(error, "option_name", None) or (parameter and _name_parameter(parameter))
    help = session.translate(getattr(parameter, "help", None) or "")
    template = _MISTAKES.get(type(error).__name__, N_("Wrong usage: {message}"))
    if extra := _EXTRA.match(message):
        template, what = N_("There is more than the command takes: {what}."), extra[1]
    session.tell(template, what=what, message=message, help=help)
    if context is not None:
        session.tell(N_("Help: {command} --help"), command=context.command_path)
    return EXIT_USAGE


def _name_parameter(parameter: Any) -> str:
    name: str = parameter.opts[0]
    return name if name.startswith("-") else parameter.metavar or name.upper()
