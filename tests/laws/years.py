"""Whole years of many devices in one healthy world, and the codes they show."""

from twinverter.batch.loop import load_inputs, load_state, store_state
from twinverter.core.records import at_rest, readable
from twinverter.inverter import initial, step


def shown(sites, settings, states, inputs, codes, first, begun, dt_s):
    """Carry devices through one piece of their world.

    `codes` gathers each device's alarms as a whole number, `first` the row of its first one, -1
    before; `begun` is the number of rows that went before.
    """
    for device in range(len(codes)):
        now = load_state(states[device])
        for row in range(len(inputs)):
            now, flow = step(sites[device], settings[device], now, load_inputs(inputs[row]), dt_s)
            if flow.alarms > 0.0:
                codes[device] |= int(flow.alarms)
                if first[device] < 0:
                    first[device] = begun + row
        store_state(states[device], now)


def member(house, settings):
    """Return one device's site, settings and first state as the loop reads them."""
    one = house.with_settings(settings)
    state = initial(one.site, one.settings, one.initial_soc, 25.0)
    return readable(one.site), readable(one.settings), at_rest(state)
