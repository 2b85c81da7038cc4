"""Spreadsheet values as an office shows them: dates as dd/mm/yyyy, no ``.0``, percentages, leading zeros."""

from __future__ import annotations

import datetime
import math
import re
from functools import lru_cache

_NOT_SHOWN = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')

_LEADING_ZEROS = re.compile("0{2,20}")


def show_number(raw: str, number_format: str, *, is_1904: bool = False) -> str:
    """`raw` is the stored text of a number, `number_format` its format code (``dd/mm/yyyy``, ``0.0%``)."""
    try:
        number = float(raw)
    except ValueError:
        return raw
    if not math.isfinite(number):
        return raw
    code, is_date = _read_format(number_format)
    if is_date:
        return _show_date(number, code, is_1904) or _show_plain(number)
    if "%" in code:
        decimals = re.search(r"\.([0#?]+)", code)
        return f"{round(number * 100, len(decimals[1]) if decimals else 0):.15g}%"
    if _LEADING_ZEROS.fullmatch(code) and number == int(number) and number >= 0:
        return str(int(number)).zfill(len(code))
    return _show_plain(number)


def show_iso_date(raw: str) -> str:
    """A date stored as text in ISO 8601, in the order an office shows."""
    try:
        return _show_moment(datetime.datetime.fromisoformat(raw.replace("Z", "+00:00")))
    except ValueError:
        return raw


@lru_cache(maxsize=256)
def _read_format(number_format: str) -> tuple[str, bool]:
    """The signs of the code that stand for digits or parts of a date, and whether it is a date."""
    from openpyxl.styles.numbers import is_date_format

    return _NOT_SHOWN.sub("", number_format.split(";")[0]).lower(), bool(is_date_format(number_format))


def _show_plain(number: float) -> str:
    if number == int(number) and abs(number) < 1e15:
        return str(int(number))
    return f"{number:.15g}"


def _show_date(number: float, code: str, is_1904: bool) -> str | None:
    from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

    try:
        moment = from_excel(number, epoch=CALENDAR_MAC_1904 if is_1904 else CALENDAR_WINDOWS_1900)
    except (ValueError, OverflowError, TypeError):
        return None
    if isinstance(moment, datetime.time):
        return moment.strftime("%H:%M")
    if not isinstance(moment, datetime.datetime):
        return None
    if "y" in code and "d" not in code:
        return f"{moment:%m/%Y}" if "m" in code else f"{moment:%Y}"
    if "y" not in code and "d" not in code and "h" in code:
        return f"{moment:%H:%M}"
    return _show_moment(moment)


def _show_moment(moment: datetime.datetime) -> str:
    has_time = moment.hour or moment.minute or moment.second
    return f"{moment:%d/%m/%Y %H:%M}" if has_time else f"{moment:%d/%m/%Y}"
