"""Three phases: what may be fed without exporting on one, and how power is split (C-58)."""

from twinverter.catalog.choices import PER_PHASE
from twinverter.core.blocks import Phases, clamp, equal_split, total
from twinverter.core.kernel import kernel


@kernel
def room_to(settings, demand, floor_w, sum_only, phase_w):
    """Return the largest feed that keeps the measuring point at or above `floor_w`.

    With `sum_only` the meter nets the phases; otherwise no phase may fall below its third.
    """
    sum_room_w = total(demand) - floor_w
    if sum_only or settings.installer.zero_export_scope != PER_PHASE:
        return sum_room_w
    third_w = floor_w * (1.0 / 3.0)
    if settings.advanced.asymmetric_phase_feeding > 0.0:
        room_w = (
            clamp(demand.l1 - third_w, 0.0, phase_w)
            + clamp(demand.l2 - third_w, 0.0, phase_w)
            + clamp(demand.l3 - third_w, 0.0, phase_w)
        )
    else:
        room_w = 3.0 * (min(demand.l1, demand.l2, demand.l3) - third_w)
    return min(room_w, sum_room_w)


@kernel
def fed_w(demand, level_w, low_w, high_w):
    """Return what all phases get together when each is fed down to the common `level_w`."""
    return (
        clamp(demand.l1 - level_w, low_w, high_w)
        + clamp(demand.l2 - level_w, low_w, high_w)
        + clamp(demand.l3 - level_w, low_w, high_w)
    )


@kernel
def split(settings, demand, inverter_w, phase_w):
    """Return the inverter's power on each phase: equal, or so that the mains sees equal power."""
    if settings.advanced.asymmetric_phase_feeding == 0.0 or inverter_w == 0.0:
        return equal_split(inverter_w)
    low_w, high_w = (0.0, phase_w) if inverter_w > 0.0 else (-phase_w, 0.0)
    # What is fed falls in straight lines as the level rises; each phase has an edge at both limits.
    level_w = min(demand.l1, demand.l2, demand.l3) - high_w
    for edge_w in (
        demand.l1 - high_w,
        demand.l2 - high_w,
        demand.l3 - high_w,
        demand.l1 - low_w,
        demand.l2 - low_w,
        demand.l3 - low_w,
    ):
        if edge_w > level_w and fed_w(demand, edge_w, low_w, high_w) >= inverter_w:
            level_w = edge_w
    free = (
        (1.0 if demand.l1 - high_w <= level_w < demand.l1 - low_w else 0.0)
        + (1.0 if demand.l2 - high_w <= level_w < demand.l2 - low_w else 0.0)
        + (1.0 if demand.l3 - high_w <= level_w < demand.l3 - low_w else 0.0)
    )
    level_w += (fed_w(demand, level_w, low_w, high_w) - inverter_w) / max(1.0, free)
    return Phases(
        clamp(demand.l1 - level_w, low_w, high_w),
        clamp(demand.l2 - level_w, low_w, high_w),
        clamp(demand.l3 - level_w, low_w, high_w),
    )
