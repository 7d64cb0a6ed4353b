"""The judge of the clamps: which phase does each follow, and which way?

What a clamp reads is the flow at the GRID terminals and the home load before them. The terminals
have sensors of their own inside the machine, so between two moments a clamp on its phase moves by
as much as they do. All moves of the test together make a least-squares fit of each clamp on the
three phases: a sound set is the unit matrix. Moves of the home load are noise in it; those that
stand out are left out and the fit is made again.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from twinverter.catalog.selftests import LIKELY, SURE
from twinverter.live.selftest.finding import Verdict, fault, joined, untested
from twinverter.live.selftest.reading import Reading, mean, watched
from twinverter.live.selftest.told import Told
from twinverter.words import figures

PHASES = ("L1", "L2", "L3")
ALIVE_V = 50.0
# A move counts from here on; the inner sensors' noise is far below (assumed).
MOVED_W = 100.0
# Of what moves on a phase a clamp that follows it reads at least this share (assumed).
FOLLOWS = 0.5
# Two moves of so much on each phase apart from the others tell the phases apart (assumed).
APART_W = 2.0**0.5 * 250.0
# A rest of so much, or of so many times the usual one, is the home load's doing (assumed).
OUT_W, OUT_TIMES, ROUNDS = 120.0, 4.0, 4
# So many of its own errors must lie between a share and half of it (assumed).
ERRORS = 4.0
SILENT = 0.5
STILL_W = 1.0


class Response(NamedTuple):
    """How far each clamp (row) follows each phase (column), and the error of that.

    `apart` says that the phases moved apart from each other; where not, a row holds the clamp's
    answer to its own phase in every column, not-a-number where that did not move. `moved_w` is
    the usual move.
    """

    share: np.ndarray
    error: np.ndarray
    apart: bool
    moved_w: float

    @property
    def sure(self) -> bool:
        """Return whether each clamp follows a phase, or none, beyond doubt."""
        best = np.abs(self.share).max(axis=1)
        return self.apart and bool(np.all(np.abs(best - FOLLOWS) > ERRORS * self.error.max(axis=1)))


def response(readings: Sequence[Reading]) -> Response | None:
    """Return what the moves of the test say; None where nothing moved."""
    moves_w, reads_w = _moves(readings)
    if not len(moves_w):
        return None
    moved_w = float(np.median(np.abs(moves_w).max(axis=1)))
    if float(np.linalg.eigvalsh(moves_w.T @ moves_w)[0]) >= APART_W**2:
        share, error = _fitted(moves_w, reads_w)
        return Response(share.T, error.T, True, moved_w)
    share, error = np.full((3, 3), np.nan), np.zeros((3, 3))
    for phase in range(3):
        own_w = moves_w[:, phase : phase + 1]
        if float(np.sum(own_w**2)) >= APART_W**2:
            one, off = _fitted(own_w, reads_w[:, phase : phase + 1])
            share[phase], error[phase] = one[0, 0], off[0, 0]
    return None if np.isnan(share).all() else Response(share, error, False, moved_w)


def _fitted(moves_w: np.ndarray, reads_w: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the share of each move (row) in each reading (column), and its error.

    What the home load did by itself stands out of the fit and is left out of it.
    """
    kept = np.ones(len(moves_w), dtype=bool)
    for _ in range(ROUNDS):
        share = np.linalg.lstsq(moves_w[kept], reads_w[kept], rcond=None)[0]
        rest_w = np.abs(reads_w - moves_w @ share).max(axis=1)
        again = rest_w <= max(OUT_W, OUT_TIMES * float(np.median(rest_w)))
        if np.array_equal(again, kept) or again.sum() <= moves_w.shape[1]:
            break
        kept = again
    rest_w = (reads_w - moves_w @ share)[kept]
    spread_w = np.sqrt((rest_w**2).sum(axis=0) / max(1, len(rest_w) - moves_w.shape[1]))
    known = np.linalg.pinv(moves_w[kept].T @ moves_w[kept])
    return share, np.outer(np.sqrt(np.diag(known)), spread_w)


