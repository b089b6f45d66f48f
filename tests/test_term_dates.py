"""Term dates from files as councils and schools publish them: what is taken, and what is left."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.errors import BadInput
from kiosk.school.calendar import timetable_of
from kiosk.school.sections import SchoolCalendar, TermSection
from kiosk.school.term_dates import Kind, TermDates, kind_of, read_term_dates
from kiosk.school.term_files import MAX_BYTES, MAX_ENTRIES, MAX_LINES, Entry


def ical(*events: str, around: str = "VERSION:2.0\nPRODID:-//Council//EN") -> bytes:
    """An iCalendar file of events, whose lines are parted by ``|``."""
    blocks = [
        f"BEGIN:VEVENT\nUID:{n}\nDTSTAMP:20260101T000000Z\n{event}\nEND:VEVENT"
        for n, event in enumerate(events)
    ]
    text = "\n".join(["BEGIN:VCALENDAR", around, *blocks, "END:VCALENDAR", ""])
    return text.replace("|", "\n").replace("\n", "\r\n").encode()


def days(name: str, first: str, after: str = "") -> str:
    """An event of whole days; ``after`` is the day after its last."""
    end = f"|DTEND;VALUE=DATE:{after}" if after else ""
    return f"SUMMARY:{name}|DTSTART;VALUE=DATE:{first}{end}"


AUTUMN = days("Autumn Term 2026", "20260901", "20261219")
AUTUMN_SECTION = TermSection(
    name="Autumn Term 2026", first=date(2026, 9, 1), last=date(2026, 12, 18)
)


def read(*events: str) -> TermDates:
    return read_term_dates(ical(*events))


def sheet(*lines: str) -> TermDates:
    return read_term_dates("\n".join(["Name,First,Last,Kind", *lines]).encode())


def test_a_councils_calendar_becomes_terms() -> None:
    dates = read(
        AUTUMN,
        days("Half term", "20261026", "20261031"),
        days("INSET day - school closed to pupils", "20260901"),
        days("Christmas holiday", "20261221", "20270102"),
        days("Spring Term", "20270104", "20270326"),
        days("Bank Holiday Monday", "20270111"),
        days("Good Friday", "20270326"),
    )

    autumn, spring = dates.terms
    assert autumn == AUTUMN_SECTION.model_copy(
        update={
            "half_term": (date(2026, 10, 26), date(2026, 10, 30)),
            "inset": (date(2026, 9, 1),),
        }
    )
    assert (spring.first, spring.last) == (date(2027, 1, 4), date(2027, 3, 25))
    # Good Friday is outside the terms, where there is no school anyway.
    assert [(c.date, c.reason) for c in dates.closures] == [
        (date(2027, 1, 11), "Bank Holiday Monday")
    ]
    assert dates.not_understood == ()


def test_six_short_terms_need_no_half_terms() -> None:
    dates = read(
        days("Term 1", "20260901", "20261024"),
        days("Half-term", "20261024", "20261102"),
        days("Term 2", "20261102", "20261219"),
    )

    assert [(t.name, t.half_term) for t in dates.terms] == [("Term 1", None), ("Term 2", None)]
    assert dates.not_understood == ()


@pytest.mark.parametrize(
    "lines",
    [
        "DTSTART:20260901T000000|DTEND:20261219T000000",  # floating
        "DTSTART:20260831T230000Z|DTEND:20261219T000000Z",  # UTC, in summer and in winter
        "DTSTART;TZID=Europe/London:20260901T084500|DTEND;TZID=Europe/London:20261218T151500",
        "DTSTART;TZID=The School:20260901T000000|DTEND;TZID=The School:20261219T000000",
        "DTSTART;VALUE=DATE:20260901|DURATION:P109D",
    ],
)
def test_however_a_calendar_says_its_days_they_are_the_schools(lines: str) -> None:
    assert read(f"SUMMARY:Autumn Term 2026|{lines}").terms == (AUTUMN_SECTION,)


@pytest.mark.parametrize(
    "lines",
    [
        "DTSTART;VALUE=DATE:20260901",
        "DTSTART;VALUE=DATE:20260901|DTEND;VALUE=DATE:20260902",
        "DTSTART;VALUE=DATE:20260901|DTEND;VALUE=DATE:20260901",
        "DTSTART:20260901T000000",
        "DTSTART:20260901T090000|DTEND:20260901T153000",
        "DTSTART:20260831T230000Z|DTEND:20260901T230000Z",
    ],
)
def test_one_day_is_one_day(lines: str) -> None:
    (term,) = read(AUTUMN, f"SUMMARY:INSET|{lines}").terms

    assert term.inset == (date(2026, 9, 1),)


def test_a_files_own_zones_are_left_aside_and_folded_lines_joined() -> None:
    zone = (
        "BEGIN:VTIMEZONE|TZID:Council|BEGIN:STANDARD|DTSTART:16010101T020000|TZOFFSETFROM:+0500|"
        "TZOFFSETTO:+0500|RRULE:FREQ=SECONDLY;UNTIL=16010101T030000|END:STANDARD|END:VTIMEZONE"
    )
    folded = (
        "SUMMARY:Autumn|  Term 2026|DTSTART;TZID=Council:20260901T000000"
        "|DTEND;TZID=Council:20261219T000000"
    )

    assert read_term_dates(ical(folded, around=zone)).terms == (AUTUMN_SECTION,)


@pytest.mark.parametrize(
    ("begins", "ends", "name"),
    [
        ("Autumn term begins", "Autumn term ends", "Autumn Term 2026"),
        ("First day of term for pupils", "Last day of term", "Term 2026"),
        ("Start of Term 1", "End of term", "Term 1 2026"),
    ],
)
def test_a_terms_first_and_last_day_make_a_term(begins: str, ends: str, name: str) -> None:
    (term,) = read(days(ends, "20261218"), days(begins, "20260901")).terms

    assert term == AUTUMN_SECTION.model_copy(update={"name": name})


@pytest.mark.parametrize(
    "events",
    [
        [days("Term starts", "20260901")],
        [days("Term ends", "20261218")],
        [days("Autumn term starts", "20260901"), days("Spring term ends", "20261218")],
        [days("Term starts", "20260901"), days("Term ends", "20270901")],
        [days("Term ends", "20260901"), days("Term starts", "20261218")],
    ],
)
def test_first_and_last_days_that_do_not_pair_are_left(events: list[str]) -> None:
    dates = read(*events)

    assert dates.terms == ()
    assert len(dates.not_understood) == len(events)
    assert all("is not plain" in words for words in dates.not_understood)


def test_of_three_marks_the_two_that_pair_make_a_term() -> None:
    dates = read(
        days("Term starts", "20260801"),
        days("Term starts", "20260901"),
        days("Term ends", "20261218"),
    )

    assert [term.first for term in dates.terms] == [date(2026, 9, 1)]
    assert dates.not_understood == (
        '2026-08-01, "Term starts": which is that term\'s last day is not plain',
    )


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Term 1", Kind.TERM),
        ("Autumn Term 2026/27", Kind.TERM),
        ("Autumn 1", Kind.TERM),
        ("Autumn", None),
        ("Term dates", None),
        ("Long-term planning", None),
        ("Term time only club", None),
        ("Half Term", Kind.HALF_TERM),
        ("October half-term holiday (school closed)", Kind.HALF_TERM),
        ("Mid-term break", Kind.HALF_TERM),
        ("Mid-term exams", None),
        ("Half term 1", None),
        ("Half term begins", None),
        ("Half-day INSET", None),
        ("INSET", Kind.INSET),
        ("Staff training day", Kind.INSET),
        ("Non-pupil day", Kind.INSET),
        ("Staff training (school open)", None),
        ("Twilight INSET", None),
        ("INSET moved to 5 May", None),
        ("Pupils return after INSET", None),
        ("INSET 13:00", None),
        ("Early May Bank Holiday", Kind.CLOSED),
        ("Bank holiday fair", None),
        ("New Year's Day", Kind.CLOSED),
        ("New Year's Day concert", None),
        ("School closed - polling", Kind.CLOSED),
        ("School closed from 1pm", None),
        ("Swimming pool closed to pupils", None),
        ("Christmas holidays", Kind.HOLIDAY),
        ("Spring break", Kind.HOLIDAY),
        ("Holiday club", None),
        ("Summer term starts", Kind.BEGINS),
        ("Last day of term", Kind.ENDS),
        ("First and last day of term", None),
        ("First day back", None),
        ("Last day of term, close at 1.30pm", None),
        ("Year 11 prom", None),
        ("", None),
    ],
)
def test_a_name_says_plainly_what_it_is_or_nothing(name: str, kind: Kind | None) -> None:
    assert kind_of(Entry("", name)) is kind


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (days("Christmas fair", "20261204"), '2026-12-04, "Christmas fair": its name does not say'),
        (days("Term 1", "20270105"), "no term is 1 days long"),
        (days("Term 1", "20270101", "20271001"), "no term is 273 days long"),
        (days("Half term", "20270101", "20270201"), "no half-term is 31 days long"),
        (days("INSET", "20260901", "20261101"), "it is 61 days long"),
        (days("Term starts", "20260901", "20260904"), "that is one day, not several"),
        (days("Half term", "20261214", "20261222"), 'only partly within "Autumn Term 2026"'),
        (days("Autumn holiday", "20261101", "20261105"), 'a holiday, but within "Autumn Term'),
        ("SUMMARY:INSET|DTSTART:20261001T140000|DTEND:20261001T160000", "the whole day"),
        ("SUMMARY:INSET|DTSTART:20261001T140000", "the whole day"),
        (days("INSET", "20261001") + "|RRULE:FREQ=WEEKLY", "it repeats"),
        (days("INSET", "20261001", "20260901"), "it ends before it begins"),
        (days("INSET", "2026100"), "its DTSTART cannot be read"),
        (days("INSET", "20261001", "2026-1"), "its DTEND cannot be read"),
        (days("INSET", "20261001") + "|DTSTART;VALUE=DATE:20261002", "its DTSTART cannot be read"),
        (days("INSET", "20261001") + "|DURATION:long", "its DURATION cannot be read"),
        (days("INSET", "02261001"), "no school keeps that year"),
        ("SUMMARY:INSET", "it has no date"),
    ],
)
def test_what_is_not_understood_is_listed_and_left(event: str, words: str) -> None:
    dates = read(AUTUMN, event)

    assert dates.terms == (AUTUMN_SECTION,)
    assert dates.closures == ()
    (left,) = dates.not_understood
    assert words in left


def test_terms_that_overlap_are_all_left_for_somebody_to_choose() -> None:
    dates = read(
        AUTUMN, days("Term 1", "20260901", "20261024"), days("Term 2", "20261102", "20261219")
    )

    assert dates.terms == ()
    assert sorted(words.split(": ")[0] for words in dates.not_understood) == [
        '2026-09-01, "Autumn Term 2026"',
        '2026-09-01, "Term 1"',
        '2026-11-02, "Term 2"',
    ]


def test_a_second_half_term_and_one_without_a_term_are_left() -> None:
    halves = (days("Half term", "20260921", "20260926"), days("Half term", "20261026", "20261031"))

    assert "has a half-term already" in read(AUTUMN, *halves).not_understood[0]
    assert "no term in the file" in read(halves[0]).not_understood[0]


def test_a_half_term_day_by_day_is_one() -> None:
    fortnight = [days("Half term", f"202610{day}") for day in (19, 20, 21, 22, 23, 26, 27, 28)]

    (term,) = read(AUTUMN, *reversed(fortnight)).terms
    assert term.half_term == (date(2026, 10, 19), date(2026, 10, 28))


def test_what_stands_there_twice_or_was_cancelled_counts_once_or_not() -> None:
    inset = days("INSET", "20261005")
    cancelled = days("INSET", "20261006") + "|STATUS:CANCELLED"

    dates = read(AUTUMN, AUTUMN, inset, inset, cancelled)
    assert dates.terms[0].inset == (date(2026, 10, 5),)
    assert dates.not_understood == ()


def test_without_terms_staff_days_are_closed_days() -> None:
    dates = read(days("INSET", "20261005", "20261007"), days("Good Friday", "20270326"))

    assert [c.date for c in dates.closures] == [
        date(2026, 10, 5),
        date(2026, 10, 6),
        date(2027, 3, 26),
    ]
    assert "holidays alone" in read(days("Easter holidays", "20270329")).not_understood[0]


def test_a_sheet_says_the_kind_or_leaves_it_to_the_name() -> None:
    dates = sheet(
        "Michaelmas,01/09/2026,18/12/2026,Term",
        "Half term,26/10/2026,30/10/2026,",
        "Planning,2026-09-01,,INSET",
        "Founder's day,02/11/2026,,closed",
    )

    (term,) = dates.terms
    assert (term.name, term.first, term.last) == (
        "Michaelmas",
        date(2026, 9, 1),
        date(2026, 12, 18),
    )
    assert term.half_term == (date(2026, 10, 26), date(2026, 10, 30))
    assert term.inset == (date(2026, 9, 1),)
    assert [(c.date, c.reason) for c in dates.closures] == [(date(2026, 11, 2), "Founder's day")]


@pytest.mark.parametrize(
    "text",
    [
        "01/09/2026",
        "2026-09-01",
        "1/9/26",
        "1.9.2026",
        "01-09-2026",
        "1 September 2026",
        "Tue 1st Sep 2026",
        "Tuesday 1 September 2026",
        "01/09/2026 00:00",
    ],
)
def test_dates_are_read_as_the_united_kingdom_writes_them(text: str) -> None:
    assert sheet(f'"Closure","{text}",,closed').closures[0].date == date(2026, 9, 1)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("INSET,09/25/2026,,", 'row 2, "INSET": "09/25/2026" is no date'),
        ("INSET,soon,,", '"soon" is no date; write 01/09/2026 or 2026-09-01'),
        ("INSET,01/09/2026,31/09/2026,", '"31/09/2026" is no date'),
        ("INSET,02/09/2026,01/09/2026,", "it ends before it begins"),
        ("INSET,,,", '"" is no date'),
        ("INSET,02/09/2026,,fun", 'row 2, 2026-09-02, "INSET": there is no kind "fun"; there are'),
        ("Long,02/09/2026,02/09/2028,term", "no term is 732 days long"),
    ],
)
def test_a_row_that_is_not_understood_is_listed_by_its_number(line: str, words: str) -> None:
    (left,) = sheet(line).not_understood

    assert words in left


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbfTerm;Start date;End date\r\nAutumn Term 2026;01/09/2026;18/12/2026\r\n",
        "Event\tFrom\tTo\nAutumn Term 2026\t01/09/2026\t18/12/2026\n\n".encode("utf-16"),
    ],
)
def test_the_usual_kinds_of_sheet_are_understood(data: bytes) -> None:
    assert read_term_dates(data).terms == (AUTUMN_SECTION,)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "must name the columns"),
        (b"a,b\n1,2\n", "It has: a, b. Give a column the heading name and another first"),
        (b"Name,First\n", "no dates in the file"),
        (b'Name,First\n"x,1\n', "neither a calendar file nor CSV"),
        (b"PK\x03\x04\x00\x00", "save the sheet as CSV first"),
        (b"x" * (MAX_BYTES + 1), "larger than 2048 KiB"),
        (b"Name,First\n" + b"x,1\n" * (MAX_ENTRIES + 1), "more than 5000 rows"),
        (ical(), "no dates in the file"),
        (ical(AUTUMN)[:-20], "cut short"),
        (ical("SUMMARY;:Term 1").replace(b"END:VEVENT\r\n", b""), "no dates in the file"),
        (b"BEGIN:VCALENDAR\nwhat\nEND:VCALENDAR\n", "calendar file is broken"),
        (ical(around="BEGIN:VEVENT\n" * (MAX_ENTRIES + 1)), "more than 5000 events"),
        (ical(around="X:1\n" * MAX_LINES), "more than 100000 lines"),
    ],
)
def test_a_file_that_cannot_be_used_gives_one_clear_error(data: bytes, words: str) -> None:
    with pytest.raises(BadInput) as caught:
        read_term_dates(data)

    assert words in str(caught.value)
    assert str(caught.value).isprintable()


@given(st.binary(max_size=200), st.integers(0, 400), st.booleans())
def test_a_damaged_file_gives_dates_or_one_error(noise: bytes, place: int, is_sheet: bool) -> None:
    whole = b"Name,First,Last\nTerm 1,01/09/2026,18/12/2026\n" if is_sheet else ical(AUTUMN)
    data = whole[:place] + noise + whole[place + len(noise) // 2 :]

    try:
        assert all(words.isprintable() for words in read_term_dates(data).not_understood)
    except BadInput as fault:
        assert str(fault).isprintable()  # noqa: PT017 - either is right


NAMES = [
    "Term 1",
    "Autumn term",
    "Half term",
    "INSET",
    "School closed",
    "Easter holiday",
    "Term starts",
    "Term ends",
    "Fair",
    "Good Friday",
]


@given(
    st.lists(
        st.tuples(st.sampled_from(NAMES), st.integers(0, 300), st.integers(0, 120)),
        min_size=1,
        max_size=12,
    )
)
def test_whatever_is_taken_makes_a_timetable(
    entries: list[tuple[str, int, int]],
) -> None:
    start = date(2026, 9, 1)
    rows = [f"{name},{start + timedelta(n)},{start + timedelta(n + m)}," for name, n, m in entries]
    dates = sheet(*rows)

    week = {
        "days": ["mon"],
        "arrival": "08:00",
        "locked": "09:00",
        "release": "15:00",
        "closed": "16:00",
    }
    sections = SchoolCalendar.model_validate(
        {"week": [week], "terms": dates.terms, "closures": dates.closures}
    )
    timetable = timetable_of(sections, lambda admission: None)
    assert all(timetable.term(term.first) for term in dates.terms)
