"""The shell of the pages: who looks, navigation, home by role, search, errors."""
