"""What a text, a name or a number from outside may look like before anybody stores it.

PostgreSQL refuses NUL in a text, JSON knows halves of characters that no encoding can write, and a
control character in a name would forge a line of a log: all three end here, with a 422.
"""

import unicodedata
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

# PostgreSQL's integer, which numbers every row (8.1 Numeric types).
LARGEST_ID = 2**31 - 1
LONGEST_TEXT, LONGEST_LINE, LONGEST_NAME = 400, 120, 40
# RFC 5321, 4.5.3.1.3, less its two brackets.
LONGEST_MAIL = 254
# So much of a password is looked at, in characters (NIST SP 800-63B asks for 64 at least).
LONGEST_PASSWORD = 200
# Unicode's classes of controls, halves, formats, ends of lines and paragraphs (UAX 44, 5.7.1).
UNSEEN = ("Cc", "Cs", "Cf", "Zl", "Zp")
# The two formats that words are spelt with, in Persian and Hindi for instance (UAX 31, 2.3).
JOINERS = "\u200c\u200d"


def text(value: str) -> str:
    """Return a text as it came; ValueError for what no file or database could hold."""
    if not all(letter in "\n\t" or is_plain(letter) for letter in value):
        raise ValueError("holds a character that is none")
    return value


def line(value: str) -> str:
    """Return a text without blanks at its ends; ValueError where it is not one line."""
    if not all(map(is_plain, value)):
        raise ValueError("is not one line of text")
    return value.strip()


def name(value: str) -> str:
    """Return a name in its one spelling (NFC); ValueError where it is blank or not one line."""
    value = unicodedata.normalize("NFC", line(value))
    if not value:
        raise ValueError("is blank")
    return value


def mail(value: str) -> str:
    """Return a mail address as it came, or nothing; ValueError where none could be meant."""
    value = line(value)
    if value and (value.count("@") != 1 or " " in value or value[0] == "@" or value[-1] == "@"):
        raise ValueError("is no mail address")
    return value


def is_plain(letter: str) -> bool:
    """Return whether a character is a sign: no control, half, line break or turn of direction."""
    return letter in JOINERS or unicodedata.category(letter) not in UNSEEN


Text = Annotated[str, Field(max_length=LONGEST_TEXT), AfterValidator(text)]
Line = Annotated[str, Field(max_length=LONGEST_LINE), AfterValidator(line)]
Name = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME), AfterValidator(name)]
Mail = Annotated[str, Field(max_length=LONGEST_MAIL), AfterValidator(mail)]
Password = Annotated[str, Field(min_length=1, max_length=LONGEST_PASSWORD), AfterValidator(text)]
Id = Annotated[int, Field(strict=True, ge=1, le=LARGEST_ID)]
PathId = Annotated[int, Field(ge=1, le=LARGEST_ID)]
Lifetime = Annotated[int, Field(strict=True, ge=1, le=3660)]


class Body(BaseModel):
    """A request: what nobody reads is refused, so that a misspelt name is noticed."""

    model_config = ConfigDict(extra="forbid")


class Reason(BaseModel):
    """Why not, in one line."""

    model_config = ConfigDict(extra="allow")
    text: str


class Refused(BaseModel):
    """What every refusal looks like."""

    error: Reason


class Done(BaseModel):
    """Nothing to tell but that it is done."""

    ok: bool = True


REFUSED: dict[int | str, dict[str, Any]] = {
    status: {"model": Refused}
    for status in (400, 401, 403, 404, 405, 409, 411, 413, 415, 422, 429, 503)
}
