"""Demand response on the DRM input, as far as the dispatch needs it (C-20, C-28, C-54).

The meaning of the modes is that of the public standard AS/NZS 4755; several active modes add up
to the most restrictive of them. `drm` is a bit sum: bit n is mode n.
"""

from typing import NamedTuple

from twinverter.core.kernel import kernel

NO_LIMIT_W = 1.0e9
HALF, THREE_QUARTERS = 0.5, 0.75


class Response(NamedTuple):
    """What the network operator's signal leaves: island, charging from the grid, export."""

    island: float
    charge_w: float
    no_sell: float
    sell_w: float
    active: float


@kernel
def is_active(bits, mode):
    """Return whether DRM `mode` is on."""
    return int(bits) >> mode & 1 > 0


@kernel
def demanded(settings, measurements):
    """Return the response that the DRM input asks for."""
    bits = measurements.drm
    if settings.advanced.drm == 0.0 or bits == 0.0:
        return Response(measurements.forced_island, NO_LIMIT_W, 0.0, NO_LIMIT_W, 0.0)
    rated_w = settings.law.rating.ac_rated_w
    charge_w = NO_LIMIT_W
    if is_active(bits, 1):
        charge_w = 0.0
    elif is_active(bits, 2):
        charge_w = HALF * rated_w
    elif is_active(bits, 3):
        charge_w = THREE_QUARTERS * rated_w
    no_sell = is_active(bits, 5)
    sell_w = NO_LIMIT_W
    if no_sell:
        sell_w = 0.0
    elif is_active(bits, 6):
        sell_w = HALF * rated_w
    elif is_active(bits, 7):
        sell_w = THREE_QUARTERS * rated_w
    island = 1.0 if is_active(bits, 0) else measurements.forced_island
    return Response(island, charge_w, 1.0 if no_sell else 0.0, sell_w, 1.0)
