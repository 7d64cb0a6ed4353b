"""A table on the paper: a head, a rule under it, and rows whose cells break into lines."""

from collections.abc import Iterable, Sequence

from twinverter.drawings.board import HAIR, OUTLINE, Board, Place, wrapped

LINE_CM, GAP_CM = 0.4, 0.16


def table(
    board: Board,
    at: Place,
    columns: Sequence[tuple[str, float]],
    rows: Iterable[Sequence[str]],
    most: int = 2,
) -> float:
    """Draw a table from its upper left corner; return the height of its last rule.

    A column is its head and its width in centimetres; a cell has at most so many lines.
    """
    wide_cm = sum(width_cm for _, width_cm in columns)
    level_cm = at[1] - LINE_CM
    _row(board, (at[0], level_cm), columns, [[head] for head, _ in columns])
    level_cm -= GAP_CM
    board.line(OUTLINE, (at[0], level_cm), (at[0] + wide_cm, level_cm))
    for row in rows:
        cells = [
            wrapped(words, width_cm - 0.25, most) or [""]
            for words, (_, width_cm) in zip(row, columns, strict=True)
        ]
        level_cm -= LINE_CM
        _row(board, (at[0], level_cm), columns, cells)
        level_cm -= LINE_CM * (max(map(len, cells)) - 1) + GAP_CM
        board.line(HAIR, (at[0], level_cm), (at[0] + wide_cm, level_cm))
    return level_cm


def _row(
    board: Board, at: Place, columns: Sequence[tuple[str, float]], cells: Sequence[list[str]]
) -> None:
    x_cm = at[0]
    for lines, (_, width_cm) in zip(cells, columns, strict=True):
        board.text(lines, (x_cm + 0.1, at[1]))
        x_cm += width_cm
