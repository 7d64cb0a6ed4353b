"""Random voltages and frequencies through two machines: they leave, rest and return alike."""

import numpy as np
import pytest

from twinverter.bench import histories, reference

BESIDE_FORMULA, BESIDE_REFERENCE = 300, 200
SEED = 20

needs_reference = pytest.mark.skipif(
    not reference.available(), reason="OpenDER is not installed (pip install opender)"
)


def unexplained(found):
    return [each for each in found if not each.explained]


def test_a_history_is_known_by_its_seed_and_number():
    once, again = histories.drawn(SEED, 7), histories.drawn(SEED, 7)
    assert once.support == again.support
    assert np.array_equal(once.course.voltage, again.course.voltage)
    assert histories.drawn(SEED, 8).support != once.support
    assert once.course.steps == histories.STEPS


def test_the_draw_reaches_what_it_is_for():
    drawn = [histories.drawn(SEED, number) for number in range(200)]
    traces = [histories.by_formula(each) for each in drawn]
    assert sum(not trace.connected.all() for trace in traces) > 50
    assert sum(bool((np.diff(trace.connected.astype(int)) > 0).any()) for trace in traces) > 20
    assert sum(trace.resting.any() for trace in traces) > 20
    assert {each.support.category for each in drawn} == {"I", "II", "III"}
    assert {each.storage for each in drawn} == {True, False}


def test_ours_does_what_the_closed_forms_say():
    found = histories.part(SEED, range(BESIDE_FORMULA), beside=False)
    assert unexplained(found) == []
    assert len(found) < 0.1 * BESIDE_FORMULA


@needs_reference
def test_ours_does_what_the_reference_does():
    found = histories.part(SEED, range(BESIDE_REFERENCE), beside=True)
    assert unexplained(found) == []
    assert len(found) < 0.1 * BESIDE_REFERENCE


def test_a_machine_that_never_leaves_is_found_and_not_explained():
    def stubborn(history):
        trace = histories.ours(history)
        return trace._replace(connected=np.ones_like(trace.connected))

    found = list(histories.compared(SEED, range(60), stubborn, histories.by_formula))
    assert len(unexplained(found)) > 10
    assert {each.kind for each in unexplained(found)} == {"stays"}


def test_parts_cover_every_history_once_and_are_told_as_they_are_done(monkeypatch):
    monkeypatch.setattr(histories, "PART", 20)
    parts = list(histories.in_parts(SEED, range(5, 5 + histories.PART + 3), False, jobs=1))
    assert [size for _, size in parts] == [histories.PART, 3]
    whole = histories.part(SEED, range(5, 5 + histories.PART + 3), beside=False)
    assert [each for found, _ in parts for each in found] == whole


def test_disagreements_are_counted_by_class():
    rows = [
        histories.Disagreement(1, "stays", 3, "timer-edge"),
        histories.Disagreement(2, "rests", 4, ""),
        histories.Disagreement(3, "rests", 5, "timer-edge"),
    ]
    assert histories.counted(rows) == {"timer-edge": 2, "unexplained": 1}
