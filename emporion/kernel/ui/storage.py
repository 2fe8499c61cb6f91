"""Static files as they are served."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise publishes no types
    """Compressed and named by their content. Maps back to the sources of packages are not served, so mentions of them
    in a package's files are left as they are."""

    patterns = tuple(
        (kind, tuple(one for one in expressions if "sourceMappingURL" not in str(one)))
        for kind, expressions in CompressedManifestStaticFilesStorage.patterns
    )
