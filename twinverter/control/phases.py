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
def split(settings, demand, inverter_w, phase_w):
    """Return the inverter's power on each phase: equal, or so that the mains sees equal power."""
    if settings.advanced.asymmetric_phase_feeding == 0.0 or inverter_w == 0.0:
        return equal_split(inverter_w)
    low_w, high_w = (0.0, phase_w) if inverter_w > 0.0 else (-phase_w, 0.0)
    level_w = (total(demand) - inverter_w) * (1.0 / 3.0)
    # Each round moves the common level by what clipping left over; three settle three phases.
    for _ in range(4):
        l1 = clamp(demand.l1 - level_w, low_w, high_w)
        l2 = clamp(demand.l2 - level_w, low_w, high_w)
        l3 = clamp(demand.l3 - level_w, low_w, high_w)
        over_w = l1 + l2 + l3 - inverter_w
        free = (
            (1.0 if low_w < l1 < high_w else 0.0)
            + (1.0 if low_w < l2 < high_w else 0.0)
            + (1.0 if low_w < l3 < high_w else 0.0)
        )
        level_w += over_w / max(1.0, free)
    l1 = clamp(demand.l1 - level_w, low_w, high_w)
    l2 = clamp(demand.l2 - level_w, low_w, high_w)
    l3 = clamp(demand.l3 - level_w, low_w, high_w)
    return _whole(Phases(l1, l2, l3), inverter_w, low_w, high_w)


@kernel
def _whole(phases, inverter_w, low_w, high_w):
    """Return the split with what clipping still left over put where there is room."""
    rest_w = inverter_w - total(phases)
    l1 = clamp(phases.l1 + rest_w, low_w, high_w)
    rest_w -= l1 - phases.l1
    l2 = clamp(phases.l2 + rest_w, low_w, high_w)
    rest_w -= l2 - phases.l2
    return Phases(l1, l2, phases.l3 + rest_w)
