"""What goes wrong with a history, in one line for whoever reads it."""


class HistoryError(Exception):
    """What a history cannot do; `str` is one line."""


class HistoryAway(HistoryError):  # noqa: N818
    """The database cannot be reached or cannot write now; the same delivery may come again."""
