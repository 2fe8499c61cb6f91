"""How a definition names a setting, so that whoever reads the number also reads what it hangs on."""

from emporion.kernel.preferences.definitions import DEFINITIONS


def setting(name: str) -> str:
    """The setting's value as the product ships it and its name: `90 (active_base_days)`."""
    return f"{DEFINITIONS[name].default} ({name})"
