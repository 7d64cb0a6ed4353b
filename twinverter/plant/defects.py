"""What is broken or wrongly wired at one house: the physical causes behind the fault codes.

A defect is part of what is really there, so it stands in `Site` and changes only when somebody
breaks or mends something. `catalog/causes.py` has a row for each field: label, unit, range, and
the codes it leads to. Control never sees a defect, only what it does to the sensors.
"""

from collections.abc import Mapping
from typing import NamedTuple


class Defects(NamedTuple):
    """Every defect a site may have; `SOUND` has none. Flags are 1.0 or 0.0.

    `any` says that something differs from `SOUND`, so that a sound site costs nothing.
    `earth_leak_a` flows at once, `damp_leak_a` creeps in with the plant's own time constant.
    `peers_loss` is the share of a parallel system's heartbeats that get lost.
    """

    any: float
    pv1_reversed: float
    pv2_reversed: float
    pv_insulation_ohm: float
    pv_arc: float
    input1_short_a: float
    input2_short_a: float
    earth_leak_a: float
    damp_leak_a: float
    load_short: float
    bypass_a: float
    link_open: float
    link_short_a: float
    link_unbalance_v: float
    battery_short_a: float
    bond_open: float
    fan_blocked: float
    estop: float
    memory_unreadable: float
    memory_unwritable: float
    bms_fault: float
    ct_reversed: float
    ct_off: float
    ct_swapped: float
    peers_loss: float
    peer_off: float
    peer_clash: float

    def but(self, changes: Mapping[str, float]) -> "Defects":
        """Return the same with some defects changed; ValueError for a field there is none."""
        made = self._replace(**changes, any=0.0)
        return made if made == SOUND else made._replace(any=1.0)


# The insulation of dry modules and cables, far above every limit (assumed).
SOUND_OHM = 1.0e7
SOUND = Defects(**dict.fromkeys(Defects._fields, 0.0) | {"pv_insulation_ohm": SOUND_OHM})


def broken(**changes: float) -> Defects:
    """Return a sound site's defects with some of them changed."""
    return SOUND.but(changes)
