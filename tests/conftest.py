pytest_plugins = (
    "tests.support.deployment",
    "tests.support.postgres",
    "tests.support.sandbox",
    "tests.support.simulator",
    "tests.support.conversation",  # after those that it uses, so that pytest can rewrite them
)
