"""The pins of the device: what is wired to its DRM input, and what its outputs put out.

Inputs are controls of the world, so whoever drives one takes it over as a hand does. The DRM input
is that of the public standard AS/NZS 4777.2: a contact per mode 0 to 8, several at a time.
Outputs: the dry contact that starts a generator (manual 5.6, 5.9) and the ATS output for an
external neutral-earth relay (manual 5.10, rule C-56: 230 V on grid, where the mode is set).
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from twinverter.catalog.states import RELAY_ATS, RELAY_START
from twinverter.live.snapshot import Scene
from twinverter.live.world import DRM_MODES, drm_key

IN, OUT = "in", "out"
ISLAND = "forced_island"


class Pin(NamedTuple):
    """One pin: its key, what it is, and whether it is driven from outside or by the device."""

    key: str
    label: str
    direction: str
    unit: str = ""


PINS = (
    Pin("drm", "DRM input, active modes", IN),
    Pin(ISLAND, "Told to leave the grid", IN),
    Pin("gen_start", "Generator start contact", OUT),
    Pin("ats", "ATS output", OUT, "V"),
)


def shown(scene: Scene, world: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return every pin with its value: modes, on or off, or a voltage.

    `world` is where the controls of the world stand, which the next step obeys.
    """
    relays = int(scene.flows.relays)
    values = {
        "drm": [mode for mode in DRM_MODES if world[drm_key(mode)]["value"]],
        ISLAND: world[ISLAND]["value"],
        "gen_start": bool(relays & int(RELAY_START)),
        "ats": scene.settings.grid.nominal_v if relays & int(RELAY_ATS) else 0.0,
    }
    return {pin.key: {**pin._asdict(), "value": values[pin.key]} for pin in PINS}


def driven(modes: Iterable[int] | None, island: bool | None) -> tuple[dict[str, float], list[str]]:
    """Return what of the world is taken over and given back to drive the inputs.

    `modes` are the active ones of the DRM input, all others end; None leaves an input as it is.
    """
    take: dict[str, float] = {}
    back: list[str] = []
    if modes is not None:
        take = {drm_key(mode): 1.0 for mode in modes}
        back = [drm_key(mode) for mode in DRM_MODES if drm_key(mode) not in take]
    if island:
        take[ISLAND] = 1.0
    elif island is not None:
        back.append(ISLAND)
    return take, back
