"""Token buckets: what is let through at once, how it fills again, and that memory stays bounded."""

import threading

import pytest

from twinverter.portal.limits import Limits, Rate, Rates, TooOftenError, home_of

TWO = Rate(2, 10.0)


class Clock:
    """A monotonic clock that a test moves."""

    def __init__(self):
        self.now_s = 1000.0

    def __call__(self):
        return self.now_s


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def limits(clock):
    return Limits(clock)


def taken(limits, *asked):
    """Return 0 for what was let through, else the seconds to wait."""
    try:
        limits.take(*asked)
    except TooOftenError as error:
        return error.wait_s
    return 0


COURSE = [
    # after_s   wait_s
    (0.0,       0),
    (0.0,       0),
    (0.0,       10),
    (4.0,       6),
    (5.9,       1),
    (0.1,       0),
    (0.0,       10),
    (1000.0,    0),
    (0.0,       0),
    (0.0,       10),
]  # fmt: skip


def test_a_bucket_empties_and_fills_again_one_by_one(limits, clock):
    seen = []
    for after_s, _ in COURSE:
        clock.now_s += after_s
        seen.append((after_s, taken(limits, ("ada", TWO))))
    assert seen == COURSE


def test_every_key_has_a_bucket_of_its_own(limits):
    assert [taken(limits, (key, TWO)) for key in "aabb"] == [0, 0, 0, 0]
    assert taken(limits, ("a", TWO)) == 10


def test_where_one_bucket_is_empty_nothing_is_taken_from_the_other(limits):
    taken(limits, ("a", Rate(1, 10.0)))
    assert taken(limits, ("a", Rate(1, 10.0)), ("b", TWO)) == 10
    assert [taken(limits, ("b", TWO)) for _ in range(3)] == [0, 0, 10]


def test_what_was_rightful_is_given_back_and_never_more(limits):
    taken(limits, ("a", TWO))
    for _ in range(5):
        limits.give_back(("a", TWO))
    assert [taken(limits, ("a", TWO)) for _ in range(3)] == [0, 0, 10]


def test_a_million_addresses_leave_no_more_buckets_than_are_remembered(clock):
    limits = Limits(clock, most_buckets=100)
    for number in range(10_000):
        taken(limits, (number, TWO))
    assert len(limits) == 100


def test_what_was_used_longest_ago_is_forgotten_first(clock):
    limits = Limits(clock, most_buckets=2)
    for key in "aabab":
        taken(limits, (key, TWO))
    taken(limits, ("c", TWO))
    assert taken(limits, ("b", TWO)) == 10, "used just before, so it stands"


def test_threads_at_the_same_moment_get_no_more_than_there_is(limits):
    passed = []
    rate = Rate(50, 1e9)

    def asking():
        passed.extend(1 for _ in range(40) if not taken(limits, ("a", rate)))

    threads = [threading.Thread(target=asking) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(passed) == 50


def test_one_guesser_empties_no_name_by_himself():
    rates = Rates()
    assert rates.login_address.each_s > rates.login_name.each_s
    assert rates.login_address.most < rates.login_name.most


HOMES = [
    # address                           home
    ("192.0.2.7",                       "192.0.2.7"),
    ("2001:db8:1:2:3:4:5:6",            "2001:db8:1:2::/64"),
    ("2001:db8:1:2:ffff::1",            "2001:db8:1:2::/64"),
    ("2001:db8:1:3::1",                 "2001:db8:1:3::/64"),
    ("::1",                             "::/64"),
    ("::ffff:192.0.2.7",                "192.0.2.7"),
    ("fe80::1%eth0",                    "fe80::/64"),
    ("a pipe",                          "a pipe"),
    ("",                                ""),
]  # fmt: skip


@pytest.mark.parametrize(("address", "home"), HOMES)
def test_a_household_is_an_address_or_a_network_of_ipv6(address, home):
    assert home_of(address) == home
