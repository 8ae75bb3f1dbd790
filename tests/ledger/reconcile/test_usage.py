"""Usage files are read as suppliers write them; what cannot be read is listed."""

import datetime
import json
from contextlib import suppress
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bernard.errors import UsageUnreadable
from bernard.ledger.reconcile import named, read_usage
from bernard.ledger.reconcile.values import Unclear, moment, whole

TENTH = datetime.date(2026, 11, 10)


def rows(text, **options):
    data = text if isinstance(text, bytes) else text.encode()
    found = read_usage(data, "usage.csv", **options)
    assert found.unread == ()
    return [
        (str(r.day), r.model, r.calls, r.prompt_tokens, r.completion_tokens) for r in found.rows
    ]


def test_openai(openai_csv):
    found = read_usage(openai_csv.encode(), "usage.csv")
    assert (found.form, found.provider) == ("OpenAI usage export", "openai")
    assert found.unread == ()
    assert [(str(r.day), r.calls, r.prompt_tokens) for r in found.rows] == [
        ("2026-11-10", 1, 100),
        ("2026-11-10", 1, 200),
        ("2026-11-11", 2, 1234),
        ("2026-11-12", 1, 10),
        ("2026-11-13", 0, 0),
    ]


ANTHROPIC = (
    "usage_date_utc,model_version,api_key,workspace,usage_type,context_window,"
    "usage_input_tokens_no_cache,usage_input_tokens_cache_write_5m,"
    "usage_input_tokens_cache_write_1h,usage_input_tokens_cache_read,usage_output_tokens,"
    "web_search_count\n"
    "2026-11-10,claude-made-up,key,Default,standard,≤ 200k,100,20,3,4000,50,0\n"
    "2026-11-10 15:00,claude-made-up,key,Default,standard,≤ 200k,1,0,0,0,2,0\n"
)


def test_anthropic_adds_up_what_came_from_its_cache():
    assert rows(ANTHROPIC) == [
        ("2026-11-10", "claude-made-up", None, 4123, 50),
        ("2026-11-10", "claude-made-up", None, 1, 2),
    ]


def test_the_json_of_usage_reports():
    openai = {
        "object": "page",
        "data": [
            {
                "object": "bucket",
                "start_time": 1794268800,
                "end_time": 1794355200,
                "results": [
                    {
                        "object": "organization.usage.completions.result",
                        "input_tokens": 1000,
                        "output_tokens": 500,
                        "input_cached_tokens": 800,
                        "num_model_requests": 5,
                        "model": None,
                    }
                ],
            },
            {"object": "bucket", "start_time": 1794355200, "end_time": 1794441600, "results": []},
        ],
        "has_more": False,
    }
    assert rows(json.dumps(openai)) == [
        ("2026-11-10", "", 5, 1000, 500),
        ("2026-11-11", "", 0, 0, 0),
    ]
    anthropic = {
        "data": [
            {
                "starting_at": "2026-11-10T00:00:00Z",
                "ending_at": "2026-11-11T00:00:00Z",
                "results": [
                    {
                        "uncached_input_tokens": 1,
                        "cache_creation": {
                            "ephemeral_5m_input_tokens": 2,
                            "ephemeral_1h_input_tokens": 3,
                        },
                        "cache_read_input_tokens": 4,
                        "output_tokens": 5,
                        "model": "claude-made-up",
                    }
                ],
            }
        ]
    }
    assert rows(json.dumps(anthropic)) == [("2026-11-10", "claude-made-up", None, 10, 5)]


def test_azure_cost_details_by_meter():
    found = read_usage(
        b"Date,MeterCategory,MeterName,MeterRegion,UnitOfMeasure,Quantity,ChargeType\n"
        b"11/10/2026,Cognitive Services,gpt 4o 1120 Inp glbl Tokens,,1K,1.234,Usage\n"
        b"11/10/2026,Cognitive Services,gpt 4o 1120 cached Inp glbl Tokens,,1K,2,Usage\n"
        b"11/10/2026,Cognitive Services,GPT 5 outpt Glbl 1M Tokens,,1M,0.000056,Usage\n"
        b"11/13/2026,Storage,LRS Data Stored,,1 GB/Month,0.5,Usage\n"
        b"11/13/2026,Cognitive Services,gpt 4o 1120 Inp glbl Tokens,,1K,9,Refund\n",
        "costs.csv",
    )
    assert found.provider == "azure"
    assert [(str(r.day), r.calls, r.prompt_tokens, r.completion_tokens) for r in found.rows] == [
        ("2026-11-10", None, 1234, 0),
        ("2026-11-10", None, 2000, 0),
        ("2026-11-10", None, 0, 56),
    ]
    assert found.other == {
        "LRS Data Stored": 1,
        "credit or other charge: gpt 4o 1120 Inp glbl Tokens": 1,
    }


def test_azure_metrics():
    text = (
        "TimeGenerated,ModelDeploymentName,Sum Processed Prompt Tokens,Generated Tokens (Sum),"
        "Azure OpenAI Requests\n2026-11-10T00:00:00Z,drafting,1000,200,7\n"
    )
    assert rows(text) == [("2026-11-10", "drafting", 7, 1000, 200)]


