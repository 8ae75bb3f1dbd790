"""How every page of ours looks: macros of GOV.UK Frontend, one style sheet, words for numbers.

The site for signed-in people and the public register are both drawn with it (`render`). The command line
uses its words for numbers (`words`), which need none of that.
"""
