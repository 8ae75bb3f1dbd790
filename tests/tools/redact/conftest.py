"""Documents with personal data in every corner that a document has."""

import pytest


class PdfMaker:
    """Writes PDFs by hand, so that each can hold what no library would put in."""

    def __init__(self):
        self.objects = {}
        self.number = 10
        self.pages = []
        self.catalog = ""
        self.info = ""

    def add(self, body, number=None):
        if number is None:
            self.number += 1
            number = self.number
        self.objects[number] = body if isinstance(body, bytes) else body.encode("latin-1")
        return number

    def stream(self, data, head="", number=None):
        data = data if isinstance(data, bytes) else data.encode("latin-1")
        body = f"<<{head}/Length {len(data)}>>\nstream\n".encode() + data + b"\nendstream"
        return self.add(body, number)

    def page(self, lines, more="", resources="", operators="", size=(595, 842)):
        shown = "".join(
            f"1 0 0 1 72 {770 - 22 * i} Tm ({line}) Tj\n" for i, line in enumerate(lines)
        )
        content = self.stream(f"BT /F1 12 Tf\n{shown}ET\n{operators}")
        self.pages.append(
            self.add(
                f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {size[0]} {size[1]}]/Contents {content} 0 R"
                f"/Resources<</Font<</F1 3 0 R>>{resources}>>{more}>>"
            )
        )
        return self

    def finish(self):
        kids = " ".join(f"{page} 0 R" for page in self.pages)
        self.add(f"<</Type/Catalog/Pages 2 0 R{self.catalog}>>", 1)
        self.add(f"<</Type/Pages/Count {len(self.pages)}/Kids[{kids}]>>", 2)
        self.add("<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>", 3)
        if self.info:
            self.add(f"<<{self.info}>>", 4)
        out, places = bytearray(b"%PDF-1.7\n"), {}
        for number in sorted(self.objects):
            places[number] = len(out)
            out += b"%d 0 obj\n%s\nendobj\n" % (number, self.objects[number])
        start, size = len(out), max(places) + 1
        out += b"xref\n0 1\n0000000000 65535 f \n"
        for number, place in places.items():
            out += b"%d 1\n%010d 00000 n \n" % (number, place)
        info = "/Info 4 0 R" if self.info else ""
        out += f"trailer\n<</Size {size}/Root 1 0 R{info}>>\nstartxref\n{start}\n%%EOF\n".encode()
        return bytes(out)


@pytest.fixture
def pdf_maker():
    return PdfMaker
