"""What the self-test has written and not put back: read from the journal of changes alone.

An entry and its line in the journal are on disk together, so the journal tells after a kill, too,
how the settings stood before the test. Whoever else changed a setting meanwhile keeps it.
"""

from twinverter.catalog.row import Value
from twinverter.catalog.settings import SettingError, find
from twinverter.live import events
from twinverter.live.twin import Twin

BY, BACK = "self-test", "self-test (put back)"
# A test writes some tens of lines; others may write between them.
LOOK_BACK = 2000


def owed(twin: Twin) -> dict[str, Value]:
    """Return path -> value of every setting that still stands where a test has put it."""
    before: dict[str, Value | None] = {}
    others: set[str] = set()
    for change in twin.store.changes(LOOK_BACK):
        if change.by != BY:
            others.add(change.key)
        elif change.key not in others:
            before[change.key] = change.before
    now = {find(key).path: value for key, value in twin.values.items()}
    return {key: value for key, value in before.items() if value is not None and now[key] != value}


def put_back(twin: Twin) -> None:
    """Put every such setting back; Locked where changes are locked meanwhile.

    One that what others have set meanwhile no longer allows stays as it is, and the log says so.
    """
    back = owed(twin)
    if not back:
        return
    try:
        twin.write(back, by=BACK)
    except SettingError:
        for key, value in back.items():
            try:
                twin.write({key: value}, by=BACK)
            except SettingError as error:
                events.say(twin.clock_s, f"the self-test cannot put {key} back: {error}")
