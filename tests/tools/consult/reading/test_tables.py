"""CSV and its kin, with all that goes wrong in them."""

from __future__ import annotations

import contextlib
import random
from collections import Counter

import pytest

from bernard.errors import DocumentTooLarge, DocumentUnreadable, Error, InputInvalid
from bernard.library.convert.limits import Limits
from bernard.tools.consult.reading import preview, read
from bernard.tools.consult.reading.delimited import rows_of
from bernard.tools.consult.types import Column

HEADS = "id,text\n"


def texts(data: bytes | str, name: str = "a.csv") -> list[str]:
    """What each response says in the one open column."""
    found = read(name, data if isinstance(data, bytes) else data.encode())
    [question] = found.questions
    return [response.answers.get(question.name, ("",))[0] for response in found.responses]


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_any_delimiter_divides(sign: str) -> None:
    rows = [["id", "text", "ok"], ["1", '"The bus, the tram; the train | all late\ttoo"', "Yes"]]
    rows += [[str(n), f'"Reason {n}, and more ""of"" it"', "No"] for n in range(2, 9)]
    found = preview("a.csv", "\n".join(sign.join(row) for row in rows).encode())
    assert found.delimiter == sign
    assert [c.kind for c in found.columns] == ["identifier", "open", "closed"]
    assert found.first[1]["text"] == 'Reason 2, and more "of" it'


def test_prose_in_one_column_is_not_divided() -> None:
    assert texts("Comment\nI like it, really\nNo, never, ever\nLate; again; and again\n") == [
        "I like it, really",
        "No, never, ever",
        "Late; again; and again",
    ]


def test_line_breaks_in_a_cell_stay_and_rows_are_numbered_as_in_a_spreadsheet() -> None:
    found = read("a.csv", b'id,text\r\n1,"one line\r\nand another"\r\n2,more words than that\r\n')
    assert found.responses[0].answers["text"] == ("one line\nand another",)
    assert [r.row for r in found.responses] == [2, 3]


@pytest.mark.parametrize(
    ("encoding", "called"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8"),
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16"),
        ("cp1252", "Windows-1252"),
    ],
)
def test_encodings(encoding: str, called: str) -> None:
    data = "id,text\n1,I like the café a lot\n2,“Quoted” words at £5\n3,plain words as well\n"
    found = read("a.csv", data.encode(encoding))
    assert found.encoding == called
    assert found.responses[1].answers["text"] == ("“Quoted” words at £5",)
    assert found.faults == ()


def test_a_stray_byte_is_read_and_told() -> None:
    data = "id,text\n1,I like the café a lot\n2,naïve idea of yours\n".encode()
    found = read("a.csv", data + b"3,bad \x93quotes\x94 here\n4,fine by me then\n")
    assert found.responses[2].answers["text"] == ("bad “quotes” here",)
    assert [(f.where, "2 bytes" in f.what) for f in found.faults] == [("row 4", True)]


def test_nulls_are_taken_out_and_told() -> None:
    found = read("a.csv", b"id,text\n1,I li\0ke the park a lot\n2,more words than th\0is\n")
    assert found.responses[0].answers["text"] == ("I like the park a lot",)
    assert "2 null characters" in found.faults[0].what


def test_marks_that_are_not_closed_lose_no_row() -> None:
    data = 'id,text,ok\n5,"I think so,Yes\n6,"He said "no" to me",No\n7,"two\nlines ""here""",Yes\n8,"on and on'
    found = read("a.csv", data.encode())
    assert [r.id for r in found.responses] == ["5", "6", "7", "8"]
    said = [r.answers["text"][0] for r in found.responses]
    assert said == ["I think so", 'He said "no" to me', 'two\nlines "here"', "on and on"]
    assert [f.where for f in found.faults] == ["row 2", "row 3", "row 5", "row 5"]


def test_rows_of_the_wrong_length_keep_their_words() -> None:
    found = read(
        "a.csv", b"id,ok,text\n1,Yes,one, two, three\n2,No\n3,Yes,fine by me\n4,No,not by me\n"
    )
    assert found.responses[0].answers["text"] == ("one, two, three",)
    assert [f.where for f in found.faults] == ["row 2", "row 3"]


def test_blank_rows_are_counted_and_told_in_runs() -> None:
    found = read("a.csv", b"id,text\n1,good words here\n,\n,\n\n2,more words here\n,\n")
    assert (len(found.responses), found.blanks) == (2, 4)
    assert [f.where for f in found.faults] == ["rows 3 to 5", "row 7"]


def test_ids_are_made_unique_or_made_up() -> None:
    data = b"ref no,text\nA1,one of many words\nA1,two of many words\n,three of many words\nA2,four of many\n"
    found, seen = read("a.csv", data), preview("a.csv", data)
    ids = [r.id for r in found.responses]
    assert ids[0] == "A1" and ids[3] == "A2" and len(set(ids)) == 4
    assert (seen.repeated_ids, seen.missing_ids, len(found.faults)) == (1, 1, 2)


def test_without_ids_rows_have_their_numbers() -> None:
    found = read("a.csv", b"What do you think?\nIt is a good plan\nIt is a bad plan\n")
    assert [r.id for r in found.responses] == ["2", "3"]


