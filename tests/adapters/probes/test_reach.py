import pytest

from bot.adapters.probes.reach import AllowList, NotAllowedError

PUBLIC = "93.184.216.34"


def addresses(host: str, *listed: str) -> list[str]:
    return [str(one) for one in AllowList(listed).addresses(host, 443)]


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.8",
        "172.16.3.4",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104 - nothing is bound to it
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fd00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.8",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2001:0:7f00:1::",
        PUBLIC,
    ],
)
def test_an_address_is_asked_only_where_it_is_listed_itself(address: str) -> None:
    with pytest.raises(NotAllowedError):
        addresses(address, "staging.example.com")


def test_a_listed_address_or_network_may_be_asked() -> None:
    assert addresses("10.0.0.8", "10.0.0.0/8") == ["10.0.0.8"]
    assert addresses("::1", "::1") == ["::1"]
    assert addresses("::ffff:10.0.0.8", "10.0.0.8") == ["10.0.0.8"]


@pytest.mark.parametrize("host", ["api.example.com", "API.Example.COM", "api.example.com."])
def test_a_name_is_listed_whatever_its_case(host: str) -> None:
    assert AllowList(("Api.example.com",)).names(host)


def test_a_listed_name_is_resolved() -> None:
    assert "127.0.0.1" in addresses("localhost", "localhost", "127.0.0.1")


def test_a_star_stands_for_the_names_below_and_not_for_the_name_itself() -> None:
    listed = AllowList(("*.example.com",))
    assert listed.names("api.example.com")
    assert listed.names("v2.api.example.com")
    for other in ("example.com", "evil-example.com", "example.com.evil.example"):
        assert not listed.names(other)


def test_what_is_not_listed_is_not_even_resolved() -> None:
    with pytest.raises(NotAllowedError, match="does not list"):
        addresses("no-such-host.invalid", "staging.example.com")
