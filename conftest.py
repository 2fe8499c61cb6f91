"""What every test gets, those beside the code and those in tests/ alike."""

from hypothesis import HealthCheck, settings

# No test fails because the machine was busy: timings are for the benches.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

pytest_plugins = [
    "tests.plugins.chromium",
    "tests.plugins.databases",
    "tests.plugins.real_files",
    "tests.plugins.spec",
]
