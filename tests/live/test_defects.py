"""Breaking and mending a living device: from the panel's world, by its house, over a restart."""

import pytest

from tests.live.conftest import QUIET
from twinverter.catalog.causes import CAUSES
from twinverter.catalog.errors import SettingError
from twinverter.live import machine
from twinverter.live.hands import Hands
from twinverter.live.world import CONTROLS, SLIDER, SWITCH, taken_value
from twinverter.scenario.house import load_house

LEAK, TURNED = "defect.earth_leak_a", "defect.pv1_reversed"


def test_every_cause_is_a_control_of_the_group_of_defects():
    rows = {control.key: control for control in CONTROLS if control.group == "defects"}
    assert list(rows) == [f"defect.{cause.key}" for cause in CAUSES]
    leak = rows[LEAK]
    assert (leak.kind, leak.unit, leak.low, leak.high) == (SLIDER, "A", 0.0, 5.0)
    assert (leak.sound, leak.usual) == (0.0, 0.1)
    assert rows[TURNED].kind == SWITCH


# fmt: off
REFUSED = [
    # control               put to  the line
    (LEAK,                  5.1,    "defect.earth_leak_a = 5.1 A: is out of range (allowed: 0 to 5 A)"),
    (LEAK,                  "x",    "defect.earth_leak_a = x A: is out of range (allowed: 0 to 5 A)"),
    (TURNED,                0.5,    "defect.pv1_reversed = 0.5: is not on or off"),
    ("defect.pv3_reversed", 1,      "defect.pv3_reversed: is nothing in the world that can be taken over"),
]
# fmt: on


@pytest.mark.parametrize("key, value, line", REFUSED)
def test_a_defect_that_cannot_be_is_refused_in_one_line(key, value, line):
    with pytest.raises(SettingError) as caught:
        taken_value(key, value)
    assert str(caught.value) == line


# fmt: off
HELD = [
    # the house has broken       hands hold             what is broken
    ({},                         {},                    {}),
    ({},                         {LEAK: 0.2},           {"earth_leak_a": 0.2}),
    ({"earth_leak_a": 0.1},      {},                    {"earth_leak_a": 0.1}),
    ({"earth_leak_a": 0.1},      {LEAK: 0.0},           {"earth_leak_a": 0.0}),
    ({"earth_leak_a": 0.1},      {TURNED: 1.0},         {"earth_leak_a": 0.1, "pv1_reversed": 1.0}),
    ({},                         {"load_l1_w": 700.0},  {}),
]
# fmt: on


@pytest.mark.parametrize("own, taken, broken", HELD)
def test_what_hands_hold_counts_before_what_the_house_breaks(quiet, own, taken, broken):
    assert Hands(taken, quiet.settings, 1).broken(own) == broken


def test_a_defect_reaches_the_sensors_and_goes_with_the_hand_that_made_it(alive):
    device = alive().world(sun_w_m2=800.0).run(2)
    sound_v = device.twin.measured.pv.voltage1_v
    assert sound_v > 200.0 and device.flows["pv1_w"] > 500.0
    device.world(**{TURNED: 1}).run(1)
    assert device.twin.measured.pv.voltage1_v < -200.0
    assert device.flows["pv1_w"] == 0.0
    assert device.seen("world")[TURNED] == {"value": True, "taken": True}
    device.world(**{TURNED: None}).run(1)
    assert device.twin.measured.pv.voltage1_v > 200.0
    assert device.seen("world")[TURNED] == {"value": False, "taken": False}


def test_the_second_in_which_something_breaks_is_cut_fine(alive, monkeypatch):
    device, steps, step = alive().run(3), [], machine.step

    def noted(site, settings, state, inputs, dt_s):
        steps.append((dt_s, site.defects.load_short))
        return step(site, settings, state, inputs, dt_s)

    monkeypatch.setattr(machine, "step", noted)
    device.world(**{"defect.load_short": 1}).run(1)
    assert steps[0] == (0.001, 1.0)
    assert sum(dt_s for dt_s, _ in steps) == pytest.approx(1.0)
    del steps[:]
    device.run(1)
    assert [dt_s for dt_s, _ in steps] == [1.0]


def test_a_defect_survives_a_restart_and_so_does_what_has_crept_in(alive):
    device = alive().world(**{"defect.damp_leak_a": 0.5, LEAK: 0.02}).run(60)
    device.twin.save()
    leak_a = device.twin.state.plant.leak_a
    assert leak_a == pytest.approx(0.5 * 60.0 / 660.0, rel=0.1)
    again = alive.again()
    assert again.twin.state.plant.leak_a == pytest.approx(leak_a, rel=1e-12)
    assert again.seen("world")[LEAK] == {"value": 0.02, "taken": True}
    assert again.twin.measured.safety.residual_a == pytest.approx(0.02)
    assert again.run(10).twin.state.plant.leak_a > leak_a
    assert again.world(**{"defect.damp_leak_a": None}).run(1).twin.state.plant.leak_a == 0.0


DAY = """
[[world.defect]]
cause = "estop"
at = 2023-01-02T12:00:30
lasts = "20 s"
"""


def test_a_house_breaks_and_mends_by_its_own_clock(alive, tmp_path):
    path = tmp_path / "broken.toml"
    path.write_text(QUIET + DAY, encoding="utf-8")
    device = alive(house=load_house(path))
    seen = []
    for _ in range(7):
        seen.append((device.twin.measured.safety.estop, device.seen("world")["defect.estop"]))
        device.run(10)
    stands = {"value": True, "taken": False}
    # The world shows what comes, the sensors what the last second has seen.
    assert [place == stands for _, place in seen] == [False] * 3 + [True, True] + [False] * 2
    assert [pressed for pressed, _ in seen] == [0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 0.0]


def test_the_journal_of_events_tells_who_broke_what(alive, caplog):
    device = alive()
    with caplog.at_level("INFO", logger="twinverter"):
        device.world(**{LEAK: 0.1})
        device.world(**{LEAK: None})
    told = [record.getMessage() for record in caplog.records]
    assert any("holds defect.earth_leak_a at 0.1" in line for line in told)
    assert any("gave back defect.earth_leak_a" in line for line in told)
