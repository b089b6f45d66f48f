"""How numbers are spelled, and what a spelling says of a card."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hardware.profiles import PROFILES, BadNumber, claims, infer, kind_of, read_number, spell

CARD = bytes.fromhex("946EBD28")
LONG = bytes.fromhex("04C43BC21C2680")
FOB = bytes.fromhex("01006EBD28")
WHOLE = ["hex", "hex-rev", "dec", "dec-rev"]

UID = st.sampled_from([4, 5, 7, 10]).flatmap(
    lambda length: st.binary(min_size=length, max_size=length).filter(any)
)
PROFILE = st.sampled_from(list(PROFILES))


def says(profile: str, uid: bytes) -> set[tuple[str, bytes]]:
    """What a number of that profile may truly say of the card."""
    return {(kind_of(uid), uid)} | claims(uid)


# One card and the numbers that readers, lists and other programs have for it.
@pytest.mark.parametrize(
    ("profile", "number"),
    [
        ("hex", "946EBD28"),
        ("hex", "94:6E:BD:28"),
        ("hex-rev", "28BD6E94"),
        ("dec", "2490285352"),
        ("dec-rev", "683503252"),
        ("dec-rev", "0683503252"),
        ("bcc-dec", "637513050223"),
    ],
)
def test_a_number_that_lost_nothing_says_the_whole_uid(profile: str, number: str):
    assert read_number(profile, number) == ("iso14443a", CARD)
    assert infer([(CARD, number)]) == (profile,)


@pytest.mark.parametrize(
    ("profile", "number", "kind", "rest"),
    [
        ("dec24", "7257384", "claim:w26", "6EBD28"),
        ("w26", "110,48424", "claim:w26", "6EBD28"),
        ("w26-rev", "189,28308", "claim:w26-rev", "BD6E94"),
        ("dec24-rev", "12414612", "claim:w26-rev", "BD6E94"),
    ],
)
def test_a_number_that_lost_bits_is_a_claim(profile: str, number: str, kind: str, rest: str):
    claim = (kind, bytes.fromhex(rest))
    assert read_number(profile, number) == claim
    assert claim in claims(CARD)
    assert infer([(CARD, number)]) == (profile,)


@pytest.mark.parametrize(
    ("profile", "number"), [("cl1", "8804C43B"), ("dec-rev", "1002701960"), ("hex", "8804C43B")]
)
def test_the_first_level_of_a_longer_uid_is_a_claim(profile: str, number: str):
    claim = ("claim:cl1", bytes.fromhex("04C43B"))
    assert read_number(profile, number) == claim
    assert claim in claims(LONG)


@pytest.mark.parametrize(
    ("profile", "number"), [("cl1", "8804C43B"), ("dec-rev", "1002701960"), ("dec", "2282013755")]
)
def test_a_reader_of_the_first_level_alone_is_found_out(profile: str, number: str):
    assert infer([(LONG, number)]) == (profile,)


def test_the_spellings_of_the_table():
    assert {name: spell(name, CARD) for name in PROFILES} == {
        "hex": "946EBD28",
        "hex-rev": "28BD6E94",
        "dec": "2490285352",
        "dec-rev": "0683503252",
        "bcc-dec": "637513050223",
        "cl1": "946EBD28",
        "w26": "110,48424",
        "w26-rev": "189,28308",
        "dec24": "7257384",
        "dec24-rev": "12414612",
        "dec32": "2490285352",
        "dec32-rev": "0683503252",
        "hex32": "946EBD28",
        "hex32-rev": "28BD6E94",
    }


def test_what_a_reader_of_the_first_level_spells():
    assert spell("cl1", LONG) == "8804C43B"


def test_the_number_printed_on_a_fob_is_a_claim_by_its_low_four_bytes():
    claim = ("claim:dec32", bytes.fromhex("006EBD28"))
    assert read_number("dec32", "0007257384") == claim
    assert claim in claims(FOB)
    assert claim == read_number("hex32", "006EBD28")


def test_a_fob_has_no_cascade_levels():
    assert {kind for kind, _ in claims(FOB)} == {
        "claim:w26", "claim:w26-rev", "claim:dec32", "claim:dec32-rev",
    }  # fmt: skip


def test_a_whole_fob_has_a_kind_of_its_own():
    assert read_number("hex", "01006EBD28") == ("em4100", FOB)
    assert read_number("dec", spell("dec", FOB)) == ("em4100", FOB)


@given(PROFILE, UID)
def test_whatever_is_spelled_says_something_true_of_the_card(profile: str, uid: bytes):
    try:
        number = spell(profile, uid)
        assert read_number(profile, number) in says(profile, uid)
    except BadNumber as refused:
        assume("zero" not in str(refused))  # a cut that left only zeros
        assert profile in ("bcc-dec", "cl1")
        assert len(uid) != 4 or uid[0] == 0x88


@given(st.sampled_from(WHOLE), UID)
def test_what_loses_nothing_says_exactly_the_card(profile: str, uid: bytes):
    assume(len(uid) != 4 or uid[0] != 0x88)
    assert read_number(profile, spell(profile, uid)) == (kind_of(uid), uid)


@given(st.binary(min_size=3, max_size=3).filter(any), st.sampled_from(WHOLE))
def test_no_whole_uid_begins_with_the_cascade_tag(rest: bytes, profile: str):
    uid = b"\x88" + rest
    assert read_number(profile, spell(profile, uid)) == ("claim:cl1", rest)
    assert ("claim:cl1", rest) in claims(uid)


@given(PROFILE, UID)
def test_a_profile_is_found_by_its_own_spelling(profile: str, uid: bytes):
    try:
        number = spell(profile, uid)
        said = read_number(profile, number)
    except BadNumber:
        return
    found = infer([(uid, number)])
    assert found
    assert {read_number(name, number) for name in found} <= says(profile, uid)
    assert profile in found or said[0].startswith("claim:") or profile == "cl1"


@given(st.lists(UID, min_size=2, max_size=4, unique=True), st.sampled_from(["hex", "dec-rev"]))
def test_numbers_of_other_cards_are_explained_by_nothing(uids: list[bytes], profile: str):
    """Every card with the number of the next: what explained one would have to be by chance."""
    numbers = [spell(profile, uid) for uid in [*uids[1:], uids[0]]]
    for name in infer(list(zip(uids, numbers, strict=True))):
        for uid, number in zip(uids, numbers, strict=True):
            assert read_number(name, number) in says(name, uid)


def test_two_cards_tell_a_fobs_printed_number_from_a_26_bit_one():
    other = bytes.fromhex("0142A1B2C3")
    assert infer([(FOB, "0007257384")]) == ("dec24", "dec32")
    assert infer([(FOB, "0007257384"), (other, "1117893315")]) == ("dec32",)


def test_a_reader_that_cuts_long_cards_alone_is_found_by_both():
    assert infer([(CARD, "946EBD28"), (LONG, "8804C43B")]) == ("cl1",)
    assert read_number("cl1", "946EBD28") == ("iso14443a", CARD)


def test_two_whole_lengths_are_one_profile():
    assert infer([(CARD, "946ebd28"), (LONG, "04 C4 3B C2 1C 26 80")]) == ("hex",)


@pytest.mark.parametrize("number", ["nonsense", "", "2.49E+09", "12345678"])
def test_what_nothing_explains_has_no_profile(number: str):
    assert infer([(CARD, number)]) == ()


def test_no_example_shows_nothing():
    assert infer([]) == ()


@pytest.mark.parametrize(
    "text",
    ["946ebd28", " 946EBD28\r\n", "'946EBD28", "94-6E-BD-28", "94 6E BD 28", "94.6e.bd.28",
     "' 946EBD28", "0x946EBD28", "\u00a0946EBD28", "\ufeff946EBD28"],
)  # fmt: skip
def test_hex_is_read_however_it_is_parted(text: str):
    assert read_number("hex", text) == ("iso14443a", CARD)


@pytest.mark.parametrize("text", ["683503252", "0683503252", "'0683503252", "00000683503252",
                                  "683503252.0", "683503252.00"])  # fmt: skip
def test_zeros_around_a_decimal_do_not_matter(text: str):
    assert read_number("dec-rev", text) == ("iso14443a", CARD)


@pytest.mark.parametrize("text", ["110,48424", "110, 48424", "110:48424", "110-48424", "110/48424",
                                  "11048424"])  # fmt: skip
def test_a_facility_code_is_parted_from_its_number_in_many_ways(text: str):
    assert read_number("w26", text) == ("claim:w26", CARD[1:])


def test_a_facility_code_needs_no_zeros():
    assert read_number("w26", "8,4") == read_number("w26", "008,00004")


@pytest.mark.parametrize(
    ("digits", "kind", "length"),
    [(10, "iso14443a", 4), (13, "em4100", 5), (17, "iso14443a", 7), (25, "iso14443a", 10)],
)
def test_the_width_of_a_padded_decimal_tells_the_length(digits: int, kind: str, length: int):
    assert read_number("dec", "1".zfill(digits)) == (kind, b"\x01".rjust(length, b"\0"))


@pytest.mark.parametrize(
    ("value", "length"),
    [(1, 4), (2**32 - 1, 4), (2**32, 5), (2**40 - 1, 5), (2**40, 7), (2**56, 10), (2**80 - 1, 10)],
)
def test_the_value_of_an_unpadded_decimal_tells_the_least_length(value: int, length: int):
    assert len(read_number("dec", str(value))[1]) == length


@pytest.mark.parametrize(
    ("profile", "text", "said"),
    [
        ("hex", "", "no number"),
        ("hex", " ' ", "no number"),
        ("hex", "9" * 65, "too long"),
        ("hex", "946EBD2", "odd count.*text in the spreadsheet"),
        ("hex", "4C43BC21C2680", "odd count"),
        ("hex", "946EBD", "6 hexadecimal digits, not 8, 10, 14 or 20"),
        ("hex", "946EBD2G", "other signs.*two known cards"),
        ("hex", "94,6E,BD,28", "other signs"),
        ("hex", "00000000", "zero.*empty cell"),
        ("hex32", "04C43BC21C2680", "14 hexadecimal digits, not 8"),
        ("cl1", "04C43BC21C2680", "14 hexadecimal digits, not 8"),
        ("dec", "946EBD28", "other signs than digits"),
        ("dec", "٢٤٩٠٢٨٥٣٥٢", "other signs than digits"),
        ("dec", "-5", "other signs"),
        ("dec", "2490285352.5", "other signs"),
        ("dec", str(2**80), "greater than 80 bits"),
        ("dec", "1342688213345920.0", "spreadsheet has rounded"),
        ("dec24", str(2**24), "greater than 24 bits"),
        ("dec32", str(2**32), "greater than 32 bits"),
        ("dec", "0", "zero"),
        ("w26", "7257384", "comma between"),
        ("w26", "256,00001", "up to 255"),
        ("w26", "001,65536", "up to 65535"),
        ("w26", "1,2,3", "comma between"),
        ("bcc-dec", "637513050224", "check byte does not fit"),
        ("bcc-dec", str(2**40), "greater than 40 bits"),
        ("bcc-dec", "584190898496", "three of the seven bytes.*enrol"),
    ],
)
def test_what_is_wrong_is_said_with_what_to_do(profile: str, text: str, said: str):
    with pytest.raises(BadNumber, match=said):
        read_number(profile, text)


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("text", ["2.49E+09", "2,49E+09", "2E+09", "1.34127e+15", "2.49E09"])
def test_a_number_that_a_spreadsheet_rounded_is_recognised(profile: str, text: str):
    with pytest.raises(BadNumber, match="A spreadsheet has rounded the number"):
        read_number(profile, text)


def test_an_e_in_hex_is_no_rounding():
    assert read_number("hex", "946E1234") == ("iso14443a", bytes.fromhex("946E1234"))


@given(PROFILE, st.text(max_size=30))
def test_any_text_is_read_or_refused(profile: str, text: str):
    try:
        kind, number = read_number(profile, text)
    except BadNumber:
        return
    assert (len(number) in (3, 4)) if kind.startswith("claim:") else kind == kind_of(number)


@given(PROFILE, st.from_regex(r"[0-9A-Fa-f][0-9A-Fa-f:,.+]{4,69}", fullmatch=True))
def test_no_refusal_quotes_the_number(profile: str, text: str):
    try:
        read_number(profile, text)
    except BadNumber as refused:
        quoted = text.upper() in str(refused).upper()
    else:
        return
    assert not quoted


@pytest.mark.parametrize("act", [read_number, lambda name, text: spell(name, CARD)])
def test_an_unknown_profile_is_answered_with_the_known_ones(act):
    with pytest.raises(ValueError, match=r"no such card profile; there are hex, hex-rev, .*w26"):
        act("hexx", "946EBD28")


@pytest.mark.parametrize("act", [claims, kind_of, lambda uid: spell("hex", uid)])
def test_no_uid_has_six_bytes(act):
    with pytest.raises(ValueError, match="4, 5, 7 or 10 bytes, not 6"):
        act(bytes(6))


@pytest.mark.parametrize(
    ("profile", "uid"), [("bcc-dec", LONG), ("bcc-dec", FOB), ("cl1", FOB),
                         ("bcc-dec", b"\x88\x01\x02\x03")]
)  # fmt: skip
def test_a_card_without_such_a_number_has_none_spelled(profile: str, uid: bytes):
    with pytest.raises(BadNumber):
        spell(profile, uid)
