"""What the machine does on the mains, in the words of IEEE 1547-2018, 4.10 and 6.4."""

from twinverter.catalog.support import CEASED, CONTINUOUS, ENTERING_SERVICE, MANDATORY, TRIPPED
from twinverter.control.gridcode import sense
from twinverter.core.kernel import kernel


@kernel
def operation(settings, watch, support, ac):
    """Return the code of `catalog.support.OPERATIONS` after a step, for whoever shows it."""
    if watch.qualified == 0.0:
        return TRIPPED
    if watch.ride.ceased > 0.0:
        return CEASED
    ride = settings.law.ride
    grid = settings.grid
    low_v, high_v = sense.worst_v(settings, ac)
    low_hz = grid.grid_frequency_hz - ride.continuous_under_hz
    high_hz = grid.grid_frequency_hz + ride.continuous_over_hz
    if (
        low_v < ride.continuous_low * grid.nominal_v
        or high_v > ride.continuous_high * grid.nominal_v
        or not low_hz <= ac.grid_hz <= high_hz
    ):
        return MANDATORY
    return ENTERING_SERVICE if support.service < 1.0 else CONTINUOUS
