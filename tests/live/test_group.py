"""A parallel system alive: shares, codes that come and go, settings pushed, memories kept (C-60)."""

import pytest

from tests.live.units import GROUP, THREE, Alive, group_house
from twinverter.catalog.errors import SettingError
from twinverter.live.group_unit import COMMON
from twinverter.live.world import BY_KEY

ON_THREE_PHASES = GROUP + "".join(
    f'[[parallel.unit]]\naddress = {number}\nrole = "{role}"\nphase = "{phase}"\n'
    for number, role, phase in ((1, "master", "A"), (2, "slave", "B"), (3, "slave", "C"))
)
SEPARATE = GROUP + 'units = 2\nbattery = "separate"\n'


@pytest.fixture
def alive(tmp_path):
    made = []

    def make(text=THREE, folder="memory", **ways):
        made.append(Alive(group_house(tmp_path, text), tmp_path / folder, **ways))
        return made[-1]

    yield make
    for one in made:
        one.end()


def test_three_units_share_a_load_alike_and_nothing_stands(alive):
    system = alive().run(10)
    assert system.of_all("share") == [0.3333] * 3
    # 6 kW of load, 20 W of standing import for the whole house.
    fed_w = system.of_all("inverter_w")
    assert max(fed_w) - min(fed_w) < 0.02 * max(fed_w)
    assert system.shown["sum"]["load_w"] == pytest.approx(6000.0)
    assert system.alarms == {1: set(), 2: set(), 3: set()}


# fmt: off
@pytest.mark.parametrize(("do", "undo", "own", "others"), [
    #  what hands do to unit 2                    and undo                                     unit 2           the others
    (dict(power_button=False),                    dict(power_button=True),                     {"F61"},         {"F41"}),
    (dict(parallel_address=1),                    dict(parallel_address=2),                    {"F29"},         None),
    (dict(parallel_role="master"),                dict(parallel_role="slave"),                 {"F29"},         {"F29"}),
    (dict(shutdown_soc_pct=25),                   dict(shutdown_soc_pct=20),                   {"F46"},         {"F46"}),
    (dict(batt_capacity_ah=300),                  dict(batt_capacity_ah=400),                  {"F46"},         {"F46"}),
])
# fmt: on
def test_a_setting_of_one_unit_raises_its_code_and_put_back_clears_it(alive, do, undo, own, others):
    """F29, F41, F46, F61, CH7-FLT-030."""
    system = alive().run(5)
    second = system.unit(2)
    second.write(do)
    system.run(5)
    found = [set(one["alarms"]) for one in system.shown["units"]]
    assert own <= found[1]
    if others is not None:
        assert others <= found[0] and others <= found[2]
    second.write(undo)
    system.until(lambda now: not any(now.alarms.values()), 900)


def test_a_cable_pulled_is_f29_at_all_after_a_second_and_over_when_it_is_in_again(alive):
    system = alive().run(5)
    system.cable(2, pulled=True).run(1)
    assert system.alarms[1] | system.alarms[2] | system.alarms[3] <= {"W32", "F29"}
    system.run(1)
    assert all("F29" in codes for codes in system.alarms.values())
    system.cable(2, pulled=False)
    assert system.until(lambda now: not any(now.alarms.values()), 900)


def test_a_bad_plug_is_w32_only(alive):
    system = alive().run(5).world(3, **{"defect.peers_loss": 0.4})
    system.until(lambda now: all("W32" in codes for codes in now.alarms.values()), 120)
    assert not any("F29" in codes for codes in system.alarms.values())


def test_w32_clears_as_soon_as_the_plug_is_good_again(alive):
    """W32: it comes and goes by itself, without F29 and without a pause of anybody."""
    system = alive().run(5).world(3, **{"defect.peers_loss": 0.4})
    system.until(lambda now: "W32" in now.alarms[1], 120)
    system.world(3, **{"defect.peers_loss": None})
    seen = [system.run(1).alarms for _ in range(3)]
    assert all(codes <= {"W32"} for now in seen for codes in now.values())
    assert seen[-1] == {1: set(), 2: set(), 3: set()}
    assert system.of_all("state") == ["on_grid"] * 3


def test_off_grid_a_cable_pulled_opens_every_output_and_on_grid_the_mains_passes(alive):
    system = alive().run(5)
    system.cable(2, pulled=True).run(5)
    assert system.shown["sum"]["unserved_w"] == 0.0
    system.world(1, grid_on=0.0).run(5)
    assert system.shown["sum"]["load_w"] == 0.0


