"""The paper that is drawn on: A4 in landscape, its frame, its title block and its kinds of line.

Places are centimetres from the lower left corner of the paper, sizes of text are points. Schemdraw
makes the picture; one of its units is one centimetre here. Nothing is told by colour: kinds of line
differ by weight and dashes, and every line has its name beside it. Text stays text, one element per
line, so that it can be searched and read aloud.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any, Literal, NamedTuple
from xml.etree import ElementTree

import schemdraw
import schemdraw.elements as elm
from schemdraw.backends.svgtext import string_width
from schemdraw.segments import SegmentText

PAGE_CM = (29.7, 21.0)
FRAME_CM = (1.0, 1.0, 28.7, 20.0)
TITLE_CM = 1.7
# Above this height lies the drawing, below it the legend and the title block.
FLOOR_CM = 3.5
CM_PER_INCH, POINTS_PER_INCH = 2.54, 72.0
POINTS_PER_CM = POINTS_PER_INCH / CM_PER_INCH

SMALL_PT, NAME_PT, TITLE_PT = 9.0, 10.5, 14.0
LEADING = 1.22
FONT = "Barlow, Helvetica, Arial, 'Liberation Sans', sans-serif"
SVG = "http://www.w3.org/2000/svg"
UNTOLD = "not told"

Place = tuple[float, float]
Align = Literal["left", "center", "right"]


class Kind(NamedTuple):
    """One kind of line: its dashes, its weight in points, and what it is in the legend.

    Dashes are a word of schemdraw's or a pattern of SVG's.
    """

    dashes: Any
    weight_pt: float
    meaning: str


DC = Kind("-", 2.0, "direct current")
AC = Kind("-", 1.1, "alternating current")
PE = Kind("-.", 1.0, "protective earth")
SIGNAL = Kind("0.1,3.2", 1.7, "signal")
LINK = Kind("2,2", 0.6, "moves together")
OUTLINE = Kind("-", 1.1, "")
HAIR = Kind("-", 0.6, "")
DASHED = Kind("--", 1.0, UNTOLD)


class TitleBlock(NamedTuple):
    """What stands under a drawing."""

    house: str
    title: str
    sheet: str
    date: str
    source: str


def width_cm(words: str, size_pt: float = SMALL_PT) -> float:
    """Return how wide a line of text is in a sans-serif face, about."""
    return string_width(words, size_pt) / POINTS_PER_CM


def fitted(words: str, room_cm: float, size_pt: float = SMALL_PT) -> str:
    """Return a line that fits, cut with an ellipsis where it does not."""
    if width_cm(words, size_pt) <= room_cm:
        return words
    while words and width_cm(f"{words}…", size_pt) > room_cm:
        words = words[:-1]
    return f"{words.rstrip(' ,;')}…"


def wrapped(words: str, room_cm: float, most: int = 99, size_pt: float = SMALL_PT) -> list[str]:
    """Return a text in lines that fit, at most so many, the last one cut where more would follow.

    A space that does not break holds a figure and its unit together.
    """
    lines: list[str] = []
    for word in words.split(" "):
        if lines and width_cm(f"{lines[-1]} {word}", size_pt) <= room_cm:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    if len(lines) > most:
        lines = [*lines[: most - 1], " ".join(lines[most - 1 :])]
    return [fitted(line, room_cm, size_pt) for line in lines]


class Board:
    """One sheet being drawn."""

    def __init__(self, block: TitleBlock, kinds: Sequence[Kind], note: str = "") -> None:
        schemdraw.svgconfig.text = "text"
        self._block = block
        self._drawing = schemdraw.Drawing(canvas="svg", show=False)
        self._drawing.config(
            unit=1.0,
            inches_per_unit=1.0 / CM_PER_INCH,
            fontsize=SMALL_PT,
            font=FONT,
            lw=OUTLINE.weight_pt,
            margin=0.0,
        )
        self._frame()
        self._legend(kinds, note)

    def put(self, element: elm.Element) -> None:
        """Draw one of schemdraw's elements, placed already."""
        self._drawing.add(element)

    def line(self, kind: Kind, *places: Place) -> None:
        """Draw a line through places."""
        for start, end in zip(places, places[1:], strict=False):
            line = elm.Line(ls=kind.dashes, lw=kind.weight_pt)
            self.put(line.at(start).to(end))

    def dot(self, at: Place) -> None:
        """Draw the point where lines are joined."""
        self.put(elm.Dot(radius=0.07).at(at))

    def box(self, lower_left: Place, upper_right: Place, kind: Kind = OUTLINE) -> None:
        """Draw a rectangle."""
        size = (upper_right[0] - lower_left[0], upper_right[1] - lower_left[1])
        rect = elm.Rect(corner1=(0.0, 0.0), corner2=size, ls=kind.dashes, lw=kind.weight_pt)
        self.put(rect.at(lower_left).theta(0))

    def text(
        self,
        words: str | Iterable[str],
        at: Place,
        align: Align = "left",
        size_pt: float = SMALL_PT,
    ) -> None:
        """Write lines downwards, the first one's foot at a place."""
        lines = [words] if isinstance(words, str) else list(words)
        step_cm = LEADING * size_pt / POINTS_PER_CM
        for number, line in enumerate(lines):
            if line:
                label = elm.Element()
                label.segments.append(
                    SegmentText((0.0, 0.0), _safe(line), (align, "base"), fontsize=size_pt)
                )
                self.put(label.at((at[0], at[1] - number * step_cm)).theta(0))

    def svg(self, caption: str) -> str:
        """Return the finished sheet; it scales to the room it is given."""
        text = self._drawing.get_imagedata("svg").decode("utf-8")
        return _finished(text, f"{self._block.house}: {self._block.title}", caption)

    def _frame(self) -> None:
        left_cm, low_cm, right_cm, high_cm = FRAME_CM
        self.box((0.0, 0.0), PAGE_CM, Kind("-", 0.01, ""))
        self.box((left_cm, low_cm), (right_cm, high_cm), Kind("-", 1.4, ""))
        top_cm = low_cm + TITLE_CM
        self.line(OUTLINE, (left_cm, top_cm), (right_cm, top_cm))
        block = self._block
        # fmt: off
        cells = (
            # from  to     head       words         size
            (1.0,   9.6,   "House",   block.house,  NAME_PT),
            (9.6,   17.6,  "Drawing", block.title,  TITLE_PT),
            (17.6,  19.6,  "Sheet",   block.sheet,  NAME_PT),
            (19.6,  22.6,  "Date",    block.date or UNTOLD, NAME_PT),
            (22.6,  28.7,  "Made from", block.source, SMALL_PT),
        )
        # fmt: on
        for start_cm, end_cm, head, words, size_pt in cells:
            room_cm = end_cm - start_cm - 0.4
            if start_cm > left_cm:
                self.line(HAIR, (start_cm, low_cm), (start_cm, top_cm))
            self.text(head, (start_cm + 0.2, top_cm - 0.45))
            lines = wrapped(words, room_cm, 2, size_pt) if size_pt < TITLE_PT else [words]
            at_cm = top_cm - (1.0 if size_pt < TITLE_PT else 1.15)
            self.text(lines, (start_cm + 0.2, at_cm), size_pt=size_pt)

    def _legend(self, kinds: Sequence[Kind], note: str) -> None:
        at_cm, level_cm = FRAME_CM[0] + 0.3, FRAME_CM[1] + TITLE_CM + 0.25
        for kind in kinds:
            self.line(kind, (at_cm, level_cm + 0.1), (at_cm + 1.1, level_cm + 0.1))
            self.text(kind.meaning, (at_cm + 1.3, level_cm))
            at_cm += 1.8 + width_cm(kind.meaning)
        words = f"{note} Not to scale.".strip()
        self.text(words, (FRAME_CM[2] - 0.3, level_cm), "right")


