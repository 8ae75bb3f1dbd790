"""The tables of figures that say something have charts."""

from lxml import etree

from bernard.register.figures import figures

SVG = "{http://www.w3.org/2000/svg}"


def test_tables_of_figures_have_charts():
    entries = [
        {"event": "intent", "at": 20_400 * 86_400, "service": name, "left_bytes": 1}
        for name in ("a", "b") * 20
    ]
    tables = {table.id: table for table in figures(enumerate(entries), "")}
    root = etree.fromstring(tables["disclosures-by-service"].chart)
    assert "Calls to models" in [text.text for text in root.iter(f"{SVG}text")]
    assert not tables["completeness"].chart
