"""What hangs on the AC side besides plain demands: micro-inverters that listen to frequency."""

from twinverter.core.kernel import kernel


@kernel
def micro_inverter_share(micro_inverters, frequency_hz):
    """Return the share of their sun that micro-inverters give at this frequency (rule C-35).

    All of it up to `slow_above_hz`, then falling in a line to none from `stop_hz` on.
    """
    slow_above_hz = micro_inverters.slow_above_hz
    if frequency_hz <= slow_above_hz:
        return 1.0
    stop_hz = micro_inverters.stop_hz
    if frequency_hz >= stop_hz:
        return 0.0
    return (stop_hz - frequency_hz) / (stop_hz - slow_above_hz)
