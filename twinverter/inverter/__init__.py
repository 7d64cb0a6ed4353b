"""The whole device: one pure step from site, settings, state and inputs to state and flows.

`step` measures, lets control decide, lets the plant act, and counts. It is the same function for
the live twin (interpreted), for years and fleets (compiled), and for tests. Control and plant meet
in this room and nowhere else.
"""

from twinverter.control.signals import Peers
from twinverter.inverter.counting import counted
from twinverter.inverter.device import step, step_heard, step_seen
from twinverter.inverter.measuring import measure, offered_w, sensed
from twinverter.inverter.state import Flows, Meters, State, initial
from twinverter.plant.ideal import ideal
from twinverter.plant.site import Site
from twinverter.plant.world import NO_LIMIT_A, NO_LIMIT_V, UNSAID, Inputs

__all__ = [
    "NO_LIMIT_A",
    "NO_LIMIT_V",
    "UNSAID",
    "Flows",
    "Inputs",
    "Meters",
    "Peers",
    "Site",
    "State",
    "counted",
    "ideal",
    "initial",
    "measure",
    "offered_w",
    "sensed",
    "step",
    "step_heard",
    "step_seen",
]
