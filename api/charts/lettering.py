"""Lettering: how wide words are drawn, so that they can be broken into lines before anything is."""

from __future__ import annotations

_NARROW, _WIDE = frozenset("iIíìỉĩịljtfr.,;:'’!|()[] -–·/"), frozenset("mMwW%@—…•")
_LINE = 1.25  # heights of the letters


def measure(text: str, size: float, bold: bool = False) -> float:
    """About how wide the text is in a wide sans serif, in units of the canvas."""
    return (
        (1.1 if bold else 1)
        * size
        * sum(0.37 if c in _NARROW else 0.9 if c in _WIDE else 0.69 if c.isupper() else 0.6 for c in text)
    )


def wrap(text: str, width: float, size: float, most: int = 3, bold: bool = False) -> tuple[str, ...]:
    """The text in at most so many lines; what does not fit ends in an ellipsis."""
    lines: list[str] = []
    for word in text.split():
        if lines and measure(f"{lines[-1]} {word}", size, bold) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    if len(lines) > most:
        lines = [*lines[: most - 1], shorten(" ".join(lines[most - 1 :]), width, size)]
    return tuple(shorten(line, width, size) for line in lines)


def shorten(line: str, width: float, size: float) -> str:
    if measure(line, size) <= width:
        return line
    while line and measure(line + "…", size) > width:
        line = line[:-1]
    return line.rstrip() + "…"


def height_of(lines: int, size: float) -> float:
    return lines * size * _LINE


def place_lines(lines: int, middle: float, size: float) -> list[float]:
    """The middles of the lines of a block, from top to bottom."""
    first = middle - (lines - 1) * size * _LINE / 2
    return [first + number * size * _LINE for number in range(lines)]
