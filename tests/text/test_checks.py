"""Each altered detail is named; true rewordings pass."""

from __future__ import annotations

import pytest

from bernard.text.checks import check, coverage, rarity

CASES_WRONG = [
    # numbers, money, units
    ("You have 28 days to appeal.", "You must appeal within 10 days.", "28 days"),
    ("Appeal within 28 days.", "You have 28 working days to appeal.", "28 working days"),
    ("A decision takes five weeks.", "We decide within 5 days of your claim.", "five weeks"),
    ("The grant is £1,500.", "You can get a grant of £1,050.", "£1,050"),
    ("The grant is worth £2 million.", "The grant is worth £2,000.", "£2,000"),
    ("You get 45p a mile.", "You can claim 25p a mile.", "25p"),
    ("The rate is 12%.", "The rate is 15 per cent.", "15 per cent"),
    ("You need 35 qualifying years.", "You need 30 qualifying years of contributions.", "35"),
    ("You must be at least 18.", "You must be under 18.", "under 18"),
    (
        "You can carry over more than 5 days.",
        "You can carry over up to 5 days of leave.",
        "up to 5 days",
    ),
    ("Tell us 14 days after you move.", "Tell us 14 days before you move.", "14 days before"),
    ("The office opens at 9am.", "The office opens at 10am and closes at 5pm.", "9am"),
    ("Three referees are needed.", "You need two referees.", "Three"),
    ("Anyone over 65 qualifies.", "Anyone aged 66 or over qualifies.", "over 65"),
    ("Ranges from 5 to 15 days.", "It takes 5 to 10 days.", "15 days"),
    # dates
    ("Apply by 5 May 2026.", "Apply by 5 April 2026.", "5 April 2026"),
    ("It closed in 2024.", "The scheme closed in March 2025.", "2024"),
    ("It starts on 01/06/2026.", "It starts on 6 January 2026.", "01/06/2026"),
    # names, codes, places
    ("Ask Jane Okafor to approve it.", "Ask Priya Shah to approve it.", "Jane Okafor"),
    ("Send form SA101.", "Fill in form SA100 and send it.", "SA101"),
    ("Contact the DVLA.", "Contact the Home Office.", "DVLA"),
    ("In England a badge costs £20.", "In Scotland a badge costs £20.", "Scotland"),
    ("The Welsh scheme pays for this.", "The scheme pays for this.", "Wales"),
    # negation
    ("You are eligible for the grant.", "You are not eligible for the grant.", "says not"),
    ("The fee is not refunded.", "The fee is refunded.", "says not"),
    ("Overtime is paid to senior staff.", "Overtime is never paid to senior staff.", "says not"),
    # modality
    ("You can claim travel costs.", "You cannot claim travel costs.", "must not"),
    ("You may book first class travel.", "You must not book first class travel.", "must not"),
    ("Staff must complete the form.", "Staff may complete the form.", "may"),
    ("Managers should keep a record.", "Managers must keep a record.", "must"),
    ("You must not attend the hearing.", "You do not have to attend the hearing.", "need not"),
    ("You must send a receipt.", "You do not need to send a receipt.", "need not"),
]

CASES_RIGHT = [
    ("You must appeal within 28 days.", "Appeals must be made within 28 days of the decision."),
    ("You have four weeks to appeal.", "You have 28 days to appeal."),
    ("It lasts 12 months.", "It lasts for one year."),
    (
        "You get £109.40 a week for up to 28 weeks.",
        "You can get £109.40 per week Statutory Sick Pay (SSP) for up to 28 weeks.",
    ),
    ("SSP is paid by your employer.", "Statutory Sick Pay is paid by your employer."),
    ("Statutory Sick Pay is paid by employers.", "SSP is paid by your employer."),
    ("You can claim 45p a mile.", "You can claim £0.45 for each mile."),
    ("The budget is £1.2 million.", "The budget is £1,200,000."),
    ("The deadline is 5 April.", "The deadline is 5 April 2026."),
    ("Apply by 5 April 2026.", "Apply by 05/04/2026."),
    ("You cannot apply unless you are 18.", "You can only apply if you are 18 or over."),
    ("You need to be 18 or over.", "You must be at least 18."),
    ("You are not allowed to park here.", "You must not park here."),
    ("You don't have to pay a fee.", "You do not need to pay a fee."),
    ("No more than 5 days can be carried over.", "You can carry over up to 5 days."),
    ("Ten working days is the limit.", "The limit is 10 working days."),
    ("Between 5 and 10 days are allowed.", "5-10 days are allowed."),
    ("Line Managers approve leave.", "Your line manager approves leave."),
    ("You can get help from Citizens Advice.", "Get help from Citizens Advice or a solicitor."),
    ("In Wales, prescriptions cost nothing.", "Prescriptions in Wales cost nothing."),
    ("Half of the cost is paid.", "Half the cost is paid."),
    ("You are entitled to twenty-five days.", "Full-time staff have 25 days of annual leave."),
    ("The fee is £50.", "The fee is 50 pounds."),
    ("One of the directors signs it.", "A director signs it."),
    ("It is 20% of the total.", "It is 20 per cent of the total."),
    ("The office opens at 9am.", "The office is open from 9:00am to 5:30pm."),
    ("You may be able to get a grant.", "You can get a grant if your income is low."),
    ("Keep records for six years.", "Records should be kept for 6 years."),
]


@pytest.mark.parametrize(("claim", "source", "named"), CASES_WRONG)
def test_a_changed_detail_is_named(claim: str, source: str, named: str) -> None:
    warnings = check(claim, source).warnings
    assert any(named in warning for warning in warnings), warnings


@pytest.mark.parametrize(("claim", "source"), CASES_RIGHT)
def test_a_true_rewording_passes(claim: str, source: str) -> None:
    assert check(claim, source).warnings == ()


def test_the_sentence_is_plain() -> None:
    warnings = check("You have 28 days.", "You have 10 days.").warnings
    assert warnings == ("The answer says 28 days; the source says 10 days.",)


def test_a_name_may_stand_in_the_heading() -> None:
    claim, source = "The Acorn Fund pays £20.", "It pays £20."
    assert check(claim, source).warnings
    assert not check(claim, source, context="Acorn Fund > What it pays").warnings


def test_coverage_is_of_the_best_three_sentences() -> None:
    source = "Cats sleep. Dogs bark. Hens lay. Leave is 25 days. Pay is monthly."
    assert coverage("Leave is 25 days and pay is monthly", source) == 1
    assert coverage("Cats sleep and pay is monthly", source) < 1


def test_rare_words_weigh_more() -> None:
    weight = rarity(["leave policy", "leave form", "leave appeal", "tribunal"])
    assert weight("tribun") > weight("leav")
    low = coverage("leave tribunal", "leave", weight)
    assert 0 < low < 0.5


def test_unsupported_words_are_not_supported() -> None:
    assert not check("Bring a passport and two photographs", "Leave is paid monthly").supported
    assert check("Leave is paid each month", "Leave is paid each month.").supported


def test_hostile_text_takes_a_bounded_time() -> None:
    text = "no " * 20_000 + "1," * 20_000 + "A " * 20_000 + "at least " * 5_000
    check(text[:2000], text)
