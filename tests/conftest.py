pytest_plugins = (
    "tests.support.deployment",
    "tests.support.postgres",
    "tests.support.sandbox",
    "tests.support.simulator",
)
