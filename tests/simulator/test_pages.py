import urllib3

from simulator import GitHubSimulator, sample


def test_a_pull_request_has_a_page_for_people(simulator: GitHubSimulator) -> None:
    repo = simulator.create_repository("acme/shop", sample.files(), private=False)
    simulator.commit(repo, "topic", {"README.md": "# New\n"})
    pull = simulator.open_pull_request(repo, "topic", title="A <b>bold</b> change")
    simulator.comment(pull, "| a | b |\n|---|---|\n| 1 | 2 |")

    page = urllib3.request("GET", f"{simulator.url}/acme/shop/pull/{pull.issue.number}")

    assert page.status == 200
    assert b"A &lt;b&gt;bold" in page.data
    assert b"<td>1</td>" in page.data


def test_a_pull_request_that_is_not_there_has_no_page(simulator: GitHubSimulator) -> None:
    assert urllib3.request("GET", f"{simulator.url}/acme/shop/pull/9").status == 404
