"""A GitHub on loopback, for tests, benchmarks and the demo.

REST below `api_url`, git over HTTP below `url`, webhooks as GitHub sends them; the repositories are
real bare ones behind `git http-backend`, everything else is in memory. It runs in a thread, so that
a test holds it while the service under test runs in processes of its own:

    with GitHubSimulator(tmp_path) as github:
        github.organization("acme")
        app = github.create_app(webhook_url="http://127.0.0.1:8000/webhooks/github",
                                webhook_secret="secret")
        repo = github.create_repository("acme/shop", {"a.py": "import old"})
        github.install(app, "acme")

        github.commit(repo, "feature", {"b.py": "import old"}, by="alice")    # a push
        pull = github.open_pull_request(repo, "feature", by="alice")
        ...
        (check,) = github.checks(repo, pull.head_sha, name="canon")
        assert check.conclusion == "failure"
        assert len(github.comments(pull, by="canon[bot]")) == 1

What happened and what goes wrong:

    github.journal.find("POST", "/check-runs$")          every request: who, when, status, body
    github.hookshot.deliveries                            every webhook: bytes, headers, answer
    github.hookshot.drain()                               wait until all of them are delivered
    with github.hookshot.held(): ...                      deliver nothing meanwhile
    github.hookshot.fail("push"), .lose("push"), .repeat(5, "push"), .redeliver(delivery)
    github.faults.add("POST", "/check-runs$", faults.server_error(502), times=2)
    gate = github.faults.gate("PATCH", "/check-runs/[0-9]+$")    hold requests until `release`
    gate.wait_for()                                       ... one has arrived: kill the worker now
    github.expire_tokens()                                401 from now on
    github.stop(); github.start()                         an outage

`python -m simulator` serves one to play with. Tests take the `simulator` fixture, which also holds
every exchange and every webhook to GitHub's own descriptions (tests/support/simulator.py).
"""

from simulator.control import GitHubSimulator

__all__ = ["GitHubSimulator"]
