"""What breaks and is mended by a house's file: when, with which value, and what is refused."""

import math

import pytest

from twinverter.catalog.causes import BY_KEY
from twinverter.scenario.error import HouseError
from twinverter.scenario.house import load_house
from twinverter.scenario.mishaps import Mishap, Mishaps
from twinverter.scenario.steps import Steps

TEN = Steps(1000.0, 60.0, 10)


def sites(house, *course):
    """Return (steps, what is broken) over the ten minutes from 1000 s on."""
    found = Mishaps(tuple(Mishap(*one) for one in course)).stretches(TEN, house.site)
    sound = house.site.defects
    return [
        (count, {k: v for k, v in site.defects._asdict().items() if v != getattr(sound, k)})
        for count, site in found
    ]


LEAK, STOP = {"any": 1.0, "earth_leak_a": 0.1}, {"any": 1.0, "estop": 1.0}
# fmt: off
COURSES = [
    # what breaks, from when to when                       steps and what is broken in them
    ([],                                                   [(10, {})]),
    ([("estop", 1.0)],                                     [(10, STOP)]),
    ([("estop", 1.0, 1120.0, 1300.0)],                     [(2, {}), (3, STOP), (5, {})]),
    ([("estop", 1.0, 1121.0, 1122.0)],                     [(2, {}), (1, STOP), (7, {})]),
    ([("estop", 1.0, 1119.9, 1120.1)],                     [(1, {}), (2, STOP), (7, {})]),
    ([("estop", 1.0, -math.inf, 1060.0)],                  [(1, STOP), (9, {})]),
    ([("estop", 1.0, 1540.0, math.inf)],                   [(9, {}), (1, STOP)]),
    ([("estop", 1.0, 1600.0, 2000.0)],                     [(10, {})]),
    ([("estop", 1.0, 0.0, 1000.0)],                        [(10, {})]),
    ([("estop", 0.0)],                                     [(10, {})]),
    # The later entry counts; a border where nothing changes stays a border.
    ([("estop", 1.0), ("estop", 0.0, 1060.0, 1120.0)],     [(1, STOP), (1, {}), (8, STOP)]),
    ([("estop", 1.0, 1060.0), ("earth_leak_a", 0.1, 1120.0)],
     [(1, {}), (1, STOP), (8, STOP | LEAK)]),
]
# fmt: on


@pytest.mark.parametrize("course, expected", COURSES)
def test_a_defect_holds_for_every_step_that_it_touches(bare_house, course, expected):
    assert sites(bare_house(), *course) == expected


def test_a_house_where_nothing_breaks_keeps_its_site(bare_house):
    house = bare_house()
    assert house.world.mishaps == Mishaps()
    [(count, site)] = house.world.mishaps.stretches(TEN, house.site)
    assert (count, site) == (10, house.site)
    assert site is house.site


NOON_S = 1672574400.0 - 3600.0  # 2023-01-01, 12:00 in Lagos is 11:00 UTC
WHEN = "at = 2023-01-01T12:00:00"
# fmt: off
ENTRIES = [
    # entry                                               value  from               to
    ('cause = "earth_leak_a"',                             0.1,   -math.inf,         math.inf),
    ('cause = "earth_leak_a"\nvalue = 2',                  2.0,   -math.inf,         math.inf),
    ('cause = "pv_insulation_ohm"\nvalue = 0',             0.0,   -math.inf,         math.inf),
    ('cause = "estop"\nvalue = 0',                         0.0,   -math.inf,         math.inf),
    (f'cause = "estop"\n{WHEN}',                           1.0,   NOON_S,            math.inf),
    (f'cause = "estop"\n{WHEN}\nlasts = "200 ms"',         1.0,   NOON_S,            NOON_S + 0.2),
    (f'cause = "estop"\n{WHEN}\nlasts = "90s"',            1.0,   NOON_S,            NOON_S + 90.0),
    (f'cause = "estop"\n{WHEN}\nlasts = "1.5 h"',          1.0,   NOON_S,            NOON_S + 5400.0),
    (f'cause = "estop"\n{WHEN}\nuntil = 2023-01-02T12:00:00', 1.0, NOON_S,           NOON_S + 86400.0),
    ('cause = "estop"\nuntil = 2023-01-01T12:00:00',       1.0,   -math.inf,         NOON_S),
]
# fmt: on


@pytest.mark.parametrize("entry, value, start_s, end_s", ENTRIES)
def test_an_entry_says_what_breaks_and_when(bare_house, entry, value, start_s, end_s):
    house = bare_house(f"[[world.defect]]\n{entry}")
    [one] = house.world.mishaps.course
    assert (one.value, one.start_s, one.end_s) == pytest.approx((value, start_s, end_s))


