"""The power stage: three converters on one DC link, their losses and their heat.

    PV input 1, 2 --[boost]--+
                             +-- DC link --[inverter]-- AC
    battery --[battery stage]+

Each converter loses a share and a square of its power (`core/converter.py`): the boosts by their
input, the battery stage by its battery terminals, the inverter by its AC side. The running stage
burns `fixed_w` besides. The coefficients are assumed so that the datasheet's 97.6 % maximum and
97.0 % European efficiency (manual chapter 9) come out of `path_efficiency`, and the battery paths
lie among the home storage systems measured by HTW Berlin (PerMod database, CC BY 4.0).
Reactive power adds its own square with the inverter's coefficient, as the square of the current is
that of P and Q together. Losses are taken not to depend on voltage or temperature.
"""

from twinverter.core.converter import given_w, loss_w, source_w, taken_w
from twinverter.core.kernel import kernel
from twinverter.plant.site import Bridge, Site

PATHS = ("pv_ac", "pv_battery", "battery_ac", "ac_battery")

# European efficiency: the weights of EN 50530 over the share of rated power.
EURO_WEIGHTS = ((0.05, 0.03), (0.10, 0.06), (0.20, 0.13), (0.30, 0.10), (0.50, 0.48), (1.0, 0.20))


@kernel
def sink_step(bridge, sink_c, heat_w, ambient_c, dt_s, cooling=1.0):
    """Return the heat sink's temperature after a step of `heat_w` (backward Euler).

    `cooling` is the share of its heat loss that it still has, below 1 where the fan stands.
    """
    loss_w_per_k = bridge.heat_loss_w_per_k * cooling
    return sink_c + (heat_w + loss_w_per_k * (ambient_c - sink_c)) * (
        dt_s / (bridge.heat_capacity_j_per_k + loss_w_per_k * dt_s)
    )


def path_efficiency(site: Site, path: str, power_w: float) -> float:
    """Return output over input power when `power_w` comes out of one of `PATHS`, nothing else.

    "ac" is the AC side, "battery" its terminals, "pv" both inputs sharing evenly. ValueError
    names an unknown path, or a power that is not above 0.
    """
    if path not in PATHS:
        raise ValueError(f"path {path!r} is not one of {', '.join(PATHS)}")
    if not power_w > 0.0:
        raise ValueError(f"power_w = {power_w} W: an efficiency needs a power above 0 W")
    source, _, sink = path.partition("_")
    link_w = site.bridge.fixed_w + _link_demand_w(site.bridge, sink, power_w)
    return power_w / _source_w(site, source, link_w)


def _link_demand_w(bridge: Bridge, sink: str, power_w: float) -> float:
    if sink == "ac":
        return taken_w(bridge.inverter_loss, power_w)
    return power_w + loss_w(bridge.battery_loss, power_w)


def _source_w(site: Site, source: str, link_w: float) -> float:
    if source == "pv":
        return 2.0 * source_w(site.tracker.loss, 0.5 * link_w)
    if source == "battery":
        return source_w(site.bridge.battery_loss, link_w)
    return -given_w(site.bridge.inverter_loss, -link_w)


def euro_efficiency(site: Site, rated_w: float, path: str = "pv_ac") -> float:
    """Return the European weighted efficiency of a path, as a ratio."""
    return sum(
        weight * path_efficiency(site, path, share * rated_w) for share, weight in EURO_WEIGHTS
    )
