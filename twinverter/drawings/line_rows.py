"""Where the rows and the columns of the single-line diagram lie, and the breaker of its AC rows."""

from twinverter.drawings import symbols
from twinverter.drawings.board import AC, Board, Place
from twinverter.drawings.parts import device, under
from twinverter.drawings.plan import ABSENT, breaker_words, told

# The machine's edges, and the height of each port on them.
LEFT_CM, RIGHT_CM, LOW_CM, HIGH_CM = 10.9, 16.9, 6.3, 18.9
PV_ROWS_CM = (17.5, 13.8)
BATTERY_CM = 8.0
GRID_CM, LOAD_CM, GEN_CM, CLAMP_CM = 16.6, 11.3, 7.1, 15.0
BMS_CM = 9.9
# With a generator on the GRID port the LOAD row makes room for it.
LOW_LOAD_CM, SECOND_CM = 8.6, 13.2
BOARD_CM, FAR_CM = 21.4, 28.4
METER_CM, SUPPLY_CM, BOX_CM = 23.4, 25.4, 1.2
SOURCE_CM = 1.5
PHASES = ("L1", "L2", "L3")


def ac_breaker(board: Board, at: Place, rating_a: float | None) -> Place:
    """Draw a breaker of one of the AC ports; return its far end."""
    state = told(rating_a)
    if state == ABSENT:
        end = (at[0] + 1.2, at[1])
        board.line(AC, at, end)
        return end
    end = device(board, symbols.CircuitBreaker, at, 1.2, state)
    under(board, (at[0] + 0.6, at[1]), "AC breaker", breaker_words(rating_a), down_cm=0.6)
    return end
