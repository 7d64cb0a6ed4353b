"""The report's colours as pictures need them, and pictures written by hand.

Style sheets take their colours from `report.css`; a picture cannot, so it comes twice, for light
and dark, and the reader's browser picks. Colours are those of the panel.
"""

import base64
import struct
import zlib
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

LEVELS = 48
UNKNOWN = LEVELS  # the palette's last entry: nothing is known there


class Ink(NamedTuple):
    """A ramp from nothing to most: paper, middle and full colour, as "#RRGGBB"."""

    paper: str
    middle: str
    full: str


class Inks(NamedTuple):
    """One meaning in both themes."""

    light: Ink
    dark: Ink


SOLAR = Inks(Ink("#ECEEEB", "#E2A52E", "#6E4300"), Ink("#22272A", "#A87A22", "#FFE3A6"))
BATTERY = Inks(Ink("#ECEEEB", "#3FA68D", "#003D30"), Ink("#22272A", "#2A8F77", "#B9F5E3"))
GRID = Inks(Ink("#ECEEEB", "#6C9BD0", "#123A68"), Ink("#22272A", "#4F7FB5", "#CFE4FF"))
GENERATOR = Inks(Ink("#ECEEEB", "#B987B1", "#552450"), Ink("#22272A", "#9C6693", "#FBD9F4"))
ALARM = Inks(Ink("#ECEEEB", "#D4665F", "#6B0D09"), Ink("#22272A", "#B4504A", "#FFD0CB"))

# Mains there; away, the house lit; away, the generator runs; the house dark.
SUPPLY_LIGHT = ("#ECEEEB", "#E6BE6A", "#A0669A", "#A8201A")
SUPPLY_DARK = ("#22272A", "#6B5526", "#B178A8", "#FF8A80")


def rgb(colour: str) -> tuple[int, int, int]:
    """Return the three bytes of "#RRGGBB"."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def ramp(ink: Ink) -> list[tuple[int, int, int]]:
    """Return `LEVELS` colours from paper over the middle to full."""
    stops = np.array([rgb(colour) for colour in ink], float)
    at = np.linspace(0.0, 2.0, LEVELS)
    mixed = [np.interp(at, [0.0, 1.0, 2.0], stops[:, band]) for band in range(3)]
    return [(int(r), int(g), int(b)) for r, g, b in zip(*np.round(mixed), strict=True)]


def png(indices: np.ndarray, palette: Sequence[tuple[int, int, int]], clear: int) -> str:
    """Return a data address of a picture of palette indices; the entry `clear` is see-through."""
    rows, columns = indices.shape
    lines = np.zeros((rows, columns + 1), np.uint8)
    lines[:, 1:] = indices
    colours = bytes(band for colour in [*palette, (0, 0, 0)] for band in colour)
    alphas = bytes([255] * clear + [0])
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", columns, rows, 8, 3, 0, 0, 0)),
        (b"PLTE", colours),
        (b"tRNS", alphas),
        (b"IDAT", zlib.compress(lines.tobytes(), 9)),
        (b"IEND", b""),
    )
    image = b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in parts)
    return "data:image/png;base64," + base64.b64encode(image).decode()


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
