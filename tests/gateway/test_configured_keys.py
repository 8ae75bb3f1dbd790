"""What the check of a configuration says of keys that could never do what they are for."""

from bernard.accounts.budget_limits import read_limit
from bernard.accounts.keys import Key
from bernard.agreements import read, shipped
from bernard.gateway.configured_keys import doubts
from bernard.models.suppliers.types import Attested, Price

AGREEMENTS = [read(shipped() / "tightened-supplier.yaml")]
FAR = Attested("far", "lantern", "lantern-large", ("GB",))


def said(key, deployments=()):
    return [message for message, _ in doubts(key, AGREEMENTS, deployments)]


def test_a_key_that_an_agreement_serves_is_not_doubted():
    assert said(Key("", "k", "drafting", ("draft",))) == []


def test_a_service_that_no_clause_names():
    assert (
        "No clause names the service 'draughting'"
        in said(Key("", "k", "draughting", ("draft",)))[0]
    )


def test_a_purpose_that_stands_for_another_service_only():
    assert "has the purpose 'code'" in said(Key("", "k", "drafting", ("draft", "code")))[0]


def test_a_limit_in_pence_needs_a_price():
    key = Key("", "k", "drafting", ("draft",), limits=(read_limit("day pence=5"),))
    assert "nobody has said what 'far' costs" in said(key, [FAR])[0]
    priced = Attested("far", "lantern", "lantern-large", ("GB",), price=Price(1.0, 2.0))
    here = Attested("near", "embedded", "near", ("this-machine",))
    assert said(key, [priced, here]) == []