def judge(readings: Sequence[Reading], told: Told, need_w: float) -> Verdict:
    """Return the verdict on the clamps; `need_w` is the load from which on phases move apart."""
    if not told.clamps:
        return untested("clamps", "meter" if told.meter else "no_clamps")
    silent = mean(readings, lambda one: 1.0 - one.ct_ok)
    if silent > SILENT:
        watched_s = watched(readings)
        dead = figures.duration(silent * watched_s)
        return fault("ct-silent", dead=dead, watched=figures.duration(watched_s))
    seen = [one for one in readings if one.ct_ok > 0.0]
    if max((max(one.grid_v) for one in seen), default=0.0) < ALIVE_V:
        return untested("clamps", "dead_mains")
    if not any(max(map(abs, one.ld_w)) > STILL_W for one in seen):
        return untested("clamps", "no_mains")
    found = response(seen)
    if found is None:
        return untested("clamps", "unseen")
    verdict = _faults(found)
    still = [name for clamp, name in enumerate(PHASES) if np.isnan(found.share[clamp, 0])]
    if still:
        verdict += untested("clamps", "still_phase", place=" and ".join(still))
    if not found.apart:
        load_w = mean(seen, lambda one: sum(one.load_w))
        few = {"load": figures.power(load_w), "need": figures.power(need_w)}
        verdict += untested("clamps", "few_loads", **few)
    return verdict


def _faults(found: Response) -> Verdict:
    """Return what is wrong with each clamp, and whose places are exchanged."""
    verdicts, on = [], {}
    for clamp, name in enumerate(PHASES):
        row, error = found.share[clamp], found.error[clamp]
        if np.isnan(row).all():
            continue
        place = int(np.argmax(np.abs(row))) if found.apart else clamp
        share = float(row[place])
        far = abs(abs(share) - FOLLOWS) > ERRORS * float(error[place])
        confidence = SURE if far else LIKELY
        said = {
            "moved": figures.power(found.moved_w),
            "read": figures.power(abs(share) * found.moved_w),
            "turned": figures.share(abs(share)),
        }
        if abs(share) < FOLLOWS:
            verdicts.append(fault("ct-missing", name, confidence, **said))
            continue
        on[clamp] = place
        if share < 0.0:
            verdicts.append(fault("ct-reversed", name, confidence, **said))
    astray = {clamp: place for clamp, place in on.items() if clamp != place}
    if astray:
        told = "; ".join(
            f"what moved on {PHASES[place]} was read by the clamp of {PHASES[clamp]}"
            f" ({figures.share(abs(float(found.share[clamp][place])))})"
            for clamp, place in astray.items()
        )
        names = " and ".join(PHASES[clamp] for clamp in astray)
        sure = all(
            abs(abs(found.share[clamp][place]) - FOLLOWS) > ERRORS * found.error[clamp][place]
            for clamp, place in astray.items()
        )
        told = f"{told[0].upper()}{told[1:]}."
        verdicts.append(fault("ct-exchanged", names, SURE if sure else LIKELY, told=told))
    return joined(verdicts)


def _moves(readings: Sequence[Reading]) -> tuple[np.ndarray, np.ndarray]:
    """Return moves at the terminals and at the clamps between neighbours, W, three columns each."""
    pairs = [
        (before, after)
        for before, after in zip(readings, readings[1:], strict=False)
        if _alive(before) and _alive(after)
    ]
    if not pairs:
        return np.empty((0, 3)), np.empty((0, 3))
    moves_w = np.array([np.subtract(after.ld_w, before.ld_w) for before, after in pairs])
    reads_w = np.array([np.subtract(after.ct_w, before.ct_w) for before, after in pairs])
    large = np.abs(moves_w).max(axis=1) >= MOVED_W
    return moves_w[large], reads_w[large]


def _alive(reading: Reading) -> bool:
    return min(reading.grid_v) >= ALIVE_V
