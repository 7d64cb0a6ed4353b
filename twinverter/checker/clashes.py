"""Settings that fight each other, the site, or the contract."""

from twinverter.catalog.limits import limit
from twinverter.checker.engine import MICRO, ROWS
from twinverter.checker.installation import Installation
from twinverter.checker.judgement import Judgement, judge, ruled
from twinverter.checker.mains import GENERAL
from twinverter.checker.pv import array_w

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# A tick and the levels of which at least one must not be zero.
CURVES = {
    "qv_enable": ("qv_v1", "qv_v2", "qv_v3", "qv_v4"),
    "fw_enable": ("fw_fstart_hz", "fw_fstop_hz"),
    "vw_enable": ("vw_vstart_v", "vw_vstop_v"),
    "vrt_enable": ("vrt_hv2_v", "vrt_hv1_v", "vrt_lv1_v", "vrt_lv2_v", "vrt_lv3_v"),
    "frt_enable": ("frt_hf2_hz", "frt_hf1_hz", "frt_lf1_hz", "frt_lf2_hz"),
}


def _sells(of: Installation) -> bool:
    return of.values["work_mode"] == "selling_first" or bool(of.values["solar_sell"])


@judge("set-sell")
def sell(of: Installation) -> Judgement | None:
    """Judge selling by the tariff of the house."""
    allowed = of.world.tariff.may_sell
    text = f"{of.values['work_mode']}{', solar sell' if of.values['solar_sell'] else ''}"
    return ruled("set-sell", allowed or not _sells(of), text.replace("_", " "))


@judge("set-mi-export")
def micro_export(of: Installation) -> Judgement | None:
    """Judge what micro-inverters may send to the mains."""
    if of.site.micro_inverters is None or of.port != MICRO:
        return None
    cut = bool(of.values["mi_export_cutoff"])
    return ruled("set-mi-export", cut or of.world.tariff.may_sell, "cut off" if cut else "exported")


@judge("set-grid-charge")
def grid_charge(of: Installation) -> Judgement | None:
    """Judge Grid Charge in a zero-export mode without a timetable."""
    if not of.has_battery or not of.values["grid_charge"]:
        return None
    timed = bool(of.values["tou_enable"])
    idle = not timed and of.values["work_mode"] != "selling_first"
    return ruled("set-grid-charge", not idle, "timetable on" if timed else "no timetable")


@judge("set-row-floor")
def row_floor(of: Installation) -> Judgement | None:
    """Judge the targets of the rows against the floor on grid."""
    if not of.has_battery or not of.values["tou_enable"]:
        return None
    volts = of.values["batt_mode"] == "use_batt_v"
    floor = of.number(f"{of.values['on_grid_floor']}{'_v' if volts else '_soc_pct'}")
    ending = "batt_v" if volts else "batt_pct"
    low = [str(row) for row in ROWS if of.number(f"tou{row}_{ending}") < floor]
    text = f"row {', '.join(low)} below {floor:g}" if low else f"all from {floor:g} up"
    return ruled("set-row-floor", not low, text)


@judge("set-row-grid")
def row_grid(of: Installation) -> Judgement | None:
    """Judge grid ticks of rows that do nothing."""
    if not of.has_battery or not of.values["tou_enable"]:
        return None
    ticked = [str(row) for row in ROWS if of.values[f"tou{row}_grid_charge"]]
    if not ticked:
        return None
    text = f"row {', '.join(ticked)} ticked"
    return ruled("set-row-grid", bool(of.values["grid_charge"]), text)


@judge("set-weekdays")
def weekdays(of: Installation) -> Judgement | None:
    """Judge the days of the timetable."""
    if not of.values["tou_enable"]:
        return None
    days = [day for day in DAYS if of.values[f"tou_{day}"]]
    return ruled("set-weekdays", bool(days), ", ".join(days) or "none")


@judge("set-max-solar")
def max_solar(of: Installation) -> Judgement | None:
    """Judge Max Solar Power by the array."""
    if not of.site.pv:
        return None
    array = min(array_w(of), limit("pv_total_w"))
    set_w = of.number("max_solar_power_w")
    text = f"{set_w:g} W, the array has {array:.0f} W"
    return ruled("set-max-solar", set_w >= limit("array_unused") * array, text)


@judge("set-curves")
def curves(of: Installation) -> Judgement | None:
    """Judge functions of Grid Set3 and Set4 that are on and have no level."""
    if of.values["grid_mode"] != GENERAL:
        return None
    on = [tick for tick in CURVES if of.values[tick]]
    if not on:
        return None
    empty = [tick for tick in on if not any(of.number(key) for key in CURVES[tick])]
    text = ", ".join(tick.removesuffix("_enable").upper() for tick in empty or on)
    return ruled("set-curves", not empty, text)


@judge("set-peak-shaving")
def peak_shaving(of: Installation) -> Judgement | None:
    """Judge peak shaving by what there is to shave with."""
    if not of.values["grid_peak_shaving"]:
        return None
    return ruled("set-peak-shaving", of.has_battery, "with a bank" if of.has_battery else "no bank")


@judge("set-no-charge")
def no_charge(of: Installation) -> Judgement | None:
    """Judge a charge current of nothing."""
    if not of.has_battery:
        return None
    told_a = of.number("max_charge_a")
    return ruled("set-no-charge", told_a > 0.0, f"{told_a:g} A")
