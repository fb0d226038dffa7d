from collections.abc import Iterator

import pytest

from simulator import GitHubSimulator
from tests.support.githubplace import CONFIGURATION, Place


@pytest.fixture
def place(simulator: GitHubSimulator, app_private_key: str) -> Iterator[Place]:
    app = simulator.create_app(private_key=app_private_key, webhook_secret="quiet")
    repository = simulator.create_repository("acme/shop", {"a.py": "x = 1\n", **CONFIGURATION})
    installation = simulator.install(app, "acme")
    simulator.commit(repository, "topic", {"b.py": "import legacy\n"})
    pull = simulator.open_pull_request(repository, "topic", title="Use pricing", by="ada")
    made = Place(simulator, app, repository, installation, pull)
    with made.closing:
        yield made
