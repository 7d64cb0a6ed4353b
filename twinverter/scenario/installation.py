"""Where what is set cannot work with what is installed, and a house file is refused.

Most disagreements between settings and site are worth simulating; these are not: they charge a
lithium bank by a lead-acid law, ask a bank without management for its limits, or measure with a
sensor that is not there (rule C-26).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from twinverter.catalog.installed import MODELS
from twinverter.catalog.settings import find
from twinverter.scenario.site_form import BatteryForm, SiteForm

# What the table says of rows that only a lead-acid bank has.
LEAD_ACID_ONLY = ("batt_mode!=lithium", "batt_mode=use_batt_v or batt_mode=use_batt_pct")
LITHIUM = 'the site\'s battery is lithium, set it to "lithium"'


def disagreements(
    site: SiteForm, values: Mapping[str, Any], typed: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    """Yield (key, reason) for every setting that the site refuses; `typed` are those written."""
    yield from _battery(site.battery, values, typed)
    measured = site.measuring.ct or site.measuring.meter != "none"
    if values["work_mode"] == "zero_export_ct" and not measured:
        yield "work_mode", "needs CT clamps or a meter; [site.measuring] has neither (C-26)"
    if values["ex_meter_for_ct"] and site.measuring.meter == "none":
        yield "ex_meter_for_ct", "needs a meter; [site.measuring] has none"


def _battery(
    battery: BatteryForm, values: Mapping[str, Any], typed: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    mode = values["batt_mode"]
    if battery.absent:
        if mode != "no_batt":
            yield "batt_mode", 'the site has no battery; set it to "no_batt"'
        return
    if mode == "no_batt":
        return
    chemistry = MODELS[battery.model].chemistry if battery.model else battery.chemistry
    if chemistry != "lfp":
        if mode == "lithium":
            yield "batt_mode", f"is for lithium; the site's battery is lead-acid ({chemistry})"
        return
    if mode == "use_batt_v":
        yield "batt_mode", f"is for lead-acid; {LITHIUM}"
    elif mode == "use_batt_pct" and battery.bms_speaks:
        yield "batt_mode", f"charges by the lead-acid law; {LITHIUM}"
    elif mode == "lithium" and not battery.bms_speaks:
        yield "batt_mode", "needs a management system that speaks; the site's does not"
    for key in typed:
        if mode == "lithium" and any(mark in find(key).depends_on for mark in LEAD_ACID_ONLY):
            yield key, "is a lead-acid setting; the site's battery is lithium"
