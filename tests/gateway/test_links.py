"""A reply links only where the agreement allows, however its text is cut into pieces."""

from hypothesis import given
from hypothesis import strategies as st

from bernard.gateway.links import REMOVED, LinkGuard, without_links

HOSTS = frozenset({"gov.uk"})
PIECES = st.sampled_from(
    [
        *("https://www.gov.uk/tax", "http://evil.example/?q=1", "//evil.example/x", "![a](", ")"),
        *(" ", ".", "http:", "/", "//", "javascript://x", "data:text/html;base64,AA", "Data", "d"),
        *("HTTPS://GOV.UK", "https://gov.uk.evil.example", "https://gov.uk@evil.example/", "word"),
        *("&#47;", "&sol", ";", "&", "#x2F;", "&Tab;", "\t", "https:/", "https:evil", "/"),
        *("https://[::1", "https:\\\\evil.example", "ftp://gov.uk/x", "\n", "é", "]("),
    ]
)


def test_only_allowed_hosts_stay():
    said = "[tax](https://www.gov.uk/tax) ![x](http://evil.example/?q=secret) //evil.example/y"
    assert without_links(said, HOSTS) == f"[tax](https://www.gov.uk/tax) ![x]({REMOVED}) {REMOVED}"


def test_a_host_is_what_a_browser_would_open():
    for address in (
        "https://gov.uk@evil.example/",
        "https://gov.uk.evil.example/",
        "https://evil.example/#gov.uk",
        "https://evil.example?gov.uk",
        "https://notgov.uk/",
        "javascript://gov.uk/%0aalert",
        "https:\\\\evil.example",
        "\\\\evil.example\\share",
        "https:&#47;&#47;evil.example/?q",
        "https:&#x2f;/evil.example",
        "https:/&sol;evil.example",
        "&bsol;&sol;evil.example",
        "/&Tab;/evil.example",
        "https:/evil.example",
        "http:evil.example",
        "https://evil.example&sol;x.gov.uk",
        "https://gov.uk&commat;evil.example",
        "https://evil.example%2f.gov.uk",
        "data:text/html;base64,AAAA",
        "DATA:text/html,x",
    ):
        assert without_links(address, HOSTS) == REMOVED
    assert without_links("https://WWW.GOV.UK.:443/x", HOSTS) == "https://WWW.GOV.UK.:443/x"


@given(st.lists(PIECES, max_size=8).map("".join), st.data())
def test_the_same_in_any_pieces(text, data):
    guard = LinkGuard(HOSTS)
    said = ""
    rest = text
    while rest:
        size = data.draw(st.integers(1, 9))
        said += guard.feed(rest[:size])
        rest = rest[size:]
    assert said + guard.finish() == without_links(text, HOSTS)


def test_an_endless_address_is_judged_and_not_kept_in_memory():
    guard = LinkGuard(HOSTS)
    said = "".join(guard.feed("https://evil.example/" if i == 0 else "x" * 100) for i in range(200))
    assert "evil" not in said + guard.finish()
