from collections.abc import Iterator

import pytest

from simulator import GitHubSimulator
from tests.support.shop import Shop


@pytest.fixture
def shop(simulator: GitHubSimulator, app_private_key: str) -> Iterator[Shop]:
    simulator.organization("acme")
    app = simulator.create_app(private_key=app_private_key)
    repo = simulator.create_repository("acme/shop", {"a.py": "one\n", "b/c.py": "two\n"})
    installation = simulator.install(app, "acme")
    app.hook.url = "http://127.0.0.1:9/closed"
    it = Shop(simulator, app, repo, installation)
    yield it
    for client in it.clients:
        client.session.close()
