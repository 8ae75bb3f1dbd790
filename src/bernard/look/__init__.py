"""How every page of ours looks: macros of GOV.UK Frontend, one style sheet, words for numbers.

The site for signed-in people and the public register are both drawn with it.
"""

from bernard.look.render import STATIC, open_environment

__all__ = ["STATIC", "open_environment"]
