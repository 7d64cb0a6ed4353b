"""What there is to draw: a house as the checker sees it, and the words for what is told of it.

Every figure comes from the checker: a finding's own words, or its functions. What nobody told is
`not told` here as it is there; what was told not to be there is not drawn.
"""

import re
from collections.abc import Mapping
from typing import Literal, NamedTuple

from twinverter.catalog.checks import UNTOLD as UNTOLD_FINDING
from twinverter.catalog.limits import limit
from twinverter.catalog.settings import find
from twinverter.checker.cable import AC, ampacity, one_way, size_text
from twinverter.checker.check import Finding, check_house
from twinverter.checker.engine import GENERATOR, MICRO
from twinverter.checker.installation import Installation
from twinverter.checker.mains import in_use
from twinverter.drawings.board import UNTOLD
from twinverter.scenario.house import House
from twinverter.scenario.wiring_form import AcPortForm, CableForm

Told = Literal["there", "absent", "untold"]
THERE: Told = "there"
ABSENT: Told = "absent"
MAYBE: Told = "untold"
SMART = "smart_load_output"
METHOD_WORDS = {
    "insulated_wall": "in an insulated wall",
    "conduit": "in conduit",
    "surface": "on a surface",
    "free_air": "in free air",
}
UNIT = re.compile(r"(\d) (mm²|°C|A|V|W|m|%|Hz|Nm|Ah)(?![\w])")
MAKES = {"chnt_dtsu666": "CHNT DTSU666", "eastron": "Eastron"}


class Group(NamedTuple):
    """Units side by side: how many, how they lie on the phases, and whether they share a bank.

    `phases` names the phase of each single-phase unit and is empty for three-phase units.
    """

    units: int = 1
    phases: tuple[str, ...] = ()
    shared_bank: bool = False


class Plan(NamedTuple):
    """A house to be drawn."""

    house: House
    of: Installation
    found: Mapping[str, Finding]
    group: Group
    date: str

    def finding(self, check: str) -> str:
        """Return what the checker found, `not told`, or an empty text where it does not apply."""
        one = self.found.get(check)
        if one is None:
            return ""
        return UNTOLD if one.severity == UNTOLD_FINDING else one.found

    def value(self, key: str) -> str:
        """Return a setting as the panel shows it, with its unit."""
        value, row = self.of.values[key], find(key)
        if isinstance(value, bool):
            return "ticked" if value else "not ticked"
        if isinstance(value, str):
            return value.replace("_", " ")
        return f"{value:g} {row.unit}".rstrip()

    @property
    def has_mains(self) -> bool:
        """Return whether there is a public supply at all."""
        grid = self.of.world.grid
        volts = grid.voltage_v if isinstance(grid.voltage_v, list) else [grid.voltage_v]
        return any(volts)

    @property
    def gen_on_grid(self) -> bool:
        """Return whether a generator is wired to the GRID terminals."""
        return self.of.site.genset is not None and bool(self.of.genset["genset.on_grid_port"])

    @property
    def on_gen(self) -> str:
        """Return what is wired to the GEN terminals, an empty text for nothing."""
        if self.of.site.genset is not None and not self.gen_on_grid:
            return GENERATOR
        if self.of.site.micro_inverters is not None:
            return MICRO
        return SMART if self.of.port == SMART else ""

    @property
    def gen_used(self) -> bool:
        """Return whether the GEN terminals carry anything."""
        return in_use(self.of, "gen") or self.on_gen == SMART

    @property
    def starts_generator(self) -> bool:
        """Return whether the machine's contact starts the generator."""
        return self.of.site.genset is not None and bool(self.of.values["gen_signal"])


def plan_of(house: House, group: Group | None = None, date: str = "") -> Plan:
    """Return a house ready to be drawn."""
    found = {one.check.id: one for one in check_house(house)}
    return Plan(house, Installation.of(house), found, group or _group_of(house), date)


def _group_of(house: House) -> Group:
    """Return the units of a house."""
    if house.group is None:
        return Group()
    phases = tuple(unit.phase for unit in house.group.units if unit.phase is not None)
    return Group(len(house.group.units), phases, house.group.shared)


def told(answer: object) -> Told:
    """Return whether a part is there, by the answer of the house file."""
    if answer is None:
        return MAYBE
    return ABSENT if answer in (False, 0.0, "none") else THERE


def cable_words(cable: CableForm | None) -> str:
    """Return a cable's size and length, as "50 mm² · 2 m"."""
    if cable is None:
        return f"cable {UNTOLD}"
    return f"{squared(size_text(cable))} · {cable.length_m:g} m"


def laying_words(cable: CableForm | None) -> str:
    """Return how a cable is made and laid, and how warm it is there."""
    if cable is None:
        return UNTOLD
    method = METHOD_WORDS[cable.method] if cable.method else f"laying {UNTOLD}"
    sheath = cable.insulation.upper() if cable.insulation else f"sheath {UNTOLD}"
    air = "" if cable.ambient_c is None else f", {cable.ambient_c:g} °C"
    return f"{sheath}, {method}{air}"


def drop_words(port: AcPortForm) -> str:
    """Return the voltage drop of an AC cable, by the function and the current of the check."""
    if port.cable is None:
        return UNTOLD
    lost = one_way(port.cable, limit("phase_a"), limit("nominal_phase_v"))
    return f"{100.0 * lost:.1f} % at {limit('phase_a'):g} A"


def guard_words(plan: Plan, key: str) -> str:
    """Return breaker against cable as the check found it, or what the cable alone carries."""
    found = plan.finding(f"{key}-guard")
    if found and found != UNTOLD:
        return squared(found)
    cable = getattr(plan.of.wiring, key).cable
    carried = ampacity(cable, AC) if cable else None
    if carried is None:
        return f"carries: {UNTOLD}"
    return squared(f"cable {carried.current_a:.0f} A ({carried.source})")


def breaker_words(rating_a: float | None) -> str:
    """Return a rating, `none`, or that nobody told it."""
    if rating_a is None:
        return UNTOLD
    return f"{rating_a:g} A" if rating_a else "none"


def torque_words(torque_nm: float | None) -> str:
    """Return a torque, or that nobody told it."""
    return UNTOLD if torque_nm is None else f"{torque_nm:g} Nm"


def squared(words: str) -> str:
    """Return a text with its units as they are printed, each held to its figure."""
    printed = words.replace("mm2", "mm²").replace("degC", "°C")
    return UNIT.sub("\\1\u00a0\\2", printed)