def test_a_unit_switched_on_again_is_awaited_with_f29_by_the_others(alive):
    """F29, CH7-FLT-024."""
    system = alive().run(5)
    system.unit(2).press("power")
    system.run(5)
    system.unit(2).press("power")
    assert system.until(lambda now: "F29" in now.alarms[1] and "F41" not in now.alarms[1], 60)
    assert system.until(lambda now: not any(now.alarms.values()), 900)


def test_what_a_slave_sets_beside_its_battery_jumps_back_to_the_masters(alive):
    system = alive().run(5)
    system.set(2, max_sell_power_w=3000)
    assert system.unit(2).values["max_sell_power_w"] == 3000
    system.run(6)
    assert system.unit(2).values["max_sell_power_w"] == system.unit(1).values["max_sell_power_w"]
    assert [one.by for one in system.unit(2).store.changes(1)] == ["master"]


def test_what_the_master_sets_goes_to_all_but_not_to_a_locked_slave(alive):
    system = alive().run(1)
    system.unit(3).lock("7777")
    system.set(1, max_sell_power_w=4000).run(6)
    assert [unit.values["max_sell_power_w"] for unit in system.system.units[:2]] == [4000, 4000]
    assert system.unit(3).values["max_sell_power_w"] != 4000


def test_a_battery_setting_is_each_units_own(alive):
    system = alive(SEPARATE).run(1)
    system.set(1, max_charge_a=25).run(6)
    assert system.unit(2).values["max_charge_a"] != 25
    assert system.alarms == {1: set(), 2: set()}


def test_the_masters_clock_is_its_slaves_clock(alive):
    system = alive().run(1)
    system.set(1, time_syncs=False).run(6)
    system.unit(1).set_clock(hour=3, minute=30)
    system.run(6)
    assert system.unit(2).clock_s == pytest.approx(system.unit(1).clock_s, abs=1.0)


def test_the_mains_taken_away_at_one_unit_is_away_at_all_and_what_is_broken_is_its_own(alive):
    system = alive().world(2, grid_on=0.0, **{"defect.fan_blocked": 1.0}).run(2)
    assert system.of_all("state") == ["off_grid"] * 3
    worlds = [unit.snapshot()["world"] for unit in system.system.units]
    assert [world["grid_on"]["taken"] for world in worlds] == [True] * 3
    assert [world["defect.fan_blocked"]["taken"] for world in worlds] == [False, True, False]


def test_every_control_is_either_common_or_a_units_own(alive):
    assert {"grid_on", "load_l1_w", "sun_w_m2", "gen_ready"} <= COMMON <= BY_KEY.keys()
    assert not any(BY_KEY[key].group in ("defects", "signals", "battery") for key in COMMON)


def test_units_on_single_phases_carry_each_its_phase(alive):
    """CH3.11-PAR-008: each unit its own number, one master, a phase each."""
    system = alive(ON_THREE_PHASES).run(10)
    assert system.of_all("phase") == ["A", "B", "C"]
    assert system.of_all("load_w") == pytest.approx([2000.0] * 3)
    assert system.shown["sum"]["load_phases_w"] == pytest.approx([2000.0] * 3)


def test_one_bank_is_read_alike_by_all_and_separate_banks_go_their_ways(alive):
    shared = alive().run(60)
    assert len(set(shared.of_all("soc"))) == 1
    separate = alive(SEPARATE, folder="separate").run(60)
    separate.unit(2).press("power")
    separate.world(1, grid_on=None).run(60)
    assert len(separate.of_all("soc")) == 2


def test_a_system_goes_on_where_its_latest_unit_was(alive):
    system = alive().run(30)
    system.system.save()
    clock_s, banks = system.system.clock_s, [one.state.plant.battery for one in system.system.units]
    system.end()
    again = alive(sun_w_m2=None)
    assert all(unit.remembers for unit in again.system.units)
    assert again.system.clock_s == clock_s
    assert [unit.state.plant.battery for unit in again.system.units] == banks


