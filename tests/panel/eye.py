"""Colours as an eye sees them: contrast, lightness, and red-green blindness.

Contrast is that of WCAG 2.2; lightness and distance are CIELAB (D65) with the difference of
CIE 1976. Red-green blindness is simulated with the matrices of Machado, Oliveira and Fernandes,
"A physiologically-based model for simulation of color vision deficiency", IEEE TVCG 15(6), 2009,
severity 1.0, in linear RGB.
"""

import re
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "twinverter"
FOLDERS = (PACKAGE / "web" / "static", PACKAGE / "panel" / "static")
LIGHT, DARK = 0, 1
Rgb = tuple[float, float, float]

NORMAL = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
# fmt: off
PROTANOPIA   = ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998))
DEUTERANOPIA = ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820,  0.042940, 0.968881))
# fmt: on
# From linear RGB to XYZ (IEC 61966-2-1), and the white of D65.
TO_XYZ = (
    (0.4124564, 0.3575761, 0.1804375),
    (0.2126729, 0.7151522, 0.0721750),
    (0.0193339, 0.1191920, 0.9503041),
)
WHITE = (0.95047, 1.0, 1.08883)


def served(name: str) -> Path:
    """Return the file behind an address below `/static/`, which may be one shared with others."""
    places = [folder / name for folder in FOLDERS]
    return next((place for place in places if place.is_file()), places[-1])


TOKEN = re.compile(r"(--[\w-]+):\s*(?:light-dark\((#\w{6}),\s*(#\w{6})\)|(#\w{6}));")


def tokens() -> dict[str, tuple[str, str]]:
    """Return token -> its colours in light and in dark, from the panel's stylesheets."""
    text = "".join(served(name).read_text() for name in ("base.css", "device.css"))
    return {name: (light or both, dark or both) for name, light, dark, both in TOKEN.findall(text)}


def linear(colour: str) -> Rgb:
    """Return the linear RGB of `#RRGGBB`."""
    shares = (int(colour[place : place + 2], 16) / 255.0 for place in (1, 3, 5))
    red, green, blue = (
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares
    )
    return red, green, blue


def seen(colour: str, eye: tuple[Rgb, Rgb, Rgb] = NORMAL) -> Rgb:
    """Return the linear RGB that a colour is for an eye."""
    return _times(eye, linear(colour))


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21."""
    high, low = sorted((_luminance(linear(one)), _luminance(linear(other))), reverse=True)
    return (high + 0.05) / (low + 0.05)


def lab(rgb: Rgb) -> Rgb:
    """Return CIELAB of a linear RGB; what a simulation puts outside the gamut is clipped."""
    clipped = tuple(min(1.0, max(0.0, share)) for share in rgb)
    x, y, z = (
        _cube_root(value / white)
        for value, white in zip(_times(TO_XYZ, clipped), WHITE, strict=True)
    )
    return 116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)


def distance(one: Rgb, other: Rgb) -> float:
    """Return the difference of two CIELAB colours."""
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True)) ** 0.5


def mixed(one: str, other: str, share: float) -> str:
    """Return the colour that `color-mix(in oklab, one share, other)` gives."""
    both = zip(_oklab(linear(one)), _oklab(linear(other)), strict=True)
    return _hexed(_from_oklab(tuple(a * share + b * (1.0 - share) for a, b in both)))


def _luminance(rgb: Rgb) -> float:
    return sum(factor * share for factor, share in zip(TO_XYZ[1], rgb, strict=True))


def _times(rows, vector):
    return tuple(sum(a * b for a, b in zip(row, vector, strict=True)) for row in rows)


def _cube_root(value: float) -> float:
    return value ** (1.0 / 3.0) if value > 216.0 / 24389.0 else value * 841.0 / 108.0 + 4.0 / 29.0


# Oklab by its author, Björn Ottosson, 2020, as CSS Color 4 uses it.
_LMS = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
_OK = (
    (0.2104542553, 0.7936177850, -0.0040720468),
    (1.9779984951, -2.4285922050, 0.4505937099),
    (0.0259040371, 0.7827717662, -0.8086757660),
)
_FROM_OK = (
    (1.0, 0.3963377774, 0.2158037573),
    (1.0, -0.1055613458, -0.0638541728),
    (1.0, -0.0894841775, -1.2914855480),
)
_FROM_LMS = (
    (4.0767416621, -3.3077115913, 0.2309699292),
    (-1.2684380046, 2.6097574011, -0.3413193965),
    (-0.0041960863, -0.7034186147, 1.7076147010),
)


def _oklab(rgb: Rgb) -> Rgb:
    return _times(_OK, tuple(value ** (1.0 / 3.0) for value in _times(_LMS, rgb)))


def _from_oklab(colour) -> Rgb:
    return _times(_FROM_LMS, tuple(value**3 for value in _times(_FROM_OK, colour)))


def _hexed(rgb: Rgb) -> str:
    shares = (
        12.92 * share if share <= 0.0031308 else 1.055 * share ** (1.0 / 2.4) - 0.055
        for share in (min(1.0, max(0.0, value)) for value in rgb)
    )
    return "#" + "".join(f"{round(share * 255.0):02X}" for share in shares)
