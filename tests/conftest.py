pytest_plugins = ("tests.support.postgres", "tests.support.sandbox", "tests.support.simulator")