def test_a_refused_entry_at_a_unit_moves_no_unit(alive):
    system = alive()
    with pytest.raises(SettingError):
        system.set(2, parallel_address=17)
    with pytest.raises(SettingError):
        system.world(2, grid_l1_v=9000.0, load_l1_w=100.0)
    assert not any(unit.snapshot()["world"]["load_l1_w"]["taken"] for unit in system.system.units)


def troubled(*rows):
    """Return a house of three with troubles: unit, cause, from and to in seconds after noon."""
    text = THREE
    for unit, cause, from_s, to_s in rows:
        text += f"[[parallel.trouble]]\nunit = {unit}\n{cause}\nat = 2023-01-02T12:00:{from_s:02d}\n"
        text += f"lasts = '{to_s - from_s} s'\n"
    return text


# fmt: off
@pytest.mark.parametrize(("cause", "codes", "key", "there", "after"), [
    #  what the house file lets happen to unit 2                               all show           its setting then, and after
    ("cause = 'switched_off'",                                                {"F41", "F61"},    "power_button",      False, True),
    ("cause = 'setting'\nsetting = 'battery.max_charge_a'\nto = 60",          {"F46"},           "max_charge_a",      60,    None),
    ("cause = 'setting'\nsetting = 'parallel.parallel_role'\nto = 'master'",  {"F29"},           "parallel_role",     "master", "slave"),
    ("cause = 'cable_pulled'",                                                {"F29"},           "parallel_address",  2,     2),
    ("cause = 'estop'",                                                       {"F22", "F41"},    "parallel_address",  2,     2),
])
# fmt: on
def test_what_the_house_file_lets_happen_happens_at_its_moment_and_ends(
    alive, cause, codes, key, there, after
):
    system = alive(troubled((2, cause, 10, 20)))
    before = system.unit(2).values[key]
    assert not any(system.run(9).alarms.values())
    assert system.run(6).unit(2).values[key] == there
    assert set().union(*system.alarms.values()) == codes
    system.run(6)
    assert system.unit(2).values[key] == (before if after is None else after)
    # An emergency stop that is over still waits for somebody to acknowledge it.
    system.unit(2).press("acknowledge")
    system.until(lambda now: not any(now.alarms.values()), 900)


def test_the_masters_trouble_goes_to_all_and_a_slaves_beside_its_pages_to_nobody(alive):
    set_to = "cause = 'setting'\nsetting = 'work_mode.max_sell_power_w'\nto = {}"
    system = alive(troubled((1, set_to.format(4000), 10, 30), (3, set_to.format(3000), 15, 25)))
    system.run(20)
    assert [unit.values["max_sell_power_w"] for unit in system.system.units] == [4000] * 3
    assert not any(change.before == 3000 for change in system.unit(3).store.changes(9))
    system.run(20)
    assert 4000 not in [unit.values["max_sell_power_w"] for unit in system.system.units]


def test_hands_that_moved_on_what_a_trouble_had_moved_keep_it(alive):
    cause = "cause = 'setting'\nsetting = 'battery.max_charge_a'\nto = 60"
    system = alive(troubled((2, cause, 5, 15))).run(8)
    system.set(2, max_charge_a=44).run(10)
    assert system.unit(2).values["max_charge_a"] == 44


def test_a_trouble_that_stood_is_not_begun_again_but_ended_where_a_system_goes_on(alive):
    text = troubled((2, "cause = 'switched_off'", 5, 30))
    system = alive(text).run(10)
    assert not system.unit(2).values["power_button"]
    system.system.save()
    system.end()
    again = alive(text).run(10)
    assert not again.unit(2).values["power_button"]
    changes = [(one.key, one.after) for one in again.unit(2).store.changes(9)]
    assert changes == [("button.power_button", False)]
    assert again.run(15).unit(2).values["power_button"]


def test_a_line_of_the_log_names_its_unit(alive, caplog):
    system = alive().run(2)
    with caplog.at_level("INFO", "twinverter.live"):
        system.unit(2).press("power")
        system.run(2)
        system.set(2, parallel_address=5)
        system.world(5, grid_on=0.0)
    lines = [record.getMessage() for record in caplog.records]
    assert any(line.startswith("unit 2  ") and "power_button = False" in line for line in lines)
    assert any(line.startswith("unit 1  ") and "alarm F41" in line for line in lines)
    assert any(line.startswith("unit 5  ") and "parallel_address = 5" in line for line in lines)
    assert all(line.startswith("unit ") and line.count("unit ") == 1 for line in lines)
