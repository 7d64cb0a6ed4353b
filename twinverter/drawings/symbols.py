"""Symbols of IEC 60617 that schemdraw does not bring, made the way it makes its own.

All are one centimetre long between their terminals, except where an argument says otherwise.
"""

import schemdraw.elements as elm
from schemdraw.segments import Segment, SegmentCircle, SegmentPoly, SegmentText

from twinverter.drawings.board import SMALL_PT

GAP = (float("nan"), float("nan"))


class CircuitBreaker(elm.Element2Term):
    """A breaker: an open blade with the cross of a device that switches off by itself."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.segments.append(Segment([(0.0, 0.0), (0.2, 0.0), GAP, (0.8, 0.0), (1.0, 0.0)]))
        self.segments.append(Segment([(0.2, 0.0), (0.78, 0.3)]))
        for rise_cm in (0.1, -0.1):
            self.segments.append(Segment([(0.7, -rise_cm), (0.9, rise_cm)]))


class Boxed(elm.Element2Term):
    """A device that is a box with its letters in it."""

    def __init__(
        self,
        letters: str,
        wide_cm: float = 1.2,
        high_cm: float = 0.8,
        **kwargs: object,
    ) -> None:
        super().__init__(**kwargs)
        half_cm = 0.5 * high_cm
        corners = [(0.0, -half_cm), (0.0, half_cm), (wide_cm, half_cm), (wide_cm, -half_cm)]
        self.segments.append(Segment([(0.0, 0.0), GAP, (wide_cm, 0.0)]))
        self.segments.append(SegmentPoly(corners))
        self.segments.append(
            SegmentText((0.5 * wide_cm, -0.11), letters, ("center", "base"), 0.0, fontsize=SMALL_PT)
        )


class Rotating(elm.Source):
    """A machine that turns, or the mains: a circle with its letters in it."""

    def __init__(self, letters: str, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.segments.append(
            SegmentText((0.5, -0.11), letters, ("center", "base"), 0.0, fontsize=SMALL_PT)
        )


class Clamp(elm.Element2Term):
    """A current clamp: a ring around a conductor."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.segments.append(Segment([(0.0, 0.0), (0.5, 0.0)]))
        self.segments.append(SegmentCircle((0.25, 0.0), 0.25))


class Conductors(elm.Element):
    """The stroke across a line that stands for several conductors."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.segments.append(Segment([(-0.12, -0.2), (0.12, 0.2)]))


class Plug(elm.Element):
    """The face of an RJ45 socket, seen from its front, with contact 1 on the left."""

    def __init__(self, pitch_cm: float = 0.55, **kwargs: object) -> None:
        super().__init__(**kwargs)
        wide_cm = 9.0 * pitch_cm
        nose_cm = 0.3 * wide_cm
        self.segments.append(
            SegmentPoly(
                [
                    (0.0, 0.0), (0.0, 2.0), (wide_cm, 2.0), (wide_cm, 0.0),
                    (wide_cm - nose_cm, 0.0), (wide_cm - nose_cm, -0.5),
                    (nose_cm, -0.5), (nose_cm, 0.0),
                ]
            )
        )  # fmt: skip
        for number in range(1, 9):
            x_cm = number * pitch_cm
            self.segments.append(Segment([(x_cm, 2.0), (x_cm, 1.3)], lw=2.0))
            self.segments.append(
                SegmentText((x_cm, 0.85), str(number), ("center", "base"), 0.0, fontsize=SMALL_PT)
            )
