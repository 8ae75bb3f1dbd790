"""What a person wrote as HTML: paragraphs, lists, tables and links, and nothing that acts."""

from __future__ import annotations

from functools import cache

from markdown_it import MarkdownIt
from markupsafe import Markup

_CLASSES = {
    "paragraph_open": "govuk-body",
    "bullet_list_open": "govuk-list govuk-list--bullet",
    "ordered_list_open": "govuk-list govuk-list--number",
    "link_open": "govuk-link",
    "table_open": "govuk-table",
    "th_open": "govuk-table__header",
    "td_open": "govuk-table__cell",
    "tr_open": "govuk-table__row",
}
# A heading would look like one of the standard's, a picture would be fetched from elsewhere.
_OFF = ["heading", "lheading", "image", "html_block", "html_inline", "hr"]


def as_html(text: str) -> Markup:
    r"""The Markdown as HTML; HTML in it is shown as it stands, and links lead to web addresses only.

    >>> as_html("See [this](javascript:x)")
    Markup('<p class="govuk-body">See [this](javascript:x)</p>\n')
    """
    reader = _reader()
    tokens = reader.parse(text)
    inner = [child for token in tokens for child in token.children or ()]
    for token in [*tokens, *inner]:
        if token.type in _CLASSES:
            token.attrSet("class", _CLASSES[token.type])
    # The reader escapes everything that it does not make itself.
    return Markup(reader.renderer.render(tokens, reader.options, {}))  # noqa: S704


@cache
def _reader() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table").disable(_OFF)
