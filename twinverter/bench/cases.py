"""Courses of the bench's table: what happens to the machine in every case.

Settled points are held for three steps of ten seconds at a response time of one; responses and
timers run at the steps named in the rows.
"""

from collections.abc import Iterator
from dataclasses import replace

from twinverter.bench.case import MOMENTS, RESPONSE, SETTLED, Case, Stretch, course
from twinverter.bench.rows import (
    BEYOND,
    BOTH_LIMITS,
    CURVES,
    DETECTED,
    DROOPS,
    OWN_CODES,
    PRIORITIES,
    QUICK_RETURN,
    QUICK_S,
    REFERENCE_SHIFT,
    RESPONSE_STEPS_S,
    RESPONSES,
    REST_TIMES,
    RETURNS,
    RETURNS_WITH,
    RIDES,
    STORAGE_CURVES,
    STORAGE_LEVELS,
    STORAGE_RESPONSES,
    SUN_LEVELS,
    TRIP_STEPS_S,
    UNBALANCED,
    WATT_CURVES,
)
from twinverter.bench.support import (
    CATEGORIES,
    VOLT_VAR_B,
    Cessation,
    EnterService,
    Level,
    Support,
    Trips,
)

HOLD_STEPS, HOLD_S = 3, 10.0
# A response that a step of ten seconds does not outrun.
SLOW_S = 30.0
# A power beside which reactive power fits into the circle.
RETURNED = 0.8


def cases() -> Iterator[Case]:
    """Yield every case of the table."""
    yield from _curves()
    yield from _watt_curves()
    yield from _droops()
    yield from _unbalanced()
    yield from _priorities()
    yield from _both_limits()
    yield from _responses()
    yield from _reference_shift()
    yield from _trips()
    yield from _rides()
    yield from _rests()
    yield from _returns()
    yield from _returns_with()
    yield from _own_codes()
    yield from _detected()


def _held(stretches: list[Stretch]) -> tuple[int, ...]:
    """Return the last step of each stretch."""
    ends, step = [], 0
    for stretch in stretches:
        step += stretch.steps
        ends.append(step - 1)
    return tuple(ends)


def _settled(
    group: str,
    name: str,
    support: Support,
    holds: list[Stretch],
    storage: bool,
    explained: str = "",
) -> Case:
    return Case(
        group, name, support, course(holds), HOLD_S, SETTLED, storage, _held(holds), explained
    )


def _places(support: Support) -> list[float]:
    """Return every point of the voltage curves, what lies between them, and both ends' outside."""
    points = sorted({voltage for voltage, _ in support.volt_var + support.volt_watt})
    between = [(low + high) / 2.0 for low, high in zip(points, points[1:], strict=False)]
    return sorted({1.0, points[0] - 0.01, points[-1] + 0.01, *points, *between})


def _curves() -> Iterator[Case]:
    for levels, rows, storage in (
        (SUN_LEVELS, CURVES, False),
        (STORAGE_LEVELS, STORAGE_CURVES, True),
    ):
        for group, name, support in rows:
            places = _places(support)
            for wish in levels:
                way = places + places[::-1]
                holds = [Stretch(HOLD_STEPS, voltage, wish=wish) for voltage in way]
                yield _settled(group, f"{name}, at {wish:+.1f}", support, holds, storage)


def _watt_curves() -> Iterator[Case]:
    for group, name, support in WATT_CURVES:
        for storage in (False, True):
            low = -10 if storage else 0
            wishes = [tenth / 10.0 for tenth in (*range(low, 11), *range(10, low - 1, -1))]
            holds = [Stretch(HOLD_STEPS, wish=wish) for wish in wishes]
            yield _settled(group, name, support, holds, storage)


def _droops() -> Iterator[Case]:
    for name, droop, hertz in DROOPS:
        for levels, storage in ((SUN_LEVELS[1:], False), (STORAGE_LEVELS, True)):
            for wish in levels:
                holds = [Stretch(HOLD_STEPS, frequency_hz=each, wish=wish) for each in hertz]
                named = f"{name}, at {wish:+.1f}"
                yield _settled("droop", named, Support(droop=droop), holds, storage)


def _unbalanced() -> Iterator[Case]:
    holds = [
        Stretch(HOLD_STEPS, voltage, wish=0.5, angle_rad=angle_rad)
        for voltage, angle_rad in UNBALANCED
    ]
    for word, positive in (("mean", False), ("positive sequence", True)):
        support = Support(volt_var=VOLT_VAR_B, volt_var_s=QUICK_S, positive_sequence=positive)
        yield _settled("unbalance", f"volt-var B on the {word}", support, holds, False)


def _priorities() -> Iterator[Case]:
    for name, support, volts, explained in PRIORITIES:
        for storage, wishes in ((False, (0.8, 0.85, 0.95, 1.0)), (True, (-1.0, -0.95, 0.95, 1.0))):
            holds = [
                Stretch(HOLD_STEPS, voltage, wish=wish) for wish in wishes for voltage in volts
            ]
            yield _settled("priority", name, support, holds, storage, explained)


def _both_limits() -> Iterator[Case]:
    for name, support, storage, explained in BOTH_LIMITS:
        holds = [
            Stretch(HOLD_STEPS, voltage, wish=wish)
            for wish in (0.2, 0.8)
            for voltage in (1.0, 1.07, 1.09, 1.0)
        ]
        yield _settled("active limit", name, support, holds, storage, explained)