GOOGLE = (
    "Invoice number,1234567890,\nInvoice date,2026-11-30,\nCurrency,GBP,\n\n"
    "Project name,Service description,SKU description,SKU ID,Credit type,Cost type,"
    "Usage start date,Usage end date,Usage amount,Usage unit,Cost (£)\n"
    "made-up,Gemini API,Generate content output token count made-up flash short input text,"
    'A-1,,Usage,2026-11-10,2026-11-10,"622,403",count,1.56\n'
    "made-up,Gemini API,Generate content input token count made-up flash text,A-2,,Usage,"
    '2026-11-10,2026-11-10,"1,000",count,0.1\n'
    "made-up,Gemini API,Generate content input token count made-up flash text,A-2,Promotion,Usage,"
    '2026-11-10,2026-11-10,"1,000",count,-0.1\n'
    "made-up,Gemini API,Generate content input token count made-up flash text,A-2,,Usage,"
    '2026-11-01,2026-11-30,"9,000",count,0.1\n'
    ",,,,,Rounding error,,,,,0.00\n,,,,,Total,,,,,1.66\n"
)


def test_google_below_its_invoice_with_totals_and_a_month_in_one_row():
    found = read_usage(GOOGLE.encode(), "cost.csv")
    assert [(r.prompt_tokens, r.completion_tokens) for r in found.rows] == [(0, 622403), (1000, 0)]
    assert [total.line for total in found.totals] == [10, 11]
    [unread] = found.unread
    assert unread.line == 9
    assert "2026-11-01 to 2026-11-30" in unread.why
    assert found.other == {
        "credit or other charge: Generate content input token count made-up flash text": 1
    }


PLAIN = "Date,Requests,Input tokens,Output tokens\n2026-11-10,3,1200,40\n"
WRITTEN = {
    "as it is": PLAIN.encode(),
    "with a mark": PLAIN.encode("utf-8-sig"),
    "UTF-16": PLAIN.encode("utf-16"),
    "UTF-16, other end first": b"\xfe\xff" + PLAIN.encode("utf-16-be"),
    "UTF-16 without a mark": PLAIN.encode("utf-16-le"),
    "semicolons": PLAIN.replace(",", ";").encode(),
    "tabs": PLAIN.replace(",", "\t").encode(),
    "quoted": b'"Date","Requests","Input tokens","Output tokens"\r\n"2026-11-10","3","1,200","40"\r\n',
    "thousands by points": b"Date;Requests;Input tokens;Output tokens\n10.11.2026;3;1.200;40\n",
    "thousands by spaces": b"Date;Requests;Input tokens;Output tokens\n10.11.2026;3;1 200;40\n",
    "decimals": b"date,calls,prompt_tokens,completion_tokens\n20261110,3.0,1200.00,40.0\n",
    "a title above": b"Usage of November\n\nDate,Requests,Input tokens,Output tokens\n2026-11-10,3,1200,40\n",
    "a total below": PLAIN.encode() + b"Total,3,1200,40\n",
    "a total with no date": PLAIN.encode() + b",Grand total,,\n",
    "old Mac lines": PLAIN.replace("\n", "\r").encode(),
    "seconds since 1970": b"start_time,calls,input_tokens,output_tokens\n1794301200,3,1200,40\n",
    "with a zone": b"timestamp,calls,input_tokens,output_tokens\n2026-11-10T02:00:00+01:00,3,1200,40\n",
    "in words": b"Date,Requests,Input tokens,Output tokens\n10 November 2026,3,1200,40\n",
    "as Americans do": b"Date,Requests,Input tokens,Output tokens\n11/10/2026,3,1200,40\n11/13/2026,0,0,0\n",
    "as Britons do": b"Date,Requests,Input tokens,Output tokens\n10/11/2026,3,1200,40\n13/11/2026,0,0,0\n",
    "cp1252": "Date,Requests,Input tokens,Output tokens,Cost £\n2026-11-10,3,1200,40,£2\n".encode(
        "cp1252"
    ),
    "dashes for nothing": b"Date,Requests,Input tokens,Output tokens\n2026-11-10,3,1200,40\n2026-11-11,-,-,n/a\n",
}


@pytest.mark.parametrize("how", WRITTEN)
def test_however_it_is_written(how):
    found = rows(WRITTEN[how])
    assert found[0] == ("2026-11-10", "", 3, 1200, 40)
    assert all(row[2:] == (0, 0, 0) for row in found[1:])


def test_a_date_that_may_be_two_days_is_refused_unless_one_says():
    text = b"Date,Requests\n03/04/2026,5\n05/04/2026,6\n"
    with pytest.raises(UsageUnreadable, match="--date-order"):
        read_usage(text, "usage.csv")
    british = read_usage(text, "usage.csv", order="dmy")
    assert [str(row.day) for row in british.rows] == ["2026-04-03", "2026-04-05"]
    american = read_usage(text, "usage.csv", order="mdy")
    assert [str(row.day) for row in american.rows] == ["2026-03-04", "2026-05-04"]
    # Both forms in one file: what shows itself is read, what does not is listed.
    with pytest.raises(UsageUnreadable):
        read_usage(b"Date,Requests\n13/04/2026,5\n04/13/2026,6\n03/04/2026,1\n", "usage.csv")