def _safe(words: str) -> str:
    """Return a line as schemdraw takes it: no markup, and its mathematics switched off."""
    text = "".join(one if one.isprintable() else " " for one in words).replace("$", "\uff04")
    return text.replace("&", "&amp;")


def _finished(text: str, title: str, caption: str) -> str:
    """Return the picture with the page as its view, bold names, and words for those who listen."""
    ElementTree.register_namespace("", SVG)
    root = ElementTree.fromstring(re.sub(r"stroke-dasharray:-;", "", text))
    wide_pt, high_pt = (side_cm * POINTS_PER_CM for side_cm in PAGE_CM)
    for key in ("width", "height"):
        root.attrib.pop(key, None)
    root.set("viewBox", f"0 {-high_pt:.2f} {wide_pt:.2f} {high_pt:.2f}")
    root.set("role", "img")
    for one in root.iter(f"{{{SVG}}}text"):
        if float(one.get("font-size", "0")) >= NAME_PT:
            one.set("font-weight", "600")
    for tag, words in (("desc", caption), ("title", title)):
        element = ElementTree.Element(f"{{{SVG}}}{tag}")
        element.text = words
        root.insert(0, element)
    paper = ElementTree.Element(f"{{{SVG}}}rect", {"fill": "white", "x": "0"})
    paper.attrib |= {"y": f"{-high_pt:.2f}", "width": f"{wide_pt:.2f}", "height": f"{high_pt:.2f}"}
    root.insert(2, paper)
    return ElementTree.tostring(root, encoding="unicode")
