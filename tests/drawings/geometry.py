"""Reads a sheet back: its texts with their boxes, its strokes, and what lies on what.

Widths are those of Helvetica, whose metrics the usual sans-serif faces share; sizes are points.
"""

import re
from typing import NamedTuple
from xml.etree import ElementTree

SVG = "{http://www.w3.org/2000/svg}"
# Advance widths of Helvetica in thousandths of the size, from its public font metrics (AFM).
WIDTHS = dict.fromkeys("0123456789abdeghnopqu_#$?L+<>=~", 556) | dict.fromkeys(
    "iIl.,:;/!t[]\\ \xa0f·", 278
)
WIDTHS |= (
    dict.fromkeys("ckvxyszJ", 500)
    | dict.fromkeys("ABEKPSVXY&", 667)
    | dict.fromkeys("CDHNRUw", 722)
)
WIDTHS |= dict.fromkeys("()-r", 333) | {
    "j": 222,
    "l": 222,
    "i": 222,
    "m": 833,
    "M": 833,
    "W": 944,
    "%": 889,
    "G": 778,
    "O": 778,
    "Q": 778,
    "F": 611,
    "T": 611,
    "Z": 611,
}
USUAL = 556
ASCENT, DESCENT = 0.72, 0.2


class Words(NamedTuple):
    """One line of text and its box: left, top, right, bottom, downwards."""

    text: str
    size_pt: float
    left: float
    top: float
    right: float
    bottom: float


class Stroke(NamedTuple):
    """One straight piece of a line."""

    x1: float
    y1: float
    x2: float
    y2: float


def texts(svg: str) -> list[Words]:
    """Return every line of text of a sheet."""
    return [_words(one) for one in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def _words(one: ElementTree.Element) -> Words:
    spans = list(one.iter(f"{SVG}tspan"))
    text = "".join(one.itertext())
    size_pt = float(one.get("font-size", "0"))
    x = float(spans[0].get("x", "0"))
    y = float(one.get("y", "0")) + float(spans[0].get("dy", "0"))
    wide = sum(WIDTHS.get(letter, USUAL) for letter in text) * size_pt / 1000.0
    left = x - {"start": 0.0, "middle": 0.5, "end": 1.0}[one.get("text-anchor", "start")] * wide
    return Words(text, size_pt, left, y - ASCENT * size_pt, left + wide, y + DESCENT * size_pt)


def strokes(svg: str) -> list[Stroke]:
    """Return every straight piece of the paths of a sheet."""
    found = []
    for path in ElementTree.fromstring(svg).iter(f"{SVG}path"):
        for part in path.get("d", "").split("M")[1:]:
            numbers = [float(one) for one in re.findall(r"-?\d+\.?\d*(?:e-?\d+)?", part)]
            if "a" in part or "Q" in part or "C" in part:
                continue
            points = list(zip(numbers[::2], numbers[1::2], strict=False))
            found += [Stroke(*a, *b) for a, b in zip(points, points[1:], strict=False)]
    return found


def collisions(svg: str, room_pt: float = 0.6) -> list[str]:
    """Return the pairs of texts that lie on each other by more than so much."""
    words, found = texts(svg), []
    for place, one in enumerate(words):
        for other in words[place + 1 :]:
            wide = min(one.right, other.right) - max(one.left, other.left)
            high = min(one.bottom, other.bottom) - max(one.top, other.top)
            if wide > room_pt and high > room_pt:
                found.append(f"{one.text!r} on {other.text!r}")
    return found


def struck(svg: str, room_pt: float = 1.0) -> list[str]:
    """Return the texts that a line along an axis runs through."""
    found = []
    for one in texts(svg):
        for x1, y1, x2, y2 in strokes(svg):
            across = min(x1, x2) < one.right - room_pt and max(x1, x2) > one.left + room_pt
            along = min(y1, y2) < one.bottom - 2.0 and max(y1, y2) > one.top + room_pt
            if (abs(x1 - x2) < 0.5 or abs(y1 - y2) < 0.5) and across and along:
                found.append(one.text)
                break
    return found
