"""Lists by the page: a page ends at a place in an order, and the next one begins after that.

A place is told as text that only the portal reads, and holds what the order goes by: rows that
come, go or change their place between two pages make no page begin elsewhere. One that moved may
come twice or not at all until the list is read again from its begin.
"""

import base64
import json
from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import Annotated, TypeAlias, TypeVar

from fastapi import Query
from starlette.exceptions import HTTPException

from twinverter.portal.fields import LARGEST_ID, LONGEST_NAME

# So many rows in a page at most, and where none says how many (assumed).
MOST_ROWS, ROWS = 500, 100
# Names beyond this are in the order of what tells them apart.
LONGEST_PART = 60
LONGEST = 600

AfterName = Annotated[str, Query(max_length=LONGEST_NAME, description="Names beyond this one.")]
BeforeId = Annotated[
    int | None, Query(ge=1, le=LARGEST_ID, description="Rows older than that of this number.")
]

Row = TypeVar("Row")
Place: TypeAlias = tuple[int, str, int | str]

Limit = Annotated[int, Query(ge=1, le=MOST_ROWS, description="Rows of a page.")]
After = Annotated[
    str | None,
    Query(max_length=LONGEST, description="`next` of the page before; without it the first page."),
]


def place(rank: int, name: str, key: int | str) -> Place:
    """Return a place: by rank, then by name, then by what tells rows of one name apart."""
    return rank, name.casefold()[:LONGEST_PART], key


def page(
    rows: Sequence[Row], place_of: Callable[[Row], Place], after: str | None, limit: int
) -> tuple[Sequence[Row], str | None]:
    """Return the rows after a place, so many at most, and the place to go on from, None at the end.

    Rows are in the order of their places. HTTPException 422 for a text that is no place of these.
    """
    first = 0
    if after is not None:
        try:
            first = bisect_right(rows, _read(after), key=place_of)
        except (ValueError, TypeError, RecursionError):
            raise HTTPException(422, "after: is no place in this list.") from None
    last = first + limit
    found = rows[first:last]
    return found, _told(place_of(found[-1])) if found and last < len(rows) else None


def _told(where: Place) -> str:
    text = json.dumps(where, ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read(text: str) -> Place:
    """Return the place in a text; ValueError or TypeError for anything else."""
    body = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    rank, name, key = json.loads(body)
    if type(rank) is not int or type(name) is not str or type(key) not in (int, str):
        raise ValueError("is no place")
    return rank, name, key