UNREAD = {
    "no date": (",5,6", "no date"),
    "no day": ("soon,5,6", "not a day"),
    "a day that is none": ("2026-02-30,5,6", "not a day"),
    "half a call": ("2026-11-10,5.5,6", "not a count"),
    "words": ("2026-11-10,many,6", "not a count"),
    "below zero": ("2026-11-10,-5,6", "below zero"),
    "shortened": ("2026-11-10,5,1.2E+06", "spreadsheet"),
    "a comma that is not quoted": ("2026-11-10,5,1,200", "more cells"),
    "no calls": ("2026-11-10,,6", "no count of calls"),
    "nothing": ("2026-11-10,,", "no count of calls"),
    "cut off": ("2026-11-10,5", "ends before"),
    "beyond reason": ("2026-11-10,5,9999999999999999", "more than anybody"),
}


@pytest.mark.parametrize("what", UNREAD)
def test_a_row_that_cannot_be_read_is_listed_and_the_rest_goes_on(what):
    row, why = UNREAD[what]
    text = f"Date,Requests,Input tokens\n2026-11-09,1,2\n{row}\n2026-11-11,3,4\n"
    found = read_usage(text.encode(), "usage.csv")
    assert [row.calls for row in found.rows] == [1, 3]
    [unread] = found.unread
    assert (unread.line, unread.file) == (3, "usage.csv")
    assert why in unread.why
    assert unread.row.split(", ")[0] == row.split(",")[0]


def test_a_blank_span_of_time_is_one_without_calls_but_a_blank_count_is_not():
    text = (
        "start_time,end_time,model,calls,input_tokens\n1794268800,1794355200,,,\n"
        "1794268800,1794355200,m,,\n1794268800,1794355200,,,7\n"
    )
    found = read_usage(text.encode(), "usage.csv")
    assert [row.calls for row in found.rows] == [0]
    assert [unread.why for unread in found.unread] == ["It has no count of calls."] * 2
    tokens = read_usage(b"Date,Input tokens,Output tokens\n2026-11-10,5,\n2026-11-11,,\n", "u")
    assert [row.prompt_tokens for row in tokens.rows] == [5]
    assert [unread.why for unread in tokens.unread] == ["It has no count."]


def test_the_days_of_another_time_zone():
    london = ZoneInfo("Europe/London")
    text = b"start_time,calls\n2026-06-10T23:30:00Z,3\n"
    assert str(read_usage(text, "u", london).rows[0].day) == "2026-06-11"
    whole_day = b"start_time,end_time,calls\n2026-06-10T00:00:00Z,2026-06-11T00:00:00Z,3\n"
    [unread] = read_usage(whole_day, "u", london).unread
    assert "time zone" in unread.why


def test_columns_may_be_named():
    form = named("date=Tag,calls=Anfragen,prompt=Ein+Cache,completion=Aus,model=Modell")
    text = b"Tag;Modell;Anfragen;Ein;Cache;Aus\n10.11.2026;m;3;100;20;7\n"
    assert rows(text, columns=form) == [("2026-11-10", "m", 3, 120, 7)]
    for wrong in ("calls=A", "date=A", "date=A,cals=B", "A"):
        with pytest.raises(UsageUnreadable, match="--columns"):
            named(wrong)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "no heading"),
        (b"one,two\n1,2\n", "no heading"),
        (b"PK\x03\x04rest", "spreadsheet"),
        (b"{not json", "not JSON"),
        (b'Date,Requests\n"' + b"x" * 200_000, "not CSV"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(data, said):
    with pytest.raises(UsageUnreadable, match=said):
        read_usage(data, "usage.csv")


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data):
    for start in (b"", b"Date,Requests,Input tokens\n", b'{"data":['):
        try:
            found = read_usage(start + data, "usage.csv")
        except UsageUnreadable:
            continue
        assert len(found.rows) + len(found.unread) + len(found.totals) <= 1 + data.count(b"\n") + (
            data.count(b"\r") + data.count(b"{") + 1
        )


@given(st.integers(0, 10**14))
def test_numbers_with_any_marks_between_thousands(number):
    assert whole(f"{number:,}") == whole(f"{number:,}".replace(",", " ")) == number
    assert whole(f"{number:,}".replace(",", "."), comma=True) == number
    assert whole(f"{number}.0") == number


@given(st.text(max_size=30))
def test_any_text_is_a_number_and_a_day_or_is_not(text):
    for read in (whole, lambda t: moment(t, datetime.UTC, None)):
        with suppress(Unclear):
            read(text)


def test_days_are_found():
    for text in ("2026-11-10", "20261110", "10 Nov 2026", "Nov 10, 2026", "2026-11-10 UTC"):
        assert moment(text, datetime.UTC, None).day == TENTH
