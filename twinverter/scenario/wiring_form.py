"""[site.wiring]: cables, breakers, earth, clamps, the place on the wall, and how the work was done.

Nothing here moves the simulation; `twinverter check` reads it. Every table and key may be left out:
what is not told is not judged. A cable that is told needs its length and cross-section.
"""

from typing import Annotated

from pydantic import model_validator

from twinverter.catalog.cables import AWG, INSULATIONS, METHODS
from twinverter.catalog.limits import PARTS
from twinverter.scenario.form import Form, length, number, refused, word

Metres = Annotated[float, number(0.1, 1000.0, "m")]
Amperes = Annotated[float, number(0.0, 1000.0, "A")]
Torque = Annotated[float, number(0.0, 100.0, "Nm")]
Centimetres = Annotated[float, number(0.0, 1000.0, "cm")]
Air = Annotated[float, number(-60.0, 80.0, "degC")]
Pin = Annotated[int, number(1, 8)]
PHASE_NAMES = ("L1", "L2", "L3")


class CableForm(Form):
    """One cable: how long one way, how thick, in what sheath, laid how, in how warm an air."""

    length_m: Metres
    mm2: Annotated[float | None, number(0.5, 300.0, "mm2")] = None
    awg: Annotated[str, word(*AWG)] | None = None
    insulation: Annotated[str, word(*INSULATIONS)] | None = None
    method: Annotated[str, word(*METHODS)] | None = None
    ambient_c: Air | None = None

    @model_validator(mode="after")
    def _has_one_size(self) -> "CableForm":
        if (self.mm2 is None) == (self.awg is None):
            raise refused("needs its cross-section once, as mm2 or as awg")
        return self


class PvWiringForm(Form):
    """The DC side of the array; one set of figures for both inputs."""

    cable: CableForm | None = None
    strings_per_tracker: Annotated[list[Annotated[int, number(0, 8)]], length(1, 4)] | None = None
    breaker: bool | None = None
    surge_protection: bool | None = None
    pole_earthed: Annotated[str, word("none", "positive", "negative")] | None = None
    modules_leak: bool | None = None
    cable_type: Annotated[str, word("PV1-F", "H1Z2Z2-K", "other")] | None = None
    connector: Annotated[str, word("MC4", "other")] | None = None
    polarity_checked: bool | None = None


class BmsPinsForm(Form):
    """Which pin of the RJ45 plug carries what."""

    can_h: Pin | None = None
    can_l: Pin | None = None
    rs485_a: Pin | None = None
    rs485_b: Pin | None = None
    gnd: Pin | None = None


class BatteryWiringForm(Form):
    """Between bank and machine."""

    cable: CableForm | None = None
    protection: Annotated[str, word("breaker", "fuse", "none")] | None = None
    rating_a: Amperes | None = None
    torque_nm: Torque | None = None
    lug: Annotated[str, word("M8", "M10", "M12")] | None = None
    polarity_checked: bool | None = None
    connector_closed: bool | None = None
    bms_pins: BmsPinsForm | None = None


class AcPortForm(Form):
    """One of the three AC terminal blocks; a breaker of 0 A is none."""

    cable: CableForm | None = None
    breaker_a: Amperes | None = None
    torque_nm: Torque | None = None
    strip_mm: Annotated[float | None, number(0.0, 100.0, "mm")] = None
    conductors: list[Annotated[str, word(*PHASE_NAMES, "N", "PE")]] | None = None
    on_block: Annotated[str, word("grid", "load", "gen")] | None = None
    rcd: Annotated[str, word("none", "AC", "A", "F", "B")] | None = None


class MotorForm(Form):
    """A motor on the LOAD terminals; it starts at so many times its power."""

    name: str = "motor"
    phase: Annotated[int, number(1, 3)] = 1
    power_w: Annotated[float, number(1.0, 5.0e4, "W")]
    start_times: Annotated[float | None, number(1.0, 12.0)] = None
    air_conditioner: bool = False
    restart_delay_min: Annotated[float | None, number(0.0, 60.0, "min")] = None


class ClampsForm(Form):
    """The current clamps at the mains; `phases` in the order of the machine's inputs."""

    count: Annotated[int | None, number(0, 6)] = None
    facing: Annotated[str, word("inverter", "grid")] | None = None
    phases: list[Annotated[str, word(*PHASE_NAMES)]] | None = None
    before_all_loads: bool | None = None
    ratio: Annotated[int | None, number(1, 10000)] = None
    cable_m: Metres | None = None


class EarthForm(Form):
    """Earth, and who ties neutral to it when the mains are gone."""

    connected: bool | None = None
    at: Annotated[str, word("grid_side", "load_side", "own_rod")] | None = None
    mm2: Annotated[float | None, number(0.5, 300.0, "mm2")] = None
    neutral_bond: Annotated[str, word("ats_relay", "other_relay", "fixed", "none")] | None = None


class SpotForm(Form):
    """Where the machine hangs."""

    wall: Annotated[str, word("concrete", "brick", "stone", "steel", "wood", "board")] | None = None
    vertical: bool | None = None
    carries_kg: Annotated[float | None, number(0.0, 1.0e5, "kg")] = None
    direct_sun: bool | None = None
    rain: bool | None = None
    snow: bool | None = None
    humidity_pct: Annotated[float | None, number(0.0, 100.0, "%")] = None
    flammables: bool | None = None
    explosive: bool | None = None
    cold_draught: bool | None = None
    tv_antenna: bool | None = None
    left_cm: Centimetres | None = None
    right_cm: Centimetres | None = None
    above_cm: Centimetres | None = None
    below_cm: Centimetres | None = None
    front_cm: Centimetres | None = None
    display_m: Annotated[float | None, number(0.0, 5.0, "m")] = None
    ambient_min_c: Air | None = None
    ambient_max_c: Air | None = None
    bolts: Annotated[str, word("M8x80", "other")] | None = None
    holes: Annotated[int | None, number(0, 20)] = None
    hole_mm: Annotated[float | None, number(0.0, 500.0, "mm")] = None


class WorkForm(Form):
    """How the work was done, as the one who did it says; `steps` in their order."""

    professional: bool | None = None
    papers_read: bool | None = None
    battery_papers_read: bool | None = None
    parts_missing: list[Annotated[str, word(*PARTS)]] | None = None
    undamaged: bool | None = None
    breakers_open: bool | None = None
    source_dead: bool | None = None
    wires_tight: bool | None = None
    shorts_measured: bool | None = None
    steps: list[Annotated[str, word("ac_off", "dc_off", "connect_pv")]] | None = None


class WiringForm(Form):
    """Everything between the parts."""

    record_low_c: Air | None = None
    record_high_c: Air | None = None
    load_peak_w: Annotated[list[Annotated[float, number(0.0, 1.0e5, "W")]], length(3, 3)] | None = (
        None
    )
    meter_counts: Annotated[str, word("sum", "per_phase")] | None = None
    pv: PvWiringForm = PvWiringForm()
    battery: BatteryWiringForm = BatteryWiringForm()
    grid: AcPortForm = AcPortForm()
    load: AcPortForm = AcPortForm()
    gen: AcPortForm = AcPortForm()
    motors: Annotated[list[MotorForm], length(0, 40)] = []
    ct: ClampsForm = ClampsForm()
    earth: EarthForm = EarthForm()
    place: SpotForm = SpotForm()
    work: WorkForm = WorkForm()
