"""Power-stage arithmetic for the dispatch: what a source is worth on another side (C-03, C-21).

PV boost, battery converter and inverter meet on one DC link. Loads, grid and micro-inverter are
AC figures, PV and battery are figures at their terminals; these functions convert through the
link with the losses the stage was calibrated with.
"""

from twinverter.core.converter import given_w, passed_w, source_w, taken_w
from twinverter.core.kernel import kernel


@kernel
def ac_from_link(stage, link_w):
    """Return the AC power that `link_w` of DC link power makes."""
    return given_w(stage.inverter_loss, link_w)


@kernel
def link_for_ac(stage, ac_w):
    """Return the link power that `ac_w` of output takes (negative: that rectifying gives)."""
    return taken_w(stage.inverter_loss, ac_w)


@kernel
def charge_from_link(stage, link_w):
    """Return the charging power at the battery terminals that `link_w` makes."""
    return given_w(stage.battery_loss, link_w)


@kernel
def link_for_charge(stage, charge_w):
    """Return the link power that charging with `charge_w` takes."""
    return taken_w(stage.battery_loss, charge_w)


@kernel
def link_from_battery(stage, discharge_w):
    """Return the link power that discharging `discharge_w` gives."""
    return passed_w(stage.battery_loss, discharge_w)


@kernel
def battery_for_link(stage, link_w):
    """Return the battery power whose converter gives `link_w`."""
    return source_w(stage.battery_loss, link_w)


@kernel
def link_from_pv(stage, pv_w):
    """Return the link power that `pv_w` at the trackers gives."""
    return passed_w(stage.tracker_loss, pv_w)


@kernel
def pv_for_link(stage, link_w):
    """Return the PV power whose boost stage gives `link_w`."""
    return source_w(stage.tracker_loss, link_w)