def _responses() -> Iterator[Case]:
    for table, storage in ((RESPONSES, False), (STORAGE_RESPONSES, True)):
        for group, name, support, before, after, shown_s in table:
            for dt_s in RESPONSE_STEPS_S:
                steps = max(8, round(shown_s / dt_s))
                way = [Stretch(3, *before), Stretch(steps, *after)]
                yield Case(group, f"step, {name}", support, course(way), dt_s, RESPONSE, storage)


def _reference_shift() -> Iterator[Case]:
    support = Support(volt_var=VOLT_VAR_B, volt_var_s=SLOW_S, reference_s=300.0)
    for dt_s, steps in REFERENCE_SHIFT:
        way = [Stretch(3, 1.0, wish=0.5), Stretch(steps, 1.04, wish=0.5)]
        yield Case("volt-var", "reference follows, 300 s", support, course(way), dt_s, RESPONSE)


def _trips() -> Iterator[Case]:
    for category, levels in CATEGORIES.items():
        for name, level in levels._asdict().items():
            yield from _trip(category, levels, name, level)


def _trip(category: str, levels: Trips, name: str, level: Level) -> Iterator[Case]:
    dt_s = TRIP_STEPS_S[name]
    steps = round(level.lasts_s / dt_s)
    support = Support(trips=levels, category=category, enter=QUICK_RETURN)
    beyond = BEYOND[name]
    quantity = {"voltage": beyond} if name.endswith("_v") else {"frequency_hz": beyond}
    back = Stretch(round(6.0 / dt_s) if dt_s < 1.0 else 6)
    for word, lasts in (("left", steps + 2), ("stayed", steps - 1)):
        way = [Stretch(3), Stretch(lasts, **quantity), back]  # type: ignore[arg-type]
        title = f"category {category}, {name.rstrip('_vhz').replace('_', ' ')} {level.beyond:g}"
        yield Case("trip", f"{title}, {word}", support, course(way), dt_s, MOMENTS)


def _rides() -> Iterator[Case]:
    for category, name, voltage, lasts_s in RIDES:
        cessation = Cessation() if category == "III" else None
        support = Support(
            trips=CATEGORIES[category], category=category, cessation=cessation, enter=QUICK_RETURN
        )
        dt_s = 0.02 if lasts_s < 2.0 else 0.1
        way = [Stretch(3), Stretch(round(lasts_s / dt_s) - 1, voltage), Stretch(50)]
        yield Case(
            "ride-through", f"category {category}, {name}", support, course(way), dt_s, MOMENTS
        )


def _rests() -> Iterator[Case]:
    """Yield a sag that rests: when it begins, when it ends, and how power comes back."""
    support = Support(cessation=REST_TIMES)
    for dt_s in (0.01, 0.02):
        sag, back = round(0.5 / dt_s), round(1.2 / dt_s)
        way = [Stretch(3, wish=0.9), Stretch(sag, 0.4, wish=0.9), Stretch(back, wish=0.9)]
        yield Case(
            "ride-through",
            "rest, return and recovery",
            support,
            course(way),
            dt_s,
            RESPONSE,
            explained="ramp-on-current",
        )


def _returns_with() -> Iterator[Case]:
    """Yield a return with reactive power on: P ramps, and Q starts anew with its own lag."""
    dt_s = 0.02
    for name, support, voltage, explained in RETURNS_WITH:
        enter = EnterService(delay_s=1.0, ramp_s=10.0)
        serving = replace(support, trips=CATEGORIES["III"], enter=enter)
        way = [
            Stretch(3, wish=RETURNED),
            Stretch(round(0.5 / dt_s), frequency_hz=56.0, wish=RETURNED),
            Stretch(round(13.0 / dt_s), voltage, wish=RETURNED),
        ]
        yield Case("enter service", name, serving, course(way), dt_s, RESPONSE, explained=explained)


def _own_codes() -> Iterator[Case]:
    for name, support, storage, (v1, f1, p1), (v2, f2, p2) in OWN_CODES:
        way = [Stretch(3, v1, f1, p1), Stretch(100, v2, f2, p2), Stretch(20, v1, f1, p1)]
        yield Case("beyond 1547", name, support, course(way), 0.1, RESPONSE, storage, alone=True)


def _detected() -> Iterator[Case]:
    for name, detectors, to_hz, steps, angle_rad in DETECTED:
        support = Support(detectors=detectors)
        way = [
            Stretch(20),
            Stretch(steps, to_hz=to_hz, angle_rad=angle_rad),
            Stretch(20, frequency_hz=to_hz, angle_rad=angle_rad),
        ]
        yield Case("beyond 1547", name, support, course(way), 0.01, MOMENTS, alone=True)


def _returns() -> Iterator[Case]:
    for name, enter, (v1, f1), (v2, f2), near_s in RETURNS:
        dt_s = 1.0 if enter.delay_s > 100.0 else 0.1
        support = Support(trips=CATEGORIES["III"], enter=enter)
        rest_s = enter.delay_s + enter.ramp_s + 5.0
        way = [
            Stretch(3),
            Stretch(round(2.5 / dt_s), v1, f1),
            Stretch(max(1, round(near_s / dt_s)), v2, f2),
            Stretch(round(rest_s / dt_s)),
        ]
        yield Case("enter service", name, support, course(way), dt_s, MOMENTS)
