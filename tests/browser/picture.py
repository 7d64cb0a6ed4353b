"""Pictures of the panel against kept ones, as somebody sees them from across the room.

Another Chromium smooths edges in its own way, so both pictures are cut into blocks of 12 px and
only the mean colour of each block, its neighbours mixed in, is compared: what stands where, in
which colour and how densely written. A machine without the same fonts draws other letters, which
also push their neighbours about. So a kept picture knows how wide its letters were, and a picture
with letters of another width is judged with a wide tolerance, one with the same with a narrow one.
"""

import os
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageFilter, PngImagePlugin

KEPT = Path(__file__).with_name("pictures")
RECORD = "TWINVERTER_RECORD_PICTURES"
LETTERS = "letters"
BLOCK_PX, BLUR, COLOURS = 12, 0.7, 64


class Distance(NamedTuple):
    """How far two pictures are apart, in levels of 255: all blocks, and the one that differs most."""

    mean: float
    worst: float

    def within(self, most: "Distance") -> bool:
        """Return whether neither is more than `most`."""
        return self.mean <= most.mean and self.worst <= most.worst


# Few colours alone are 1.8 and 16 levels; another digit is up to 20 in its block, a pipe 40, an
# arc of another colour 64, a gauge 87. A serif font moves the columns of a dense page: 3.5 and 106.
SAME_LETTERS, OTHER_LETTERS = Distance(2.5, 30.0), Distance(4.5, 120.0)


def blocks(picture: Image.Image) -> np.ndarray:
    """Return the mean colour of each block, its neighbours mixed in."""
    small = picture.convert("RGB").reduce(BLOCK_PX)
    return np.asarray(small.filter(ImageFilter.GaussianBlur(BLUR)), dtype=float)


def distance(one: Image.Image, other: Image.Image) -> Distance:
    """Return how far two pictures are apart; pictures of different sizes are as far as can be."""
    if one.size != other.size:
        return Distance(255.0, 255.0)
    apart = np.abs(blocks(one) - blocks(other))
    return Distance(float(apart.mean()), float(apart.max()))


def judge(name: str, taken: Image.Image, letters: str, scratch: Path) -> None:
    """Compare a picture with the kept one of this name, or keep it where that was asked for.

    `letters` says how wide the letters of the picture are.
    """
    kept = KEPT / f"{name}.png"
    if os.environ.get(RECORD):
        keep(kept, taken, letters)
        return
    assert kept.exists(), f"no picture {kept.name} is kept: {RECORD}=1 keeps the present ones"
    with Image.open(kept) as before:
        before.load()
        most = SAME_LETTERS if before.info.get(LETTERS) == letters else OTHER_LETTERS
        apart = distance(before, taken)
    if not apart.within(most):
        taken.save(scratch / kept.name)
        raise AssertionError(
            f"{kept} and {scratch / kept.name} differ: {apart}, allowed {most};"
            f" {RECORD}=1 keeps the present ones"
        )


def keep(kept: Path, taken: Image.Image, letters: str) -> None:
    """Write a picture in few colours, with the width of its letters."""
    kept.parent.mkdir(exist_ok=True)
    info = PngImagePlugin.PngInfo()
    info.add_text(LETTERS, letters)
    few = taken.convert("RGB").quantize(
        COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE
    )
    few.save(kept, optimize=True, pnginfo=info)
