"""The device's pins: the DRM input and the off-grid signal are driven, the outputs are read."""

import pytest

from twinverter.live.pins import driven

KEYS = [f"drm.{mode}" for mode in range(9)]

# fmt: off
DRIVEN = [
    # modes    island  taken over                       given back
    (None,     None,   {},                              []),
    ([],       None,   {},                              KEYS),
    ([5],      None,   {"drm.5": 1.0},                  [key for key in KEYS if key != "drm.5"]),
    ([0, 8],   None,   {"drm.0": 1.0, "drm.8": 1.0},    KEYS[1:8]),
    (None,     True,   {"forced_island": 1.0},          []),
    (None,     False,  {},                              ["forced_island"]),
]
# fmt: on


@pytest.mark.parametrize("modes, island, take, back", DRIVEN)
def test_an_input_is_driven_by_taking_its_part_of_the_world_over(modes, island, take, back):
    assert driven(modes, island) == (take, back)


def values(device):
    return {key: pin["value"] for key, pin in device.seen("pins").items()}


def test_drm0_opens_the_grid_until_it_ends_and_the_backup_output_goes_on(alive):
    """C-54."""
    device = alive(drm=True).run(5)
    assert values(device) == {"drm": [], "forced_island": False, "gen_start": False, "ats": 0.0}
    device.twin.turn(*driven([0], None))
    assert values(device)["drm"] == [0]
    device.run(1)
    assert device.mode == "off_grid" and device.flows["load_w"] == [1000.0, 0.0, 0.0]
    device.twin.turn(*driven([], None))
    device.until(lambda it: it.mode == "on_grid", 70)


def test_drm_modes_do_nothing_while_the_drm_setting_is_off(alive):
    device = alive().run(5)
    device.twin.turn(*driven([0], None))
    assert device.run(2).mode == "on_grid" and values(device)["drm"] == [0]


def test_drm5_ends_the_feeding_in_and_drm8_alone_allows_it(alive):
    """C-54: the most restrictive of several modes counts."""
    device = alive(drm=True, work_mode="selling_first", solar_sell=True, max_charge_a=0)
    device.world(sun_w_m2=1000).run(120)
    assert sum(device.flows["ld_w"]) < -1000.0
    device.twin.turn(*driven([5, 8], None))
    assert sum(device.run(2).flows["ld_w"]) >= -1.0
    device.twin.turn(*driven([8], None))
    assert sum(device.run(5).flows["ld_w"]) < -1000.0


def test_a_machine_told_to_leave_the_grid_does_so_with_the_grid_there(alive):
    device = alive().run(5)
    device.twin.turn(*driven(None, True))
    assert device.run(1).mode == "off_grid" and values(device)["forced_island"]
    # It is a part of the world, so it holds over a restart.
    assert (
        values(device.run(1)) == values(again := alive.again().run(1)) and again.mode == "off_grid"
    )


# fmt: off
ATS = [
    # signal mode  grid there  volts
    (False,        True,       0.0),
    (True,         True,       230.0),
    (True,         False,      0.0),
]
# fmt: on


@pytest.mark.parametrize("signals, there, volts", ATS)
def test_the_ats_output_carries_230_v_on_grid_where_the_signal_mode_is_set(
    alive, signals, there, volts
):
    """C-56: it opens the bond of neutral and earth, which stays closed off grid."""
    device = alive(signal_island_mode=signals).world(grid_on=there).run(5)
    assert values(device)["ats"] == volts


def test_the_start_contact_closes_while_a_generator_is_asked_for(alive):
    device = alive(gen_charge=True, gen_signal=True, gen_start_soc_pct=59, gen_stop_soc_pct=70)
    device.set(max_discharge_a=190)
    device.world(grid_on=False, load_l1_w=2500, load_l2_w=2500, load_l3_w=2500).run(5)
    assert not values(device)["gen_start"]
    device.until(lambda it: values(it)["gen_start"], 900)
    assert "gen_start" in device.relays