# fmt: off
TOLD = [
    # entry                                       the note of the house
    ('cause = "estop"',                           "broken in this world: Emergency stop pressed"),
    ('cause = "estop"\nvalue = 0',                "broken in this world: Emergency stop pressed (0)"),
    (f'cause = "bypass_a"\n{WHEN}\nlasts = "2 h"', "broken in this world: Circuit wired past the LOAD sensor (60 A) from 2023-01-01 12:00:00 for 2 h"),
    ('cause = "estop"\nuntil = 2023-01-01T12:00:00', "broken in this world: Emergency stop pressed until 2023-01-01 12:00:00"),
]
# fmt: on


@pytest.mark.parametrize("entry, note", TOLD)
def test_what_a_house_breaks_is_among_its_notes(bare_house, entry, note):
    assert note in bare_house(f"[[world.defect]]\n{entry}").notes


@pytest.mark.parametrize("cause", BY_KEY)
def test_every_cause_of_the_table_can_be_written(bare_house, cause):
    [one] = bare_house(f'[[world.defect]]\ncause = "{cause}"').world.mishaps.course
    assert one == Mishap(cause, BY_KEY[cause].usual)


# fmt: off
WRONG = [
    # entry                                                    the line, after the file's name
    ('cause = "estopp"',                                       "world.defect[1].cause = 'estopp': is not known; did you mean estop? (allowed: pv1_reversed, "),
    ('value = 1',                                              "world.defect[1].cause: is missing"),
    ('cause = "estop"\nfrom = 1',                              "world.defect[1].from = 1: is no key; known are at, cause, lasts, until, value"),
    ('cause = "estop"\nvalue = 0.5',                           "world.defect[1].value = 0.5: is neither 0 nor 1 (allowed: 0: sound, 1: broken)"),
    ('cause = "estop"\nvalue = true',                          "world.defect[1].value = True: is not a number"),
    ('cause = "earth_leak_a"\nvalue = 9',                      "world.defect[1].value = 9: is out of range (allowed: 0 to 5 A)"),
    ('cause = "earth_leak_a"\nvalue = -0.1',                   "world.defect[1].value = -0.1: is out of range (allowed: 0 to 5 A)"),
    ('cause = "earth_leak_a"\nvalue = nan',                    "world.defect[1].value = nan: is out of range (allowed: 0 to 5 A)"),
    ('cause = "pv_insulation_ohm"\nvalue = 1e8',               "world.defect[1].value = 1e+08: is out of range (allowed: 0 to 1e+07 ohm)"),
    ('cause = "estop"\nat = 2023-01-01',                       "world.defect[1].at = 2023-01-01: is no date and time, as in 2023-01-31T18:30:00 without quotes"),
    ('cause = "estop"\nat = 2023-01-01T12:00:00Z',             "world.defect[1].at = 2023-01-01 12:00:00+00:00: has a time zone; it is the house's wall clock and needs none"),
    ('cause = "estop"\nat = 1900-01-01T12:00:00',              "world.defect[1].at = 1900-01-01 12:00:00: is out of range (allowed: the years 1971 to 2099)"),
    ('cause = "estop"\nlasts = "5 s"',                         "world.defect[1]: has lasts, which needs at: the moment it begins"),
    (f'cause = "estop"\n{WHEN}\nlasts = "5"',                  "world.defect[1].lasts = '5': is no length of time (allowed: above 0, as 200 ms, 90 s, 10 min, 2 h or 3 d)"),
    (f'cause = "estop"\n{WHEN}\nlasts = "0 s"',                "world.defect[1].lasts = '0 s': is no length of time"),
    (f'cause = "estop"\n{WHEN}\nlasts = "5 s"\nuntil = 2023-01-02T00:00:00', "world.defect[1]: has both until and lasts"),
    (f'cause = "estop"\n{WHEN}\nuntil = 2023-01-01T12:00:00',  "world.defect[1].until = 2023-01-01 12:00:00: ends before it begins (allowed: after 2023-01-01 12:00:00)"),
]
# fmt: on


@pytest.mark.parametrize("entry, line", WRONG, ids=[line[:60] for _, line in WRONG])
def test_a_wrong_entry_is_told_in_one_line(bare, entry, line):
    path = bare(f"[[world.defect]]\n{entry}")
    with pytest.raises(HouseError) as caught:
        load_house(path)
    assert str(caught.value).startswith(f"{path}: {line}")
    assert "\n" not in str(caught.value)
