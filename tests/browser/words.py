"""What the product's own catalogs call things, so that a test says nothing twice."""

import io
from gettext import GNUTranslations, NullTranslations

from babel.messages.mofile import write_mo

from emporion.kernel.ui.catalogs import PRODUCT
from tests.translations.catalogs import read
from tests.translations.places import DOMAIN


def words(app: str, language: str) -> NullTranslations:
    """The words of one app; English ones are their own translation."""
    if language == "en":
        return NullTranslations()
    compiled = io.BytesIO()
    write_mo(compiled, read(PRODUCT / app / "locale" / language / DOMAIN, language))
    compiled.seek(0)
    return GNUTranslations(compiled)
