"""Text of other people's files as a line on a screen. Pure."""

import re

# What moves the cursor, changes colours or turns the direction of writing, so that a line seems another one.
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u061c\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def plain_line(text: str) -> str:
    """The text on one line; a character that steers the screen is shown as \ufffd."""
    return _UNSEEN.sub("\ufffd", " ".join(re.split("[\t\r\n]+", text)))
