"""[parallel] of a house file: what it refuses, in one line, and what it makes of a group."""

import pytest

from twinverter.scenario.error import HouseError
from twinverter.scenario.house import load_house

HEAD = """
[site]
latitude = 6.5
longitude = 3.4
timezone = "Africa/Lagos"
turbidity = 3
[site.battery]
chemistry = "lfp"
capacity_ah = 400
[settings.battery]
batt_mode = "lithium"
"""
MASTER = "[[parallel.unit]]\naddress = 1\nrole = 'master'\n"
SECOND = "[[parallel.unit]]\naddress = 2\n"


def house(tmp_path, parallel, head=HEAD):
    path = tmp_path / "house.toml"
    path.write_text(head + parallel, encoding="utf-8")
    return load_house(path)


def trouble(text):
    return f"[parallel]\nunits = 2\n[[parallel.trouble]]\n{text}\n"


# fmt: off
REFUSED = [
    # parallel                                                                  one line
    ("[parallel]\nunits = 17",                                                  "parallel.units = 17: is out of range (allowed: 1 to 16)"),
    ("[parallel]\n" + "".join(f"[[parallel.unit]]\naddress = {n % 16 + 1}\n" for n in range(17)),
                                                                                "parallel.unit"),
    ("[parallel]\n" + MASTER + SECOND + "role = 'master'\n",                    "parallel: has 2 masters: units 1 and 2 (allowed: exactly one)"),
    ("[parallel]\n[[parallel.unit]]\naddress = 1\n" + SECOND,                   "parallel: has no master"),
    ("[parallel]\n" + MASTER + MASTER,                                          "parallel: has two units with address 1"),
    ("[parallel]\n" + MASTER + SECOND + "model = 'other'\n",                    "parallel: has different models side by side: JSO8048104 and other"),
    ("[parallel]\n" + MASTER + "phase = 'A'\n" + SECOND + "phase = 'B'\n",      "parallel: has no unit on phase C"),
    ("[parallel]\n" + MASTER + "phase = 'A'\n" + SECOND,                        "parallel: has units with and without a phase"),
    ("[parallel]\n",                                                            "parallel: needs either units"),
    (trouble("unit = 3\ncause = 'switched_off'"),                               "parallel: has trouble for unit 3, which is not there (allowed: 1, 2)"),
    (trouble("unit = 2\ncause = 'nothing'"),                                    "parallel.trouble[1].cause = 'nothing': is not known"),
    (trouble("unit = 2\ncause = 'peer_off'"),                                   "parallel.trouble[1].cause = 'peer_off': is not known"),
    (trouble("unit = 2\ncause = 'setting'"),                                    "needs setting and to"),
    (trouble("unit = 2\ncause = 'setting'\nsetting = 'battery.max_charge_a'\nto = 900"),
                                                                                "parallel.trouble[1].to = 900"),
    ("[parallel]\n" + MASTER + SECOND + "[parallel.unit.settings.battery]\nmax_charge_a = 900\n",
                                                                                "max_charge_a"),
    ("[site.genset]\nrated_w = 9000\n[parallel]\nunits = 2\nbattery = 'separate'", "parallel.battery = 'separate': cannot share an engine"),
    ("[parallel]\nunits = 2\n[[world.defect]]\ncause = 'estop'",                "world.defect: does not say at which unit"),
]
# fmt: on


@pytest.mark.parametrize("parallel, line", REFUSED)
def test_a_wrong_group_is_one_clear_line(tmp_path, parallel, line):
    with pytest.raises(HouseError) as caught:
        house(tmp_path, parallel)
    text = str(caught.value)
    assert line in text and "\n" not in text and "house.toml" in text


def test_units_without_a_list_are_alike_and_the_first_is_master(tmp_path):
    """CH3.11-PAR-007, CH3.11-PAR-008: each its own number, one master."""
    group = house(tmp_path, "[parallel]\nunits = 3").group
    assert [(unit.address, unit.master) for unit in group.units] == [
        (1, True),
        (2, False),
        (3, False),
    ]
    assert group.shared and len(group.roofs) == 1


def test_a_slaves_own_settings_are_overwritten_but_for_its_battery_page(tmp_path):
    own = (
        "[parallel.unit.settings]\nbattery = { max_charge_a = 60 }\n"
        "work_mode = { solar_sell = true }\n"
    )
    made = house(tmp_path, "[parallel]\n" + MASTER + SECOND + own)
    assert made.group.units[1].typed["max_charge_a"] == 60
    assert "solar_sell" not in made.group.units[1].typed
    assert "unit 2: work_mode.solar_sell is overwritten by the master's" in made.notes


def test_trouble_cuts_the_run_where_it_begins_and_ends(tmp_path):
    text = (
        "unit = 2\ncause = 'switched_off'\nat = 2023-01-01T01:00:00\nlasts = '10 min'\n"
        "[[parallel.trouble]]\nunit = 1\ncause = 'cable_pulled'\nat = 2023-01-01T02:00:00\n"
        "[[parallel.trouble]]\nunit = 1\ncause = 'setting'\nsetting = 'work_mode.solar_sell'\n"
        "to = true\nat = 2023-01-01T03:00:00\n"
    )
    made = house(tmp_path, trouble(text))
    stretches = made.group.stretches(made.steps(days=1, step_s=60.0))
    assert [count for count, _ in stretches] == [60, 10, 50, 60, 1260]
    assert [now[1].values["power_button"] for _, now in stretches] == [
        True,
        False,
        True,
        True,
        True,
    ]
    assert [now[0].loss for _, now in stretches] == [0.0, 0.0, 0.0, 1.0, 1.0]
    # What is set at the master goes to all.
    assert [now[1].values["solar_sell"] for _, now in stretches] == [False] * 4 + [True]
