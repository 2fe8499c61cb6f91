"""What every test gets, those beside the code and those in tests/ alike."""

pytest_plugins = [
    "tests.plugins.chromium",
    "tests.plugins.databases",
    "tests.plugins.real_files",
    "tests.plugins.spec",
]
