"""The self-test beside a runner: a look at every moment the runner tells, until all is put back.

Moments are told four times a second at most, so a machine that runs faster than its ticks can be
told is slowed down for the test and let go again after it.
"""

from twinverter.live.runner import PUBLISH_S, Runner
from twinverter.live.selftest.course import SelfTest


async def drive(runner: Runner, test: SelfTest) -> None:
    """Follow the device until the test has ended and owes nothing."""
    clock, moments = runner.clock, runner.subscribe()
    asked, most = clock.asked, runner.twin.tick_s / PUBLISH_S
    slowed = asked > most
    if slowed:
        runner.speed(most)
    try:
        async for _ in moments:
            test.follow()
            if not test.running:
                if test.owing and not runner.twin.locked:
                    test.undo()
                if not test.owing:
                    break
    finally:
        moments.close()
        # Whoever asked for another speed meanwhile has it.
        if slowed and clock.asked == most:
            runner.speed(asked)
