"""Words and sentences that say that something is good, or that it is bad.

The sentences are for the encoder, whichever it is: the way from the bad to the good is the way in
which meaning leans. Words of five letters or more stand for all that begin with them.
"""

from __future__ import annotations

GOOD_SENTENCES = (
    "I agree, this is right and we should do it",
    "This is good and beneficial",
    "It helps people and improves their lives",
    "It protects people and keeps them safe",
    "People have the right and the freedom to choose it",
    "It saves money and creates jobs",
    "It works well and is effective",
    "It is important and valuable to society",
    "It is fair and gives everybody an equal chance",
    "It brings happiness, health and success",
    "It is safe, natural and harmless",
    "We need it and should support it",
    "It teaches good values",
    "It allows people to make their own choices",
    "It is an important tradition that should be kept",
)
BAD_SENTENCES = (
    "I disagree, this is wrong and we should not do it",
    "This is bad and harmful",
    "It hurts people and makes their lives worse",
    "It is dangerous and puts people at risk",
    "It takes away people's rights and freedom",
    "It is expensive and a waste of money",
    "It does not work and is ineffective",
    "It is useless and outdated",
    "It is unfair and discriminates",
    "It causes suffering, illness and failure",
    "It is cruel, unnatural and immoral",
    "We do not need it and should get rid of it",
    "It exploits vulnerable people",
    "It leads to abuse, crime and violence",
    "It is corrupt and cannot be trusted",
)
GOOD = frozenset(
    """
    able advantage affordable allow allows benefi best better cheap choice choose deserve
    deter deters dignity effective efficient encourag enjoy equal essential fair free freedom
    fund good great happy harmless health healthy help important improv keep legitimate love
    necessary opportunit peace positive preserv prevent prevents progress promot protect
    provide provides reduce reduces reducing relie respect right rights safe save saves saving
    secure security solve strengthen success support useful valuable vital well
    """.split()  # noqa: SIM905 - a list of words reads best as words
)
BAD = frozenset(
    """
    abuse abused addict bad biased bullied bully burden corrupt cost costly crime criminal
    cruel damage danger dangerous death degrad denies deny depress destroy die difficult
    disadvantage discriminat expensive exploit fail fails force forced harm harmful hate hurt
    illegal immoral ineffective inequal infring inhumane injustice interfere irresponsible
    kill killing lack limit limits lose loss misuse murder negative obsolete oppress outdated
    outrage overcrowd pollut poor poverty pressure problem problems racis restrict risk risky
    sexis stifle stigma stress suffer suffering suppress threat threaten torture unable
    unconstitutional unethical unfair unhealthy unjust unnatural unnecessary unsafe
    untrustworthy useless violat violence violent war waste worse worst wrong
    """.split()  # noqa: SIM905 - a list of words reads best as words
)
