"""What can be found by which columns: told by the parts, so that whoever asks need not know them."""

from dataclasses import dataclass

from django.db import models


@dataclass(frozen=True, slots=True)
class Searched:
    """Columns whose words find a record, telephone numbers that find it however they are written, e-mail addresses that
    find it as a whole too, and references to records through which it is found as well (a deal by its customer).
    Without `texts` only the beginning of the code finds it: that costs no index of its own."""

    texts: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    through: tuple[str, ...] = ()

    def all(self) -> tuple[str, ...]:
        """Every column of the record itself."""
        return (*self.texts, *self.phones, *self.emails)


_searched: dict[type[models.Model], Searched] = {}


def register_search(model: type[models.Model], searched: Searched) -> None:
    """Called by a part's AppConfig.ready; its migrations build the same index (`search_index`)."""
    _searched[model] = searched


def searched_models() -> dict[type[models.Model], Searched]:
    """Everything that can be found."""
    return dict(_searched)
