"""What proves an entry to others, from its page."""

from bernard.ledger import Entry
from bernard.ledger.tlog import Policy, VerifierKey, check_receipt, parse_receipt


def test_the_receipt_and_the_entry_of_a_page_fit_together(ann, bernard):
    for _ in range(3):
        bernard.ledger.append(Entry("refusal", 1_790_000_000, service="ask"), durable=False)
    page = ann.get("/log/1")
    links = [a["href"] for a in page.soup.find_all("a", download=True)]
    assert links == ["/log/1/receipt", "/log/1/entry"]
    receipt, entry = (ann.raw("GET", link) for link in links)
    policy = Policy(logs=[VerifierKey.parse(bernard.ledger.vkey)])
    checkpoint = check_receipt(parse_receipt(receipt.content), entry.content, policy)
    assert (checkpoint.size, entry.headers["content-type"]) == (3, "application/json")
    assert "entry-1.tlog-proof" in receipt.headers["content-disposition"]
    assert ann.raw("GET", "/log/3/receipt").status_code == 404
    assert ann.raw("GET", "/log/-1/entry").status_code == 404