def test_without_headings_no_response_is_taken_for_one() -> None:
    found = read(
        "a.csv",
        b"1,I like the park a lot,Yes\n2,The bus is late again,No\n3,No cars please in town,Yes\n",
    )
    assert len(found.responses) == 3
    assert "letters" in found.faults[0].what
    alone = texts("I like the park. It is good.\nThe bus is late again today.\n")
    assert len(alone) == 2


def test_a_ten_megabyte_response_is_whole() -> None:
    long = "word " * 2_000_000
    assert texts(f'id,text\n1,"{long}"\n2,short one here\n')[0] == long.strip()


def test_forty_languages_stay_as_they_are() -> None:
    said = [
        "نحتاج إلى المزيد من الحافلات", "אנחנו צריכים יותר אוטובוסים", "我们需要更多的公交车", "もっとバスが必要です",
        "우리는 더 많은 버스가 필요합니다", "हमें और बसें चाहिए", "আমাদের আরও বাস দরকার", "ਸਾਨੂੰ ਹੋਰ ਬੱਸਾਂ ਚਾਹੀਦੀਆਂ ਹਨ",
        "ہمیں مزید بسیں چاہئیں", "ما به اتوبوس‌های بیشتری نیاز داریم", "எங்களுக்கு அதிக பேருந்துகள் தேவை", "Нам нужно больше автобусов",
        "Χρειαζόμαστε περισσότερα λεωφορεία", "เราต้องการรถเมล์มากขึ้น", "Chúng tôi cần thêm xe buýt", "Potrzebujemy więcej autobusów",
        "Mae angen mwy o fysiau", "መጨረሻ አውቶቡሶች ያስፈልጉናል", "Daha fazla otobüse ihtiyacımız var", "მეტი ავტობუსი გვჭირდება",
    ]  # fmt: skip
    rows = "".join(f"{n},{text}\n" for n, text in enumerate(said))
    found = read("a.csv", (HEADS + rows).encode(), [Column("text", "open")])
    assert [r.answers["text"][0] for r in found.responses] == said


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "is empty"),
        (b"\n\n , ,\n", "holds no responses"),
        (b"id,text\n", "holds no responses"),
        (bytes(range(256)) * 40, "neither text"),
        (b"%PDF-1.7 ...", "is a PDF"),
        (b"<!doctype html><html></html>", "web page"),
        (b"PK\x03\x04 rubbish" * 40, "damaged"),
    ],
)
def test_what_cannot_be_read_says_why(data: bytes, says: str) -> None:
    with pytest.raises(DocumentUnreadable, match=says):
        preview("a.csv", data)


def test_a_file_over_the_limit_is_refused() -> None:
    with pytest.raises(DocumentTooLarge, match="larger than"):
        preview("a.csv", b"id,text\n1,words\n", Limits(max_bytes=5))


def test_a_column_that_is_not_there_is_refused() -> None:
    with pytest.raises(InputInvalid, match="no column 'Txt'"):
        read("a.csv", b"id,text\n1,words of mine\n", [Column("Txt", "open")])
    both = [Column("id", "identifier"), Column("text", "identifier")]
    with pytest.raises(InputInvalid, match="Choose one"):
        read("a.csv", b"id,text\n1,words of mine\n", both)


def test_a_person_may_choose_another_kind() -> None:
    data = "id,text,town\n" + "".join(f"{n},words number {n} here,T{n % 3}\n" for n in range(9))
    found = read(
        "a.csv", data.encode(), [Column("town", "demographic"), Column("text", "left out")]
    )
    assert [c.kind for c in found.columns] == ["identifier", "left out", "demographic"]
    assert found.columns[2].options == ("T0", "T1", "T2")
    assert found.responses[0].answers == {"town": ("T0",)}


def test_control_characters_go_and_words_stay() -> None:
    assert texts("id,text\n1,pay\u200bment\u202e now \x07please\n2,as it was before\n") == [
        "payment now please",
        "as it was before",
    ]


def test_headings_that_repeat_have_names_of_their_own() -> None:
    data = "Why?,Why?\n" + "".join(
        f"reason {n} of the one,cause {n} of another\n" for n in range(4)
    )
    assert [c.name for c in preview("a.csv", data.encode()).columns] == ["Why?", "Why? (2)"]


def test_no_word_of_any_table_is_lost() -> None:
    chance = random.Random(7)
    for _ in range(300):
        text = "".join(chance.choice('ab ,;"\n\r\t|é1') for _ in range(chance.randrange(1, 120)))
        got = "".join(cell for row in rows_of(text, ",", []) for cell in row)
        ours = Counter(c for c in got if c not in '"\n\r,')
        assert ours == Counter(c for c in text if c not in '"\n\r,')
        with contextlib.suppress(Error):
            ids = [r.id for r in read("a.csv", text.encode()).responses]
            assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("name", ["a.csv", "a.json", "a.jsonl", "a.zip"])
def test_bytes_of_any_kind_are_read_or_refused(name: str) -> None:
    chance = random.Random(7)
    for _ in range(100):
        with contextlib.suppress(Error):
            preview(name, chance.randbytes(chance.randrange(1, 200)))
