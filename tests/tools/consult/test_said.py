"""What says nothing, and what is in English."""

from __future__ import annotations

import time

import pytest

from bernard.tools.consult.said import is_english, says_nothing

NOTHING = """
-|...|n/a|N/A.|None|no comment|No comments to add|See my answer to Q2|as above|As per my answer to question 2|nothing to add
Nothing further to add, thank you|I don't know|don't know enough about this to comment|Yes|No|Agree|Strongly agree|I agree|see above.
No further comments at this time.|I have nothing else to say|Not applicable to me|No thank you|ditto|Please refer to our previous response
Please see attached letter|none that I can think of|No opinion|unsure|5|I do not have any comments|We have no comments to make on this question
We do not wish to comment|Already answered in question 4|I've already answered this above|Dim sylw|N/a as above|not sure|I have no strong views
can't think of anything|Refer to answer 3.|As previously stated|no reason given|Same answer as question 5|no, none|See Q1 and Q2|👍
I am not able to comment|no knowledge of this|Prefer not to say|No - see above
""".strip().replace("\n", "|").split("|")  # fmt: skip
SOMETHING = """
No, because it costs too much|none of these options work for disabled people|No concerns|I agree because buses matter|Nothing works
no change needed|See the accident figures|As above but also cost|As a parent I worry|I don't know why you would do this|No parking|no cars
more buses|No one listens|None of the above would help carers|stop|Keep it|I do not want this|Not sure this will work
same problems as before with litter|No bus service|I have no car|We have no doctor|我们需要更多的公交车|Agree with cleaner air
""".strip().replace("\n", "|").split("|")  # fmt: skip


@pytest.mark.parametrize("text", ["", "  \n", *NOTHING])
def test_says_nothing(text: str) -> None:
    assert says_nothing(text) and says_nothing(text.upper() + " ")


@pytest.mark.parametrize("text", SOMETHING)
def test_says_something(text: str) -> None:
    assert not says_nothing(text)


def test_repeating_the_question_says_nothing() -> None:
    asked = "Do you agree with the plan for the buses?"
    assert says_nothing("Do you agree with the plan for the buses? No.", asked)
    assert says_nothing("agree with the plan for the buses", asked)
    assert not says_nothing("the buses", asked)
    assert not says_nothing("Do you agree with the plan for the buses? No, they are late.", asked)


def test_long_texts_and_tangles_are_quick() -> None:
    begun = time.thread_time()
    assert not says_nothing("no comment " * 1_000_000 + "but this")
    for n in range(40):
        says_nothing(
            f"no no comment see above nothing to add i have no views at all as above {n} no and so on x"
        )
    assert time.thread_time() - begun < 2


@pytest.mark.parametrize(
    "text",
    [
        "",
        "7",
        "No",
        "More buses, please",
        "Litter, dog fouling, parking, speeding, noise, graffiti, potholes, lighting, benches, bins",
        "The café on the quay is naïvely placed",
    ],
)
def test_english(text: str) -> None:
    assert is_english(text)


@pytest.mark.parametrize(
    "text",
    [
        "Mae angen mwy o fysiau yn y pentref",
        "Nous avons besoin de plus de bus",
        "Potrzebujemy więcej autobusów",
        "我们需要更多的公交车",
        "نحتاج إلى المزيد من الحافلات",
        "Necesitamos más autobuses en el pueblo",
        "Wir brauchen mehr Busse",
        "Waxaan u baahanahay basas badan oo tuulada ah",
        "Хотим больше автобусов",
        "हमें और बसें चाहिए",
    ],
)
def test_not_english(text: str) -> None:
    assert not is_english(text)
