"""Words that start most guesses at a password, and what people stretch them to.

The list is short on purpose: twelve characters rule out nearly all common passwords, and the
checks for runs and repetition in `passwords` rule out most that are left.
"""

from __future__ import annotations

_WORDS = [
    "password",
    "passphrase",
    "letmein",
    "welcome",
    "administrator",
    "bernard",
    "changeme",
    "secret",
    "iloveyou",
    "football",
    "liverpool",
    "arsenal",
    "chelsea",
    "monkey",
    "dragon",
    "sunshine",
    "princess",
    "superman",
    "batman",
    "master",
    "trustno",
    "one",
    "government",
    "civilservice",
    "publicservant",
    "council",
    "whitehall",
    "westminster",
    "department",
    "ministry",
    "default",
    "starwars",
    "computer",
    "internet",
    "security",
    "london",
    "england",
    "scotland",
    "wales",
]
_ENDS = ("", "password", "one", "admin", "user", "now", "please", "test", "login", "account", "uk")

COMMON = frozenset(
    joined for word in _WORDS for end in _ENDS for joined in (word + end, end + word, word + word)
) | frozenset(
    (
        "correcthorsebatterystaple",
        "thisismypassword",
        "letmeinletmein",
        "mypasswordispassword",
        "opensesame",
        "qwertyuiopasdf",
        "iloveyouverymuch",
        "passwordpassword",
        "administrator",
        "nevergonnagiveyouup",
    )
)
