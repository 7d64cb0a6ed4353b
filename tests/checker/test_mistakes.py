"""300 installations: half of them sound, half with one of 25 kinds of mistakes planted."""

import random

import pytest

from tests.checker.installations import KINDS, mistakes, planted, sound
from twinverter.catalog.checks import BY_ID
from twinverter.checker import check_house

SEED = 8
SOUND, EACH = 150, 6
FALSE_ALARMS = 0.02
# Share of plain keys that a generated house tells.
TOLD = 0.85
MISTAKES = mistakes("mistakes.csv")


def faults(house):
    return {one.check.id: one.severity for one in check_house(house) if one.is_fault}


def test_there_are_25_kinds_and_300_installations():
    assert len({one.name for one in MISTAKES}) == len({one.check for one in MISTAKES}) == 25
    assert SOUND + EACH * len(MISTAKES) == 300


@pytest.mark.parametrize("place", range(len(MISTAKES)), ids=[one.name for one in MISTAKES])
def test_a_planted_mistake_is_found_in_every_house(place, loaded):
    mistake = MISTAKES[place]
    for number in range(EACH):
        house = sound(mistake.kind, random.Random(f"{SEED} {place} {number}"), TOLD)
        before, after = faults(loaded(house)), faults(loaded(planted(house, mistake)))
        assert mistake.check not in before
        assert after[mistake.check] == mistake.severity
        assert set(mistake.ledger) <= set(BY_ID[mistake.check].ledger)


def test_sound_installations_raise_next_to_no_alarm(loaded):
    alarms = {}
    for number in range(SOUND):
        house = sound(KINDS[number % len(KINDS)], random.Random(f"{SEED} sound {number}"), TOLD)
        found = faults(loaded(house))
        if found:
            alarms[number] = found
    assert len(alarms) <= FALSE_ALARMS * SOUND, alarms


def test_fully_told_sound_installations_leave_little_untold(base, loaded):
    for kind, house in base.items():
        found = check_house(loaded(house))
        assert [one for one in found if one.is_fault] == [], kind
        assert [one.check.id for one in found if one.severity == "not told"] == [], kind
