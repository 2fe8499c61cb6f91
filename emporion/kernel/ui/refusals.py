"""What the product says no to, in the reader's language."""

from emporion.kernel.errors import EmporionError


def said(refusal: EmporionError) -> str:
    """The refusal as one line that says what to do."""
    return str(refusal)
