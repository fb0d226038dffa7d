"""A small world on the simulator, and ways to speak to it."""

import time
from dataclasses import dataclass, field
from typing import Any

import jwt
import requests

from simulator import GitHubSimulator
from simulator.model import App, Installation, PullRequest, Repository


@dataclass
class Client:
    """REST under one credential, by requests; answers are not raised."""

    api_url: str
    credential: str | None
    session: requests.Session = field(default_factory=requests.Session)

    def __call__(self, method: str, path: str, **options: Any) -> requests.Response:
        headers = {**options.pop("headers", {})}
        if self.credential is not None:
            headers["Authorization"] = f"Bearer {self.credential}"
        url = path if path.startswith("http") else self.api_url + path
        return self.session.request(method, url, headers=headers, timeout=30, **options)


@dataclass
class Shop:
    """An organization's private repository where an App is installed, and a pull request."""

    github: GitHubSimulator
    app: App
    repo: Repository
    installation: Installation
    clients: list[Client] = field(default_factory=list)

    def client(self, credential: str | None) -> Client:
        client = Client(self.github.api_url, credential)
        self.clients.append(client)
        return client

    def as_app_itself(self, **claims: Any) -> Client:
        at = int(time.time())
        payload = {"iat": at - 60, "exp": at + 300, "iss": str(self.app.id), **claims}
        return self.client(jwt.encode(payload, self.app.private_key, "RS256"))

    def token(self, **narrowing: Any) -> requests.Response:
        path = f"/app/installations/{self.installation.id}/access_tokens"
        return self.as_app_itself()("POST", path, json=narrowing or None)

    def as_installation(self, **narrowing: Any) -> Client:
        return self.client(self.token(**narrowing).json()["token"])

    def as_user(self, login: str = "acme", **options: Any) -> Client:
        return self.client(self.github.create_token(login, **options))

    def pull(self, branch: str = "feature", **options: Any) -> PullRequest:
        self.github.commit(self.repo, branch, {"a.py": f"{branch}\n"}, by="alice")
        return self.github.open_pull_request(self.repo, branch, by="alice", **options)

    def events(self) -> list[str]:
        """What has been sent so far, as "event.action"."""
        self.github.hookshot.drain()
        sent = [it.message for it in self.github.hookshot.deliveries]
        return [".".join(filter(None, (it.event, it.action))) for it in sent]
