"""Who carries what: shares of the demand, shares of one bank, and how far units may err."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinverter.catalog.settings import default_values, kernel_settings
from twinverter.core.records import dtype
from twinverter.group import droop
from twinverter.group.orders import Order, share_bank, share_out
from twinverter.group.told import Badge, Told


def shared(units, demand_w, stand_w=0.0, phase=0.0):
    """Return what each unit answers for; a unit is (sun, most) in watts, None where it is off."""
    badges, told, orders = arrays(units)
    told["stand_w"] = stand_w
    badges["phase"] = phase
    share_out(badges, told, orders, phase, demand_w)
    return orders["demand"] * demand_w


def arrays(units, gains=None):
    count = len(units)
    badges, told = np.zeros(count, dtype(Badge)), np.zeros(count, dtype(Told))
    badges["gain"] = 1.0 if gains is None else gains
    for place, unit in enumerate(units):
        if unit is not None:
            told[place]["on"] = 1.0
            told[place]["sun_w"], told[place]["feed_w"] = unit
    return badges, told, np.zeros(count, dtype(Order))


# fmt: off
SHARES = [
    # units: sun, most W                                demand  each answers for               what
    ([(0, 8000), (0, 8000), (0, 8000)],                   9000, [3000, 3000, 3000],            "equal units share alike"),
    ([(4000, 8000), (4000, 8000)],                        6000, [3000, 3000],                  "suns that reach share alike"),
    ([(5000, 8000), (1000, 8000)],                        4000, [3000, 1000],                  "the poor roof gives all of its sun, the rich one the rest"),
    ([(5000, 8000), (0, 8000)],                           7000, [5000, 2000],                  "each gives its sun at least, a battery raises the other"),
    ([(3000, 8000), (0, 8000)],                           8000, [4000, 4000],                  "batteries raise all units to one level"),
    ([(0, 2000), (0, 8000), (0, 8000)],                  12000, [2000, 5000, 5000],            "what a limited unit cannot give the others do"),
    ([(0, 1000), (0, 2000), (0, 8000)],                   9000, [1000, 2000, 6000],            "two limited units"),
    ([(0, 8000), None, (0, 8000)],                        8000, [4000, 0, 4000],               "a unit that is off carries nothing"),
    ([None, None],                                        6000, [3000, 3000],                  "where none is on all are equally dark"),
    ([(0, 2000), (0, 4000)],                             10000, [4000, 6000],                  "what nobody can give stays with all alike"),
    ([(0, 0), (0, 0)],                                    5000, [2500, 2500],                  "resting units pass through alike"),
    ([(0, 8000)],                                         5000, [5000],                        "one unit carries it all"),
]
# fmt: on


@pytest.mark.parametrize("units, demand_w, each_w, what", SHARES, ids=[row[-1] for row in SHARES])
def test_units_share_the_demand_within_their_limits(units, demand_w, each_w, what):
    """CH3.11-PAR-008: one master computes, slaves follow (C-60)."""
    assert shared(units, demand_w) == pytest.approx(each_w)


def test_the_standing_import_is_shared_alike_and_not_fed():
    # 40 W of the mains for two units; of 1040 W the only roof feeds 1000 W.
    answered_w = shared([(5000, 8000), (0, 0)], 1040.0, stand_w=20.0)
    assert answered_w == pytest.approx([1020.0, 20.0])


def test_a_unit_whose_sensor_reads_low_carries_more_but_never_more_than_it_can():
    badges, told, orders = arrays([(0, 8000), (0, 8000)], gains=[1.01, 0.99])
    share_out(badges, told, orders, 0.0, 10000.0)
    assert orders["demand"] * 10000.0 == pytest.approx([5050.0, 4950.0])
    share_out(badges, told, orders, 0.0, 16000.0)
    assert orders["demand"] * 16000.0 == pytest.approx([8000.0, 8000.0])


UNITS = st.lists(
    st.tuples(st.floats(0.0, 8000.0), st.floats(0.0, 8000.0)).map(sorted), min_size=1, max_size=16
)


@given(units=UNITS, demand_w=st.floats(1.0, 2.0e5))
def test_shares_add_up_and_no_limit_is_passed_while_the_group_can(units, demand_w):
    answered_w = shared(units, demand_w)
    most_w = np.array([most for _, most in units])
    assert answered_w.sum() == pytest.approx(demand_w, rel=1e-9)
    if most_w.sum() >= demand_w:
        assert (answered_w <= most_w + 1e-6 * demand_w).all() or len(units) == 1


# fmt: off
BANKS = [
    # spare sun on each link  fed W          charge W  discharge W  each sees of the bank     what
    ([0, 0, 0],               [2000] * 3,       20000,  10000,      [1 / 3, 1 / 3, 1 / 3],    "who needs alike sees alike"),
    ([6000, 0],               [0, 0],           10000,  10000,      [0.8, 0.2],               "the only sun may charge 6 of 10 kW"),
    ([9000, 9000],            [0, 0],           10000,  10000,      [0.5, 0.5],               "two suns that want more than there is"),
    ([9000, 2000],            [0, 0],           10000,  10000,      [0.8, 0.2],               "the rich sun has what the poor one leaves"),
]
# fmt: on


@pytest.mark.parametrize("spare, fed, charge_w, discharge_w, sees, what", BANKS, ids=[row[-1] for row in BANKS])  # fmt: skip
def test_units_share_one_bank(spare, fed, charge_w, discharge_w, sees, what):
    badges, told, orders = arrays([(0, 8000)] * len(spare))
    told["spare_w"] = spare
    demand_w = float(sum(fed))
    orders["demand"] = [one / demand_w if demand_w else 0.0 for one in fed]
    share_bank(badges, told, orders, (demand_w, 0.0, 0.0, 0.0), charge_w, discharge_w)
    assert orders["bank"] == pytest.approx(sees, abs=1e-5)


def test_circulating_current_stays_below_two_percent_of_a_phase():
    settings = kernel_settings(default_values())
    # 230 V within 0.1 % over 0.5 ohm: 0.46 A; 2 % of a unit's 24 A peak is 0.48 A.
    assert droop.circulating_most_a(settings) == pytest.approx(0.46)
    assert droop.circulating_most_a(settings) <= 0.02 * settings.law.overload.phase_short_a
    # Six units, half of them at each end of the spread; no unit sends more than that.
    references_v = [230.23, 229.77] * 3
    found_a = droop.circulating_a(settings, references_v)
    assert sum(found_a) == pytest.approx(0.0, abs=1e-9)
    assert max(map(abs, found_a)) == pytest.approx(0.46)


def test_sensors_within_their_spread_share_within_two_percent():
    assert droop.unlike_most(kernel_settings(default_values())) < 0.02
