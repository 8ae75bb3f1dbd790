"""Allow- and deny-lists of a policy, over the rules."""

from bernard.privacy import Guided, Policy, StructuredDetector

DETECTOR = StructuredDetector()


def test_allowed_values_stay_and_denied_words_go():
    policy = Policy(allow=("020 7946 0958", "*@example.gov.uk"), deny={"Nightjar": "CODE-WORD"})
    text = "Ring 020-79460958 or mail help@example.gov.uk or jo@example.org about NIGHTJAR."
    assert [f.kind for f in Guided(DETECTOR, policy).find(text)] == ["EMAIL", "CODE-WORD"]
