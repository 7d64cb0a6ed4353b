"""The reference as it is driven: its own names for our settings, and what is known to be odd in it.

Each oddity is a class or a sentence of docs/conformance.md; a release that mends it fails here.
"""

import numpy as np
import pytest

from twinverter.bench import reference
from twinverter.bench.case import Stretch, course
from twinverter.bench.reference import Reference, parameters
from twinverter.bench.support import (
    CATEGORIES,
    LEAST_REACTIVE,
    VOLT_VAR_B,
    WATT_VAR,
    Cessation,
    Droop,
    EnterService,
    Support,
)

needs_reference = pytest.mark.skipif(
    not reference.available(), reason="OpenDER is not installed (pip install opender)"
)


# fmt: off
@pytest.mark.parametrize("support, said", [
    # ours                                                    theirs
    (Support(volt_var=VOLT_VAR_B),                            {"QV_MODE_ENABLE": True, "QV_CURVE_V1": 0.92, "QV_CURVE_Q4": -0.44}),
    (Support(watt_var=WATT_VAR),                              {"QP_MODE_ENABLE": True, "QP_CURVE_P3_LOAD": -1.0, "QP_CURVE_Q3_LOAD": 0.44, "QP_CURVE_P1_GEN": 0.2}),
    (Support(power_factor=0.9),                               {"CONST_PF_MODE_ENABLE": True, "CONST_PF": 0.9, "CONST_PF_EXCITATION": "ABS"}),
    (Support(power_factor=0.9, absorbing=False),              {"CONST_PF_EXCITATION": "INJ"}),
    (Support(fixed_var=-0.25),                                {"CONST_Q_MODE_ENABLE": True, "CONST_Q": -0.25}),
    (Support(droop=Droop(over=0.04)),                         {"PF_MODE_ENABLE": True, "PF_KOF": 0.04}),
    (Support(),                                               {"PF_MODE_ENABLE": False, "NP_PRIO_OUTSIDE_MIN_Q_REQ": "REACTIVE"}),
    (Support(reactive_before=LEAST_REACTIVE),                 {"NP_PRIO_OUTSIDE_MIN_Q_REQ": "ACTIVE"}),
    (Support(trips=CATEGORIES["I"], category="I"),            {"NP_ABNORMAL_OP_CAT": "CAT_I", "UV1_TRIP_V": 0.7, "UV2_TRIP_T": 0.16, "OF2_TRIP_F": 62.0}),
    (Support(cessation=Cessation(low_v=0.4)),                 {"MC_ENABLE": True, "MC_LVRT_V1": 0.4}),
    (Support(enter=EnterService(delay_s=7.0, own_lot_s=2.0)), {"ES_DELAY": 7.0, "ES_RANDOMIZED_DELAY_ACTUAL": 2.0}),
])
# fmt: on
def test_settings_under_their_own_names(support, said):
    given = parameters(support)
    assert {key: given[key] for key in said} == said


@needs_reference
def test_every_name_is_one_that_the_reference_knows():
    device = Reference(Support(volt_var=VOLT_VAR_B, droop=Droop()), storage=False).device
    for support in (Support(volt_var=VOLT_VAR_B), Support(watt_var=WATT_VAR), Support()):
        for key in parameters(support):
            assert hasattr(device.der_file, key), key


@needs_reference
def test_settings_taken_over_from_another_device_are_all_set_anew():
    met = course([Stretch(3), Stretch(10, 0.45), Stretch(20)])
    odd = Support(cessation=Cessation(return_s=0.5, recover_s=1.0), trips=CATEGORIES["III"])
    plain = Support(category="I", trips=CATEGORIES["I"])
    Reference(odd, False, anew=False).run(met, 0.1)
    taken = Reference(plain, False, anew=False).run(met, 0.1)
    fresh = Reference(plain, False).run(met, 0.1)
    assert np.array_equal(taken.active, fresh.active)


@needs_reference
def test_started_off_on_a_good_grid_it_breaks_in_its_first_step():
    reference_off = Reference(Support(droop=Droop()), storage=False)
    reference_off.device.der_file.STATUS_INIT = "OFF"
    reference_off.device.reinitialize()
    with pytest.raises(TypeError):
        reference_off.run(course([Stretch(1)]), 1.0)


@needs_reference
def test_it_trips_at_once_on_a_grid_that_is_bad_from_the_first_step():
    support = Support(trips=CATEGORIES["III"])
    bad_at_once = Reference(support, False).run(course([Stretch(3, 0.4)]), 0.1)
    bad_later = Reference(support, False).run(course([Stretch(1), Stretch(3, 0.4)]), 0.1)
    assert not bad_at_once.connected.any()
    assert bad_later.connected.all()


@needs_reference
def test_its_droop_is_one_for_60_hz():
    way = [Stretch(3, wish=0.0), Stretch(3, frequency_hz=50.0, wish=0.0)]
    found = Reference(Support(droop=Droop(response_s=0.0)), storage=True).run(course(way), 1.0)
    assert found.active[-1] == pytest.approx(1.0), "50 Hz is far too low for it"


@needs_reference
def test_active_first_it_gives_more_than_there_is():
    steep = Support(
        volt_var=((0.92, 0.6), (0.98, 0.0), (1.02, 0.0), (1.08, -0.6)),
        volt_var_s=1.0,
        reactive_before=LEAST_REACTIVE,
    )
    found = Reference(steep, storage=False).run(course([Stretch(5, 0.9, wish=0.85)]), 10.0)
    assert found.active[-1] == pytest.approx(np.sqrt(1.0 - 0.44**2))
    assert found.reactive[-1] == pytest.approx(0.44)
