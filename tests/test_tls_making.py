"""The device's own authority and certificates: for whom, for how long, and by which clock."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError
from hypothesis import given
from hypothesis import strategies as st
from tls_fixtures import NAMES, NOW, TODAY

from kiosk.events import Moment
from kiosk.tls.making import FIRST, LIFE, Pair, is_for, make_authority, make_certificate


@pytest.fixture(scope="module")
def authority() -> Pair:
    return make_authority("front", "St Mary's", NAMES, NOW)


def verify(authority: Pair, made: Pair, name: str, at: datetime = TODAY) -> None:
    """As a strict client does that has imported the authority."""
    store = Store([authority.certificate])
    subject = x509.IPAddress(ip_address(name)) if name[0].isdigit() else x509.DNSName(name)
    PolicyBuilder().store(store).time(at).build_server_verifier(subject).verify(
        made.certificate, []
    )


@pytest.mark.parametrize("name", NAMES)
def test_whoever_trusts_the_authority_takes_the_certificate_for_every_name(
    authority: Pair, name: str
) -> None:
    verify(authority, make_certificate(authority, NAMES, NOW), name)


def test_it_is_for_no_other_name(authority: Pair) -> None:
    with pytest.raises(VerificationError):
        verify(authority, make_certificate(authority, NAMES, NOW), "other.local")


@pytest.mark.parametrize("name", ["bank.example", "192.168.0.9"])
def test_what_a_stolen_authority_signs_for_others_is_refused(authority: Pair, name: str) -> None:
    forged = make_certificate(authority, [name], NOW)
    with pytest.raises(VerificationError):
        verify(authority, forged, name)


@pytest.mark.parametrize(
    ("names", "forged"), [(["kiosk.local"], "10.0.0.5"), (["10.0.0.5"], "kiosk.local")]
)
def test_an_authority_for_one_kind_of_name_signs_none_of_the_other(
    names: list[str], forged: str
) -> None:
    narrow = make_authority("front", "School", names, NOW)
    with pytest.raises(VerificationError):
        verify(narrow, make_certificate(narrow, [forged], NOW), forged)


def test_a_name_with_a_dot_before_it_stands_for_all_below_it() -> None:
    wide = make_authority("front", "School", [".school.example"], NOW)
    made = make_certificate(wide, [".school.example"], NOW)
    verify(wide, made, "kiosk.school.example")
    verify(wide, made, "school.example")


def test_the_authority_knows_whom_it_is_for(authority: Pair) -> None:
    certificate = authority.certificate
    assert is_for(certificate, NAMES)
    assert is_for(certificate, NAMES[:1])
    assert not is_for(certificate, [*NAMES, "kiosk.school.example"])


@given(st.datetimes(datetime(2026, 1, 1), datetime(2034, 1, 1)), st.sampled_from([0, 1, 819]))
def test_by_a_trusted_clock_it_is_good_from_yesterday_for_at_most_825_days(
    authority: Pair, naive: datetime, day: int
) -> None:
    at = naive.replace(tzinfo=UTC)
    made = make_certificate(authority, NAMES, Moment(at, 1.0))
    verify(authority, made, "kiosk.local", at + timedelta(days=day))
    start, end = made.certificate.not_valid_before_utc, made.certificate.not_valid_after_utc
    assert (start <= at, end - start < timedelta(days=825)) == (True, True)


@given(st.datetimes(datetime(1970, 1, 1), datetime(2090, 1, 1)))
def test_no_wrong_clock_makes_one_that_is_refused_today_or_in_years(naive: datetime) -> None:
    wrong = Moment(naive.replace(tzinfo=UTC), 1.0, trusted=False)
    authority = make_authority("front", "School", NAMES, wrong)
    made = make_certificate(authority, NAMES, wrong)
    for years in (0, 8):
        verify(authority, made, "kiosk.local", TODAY + timedelta(days=365 * years))


def test_a_certificate_never_outlasts_its_authority(authority: Pair) -> None:
    ends = authority.certificate.not_valid_after_utc
    late = Moment(ends - timedelta(days=40), 1.0)
    assert make_certificate(authority, NAMES, late).certificate.not_valid_after_utc == ends
    assert ends - FIRST > 4 * LIFE


def test_a_pair_is_read_as_it_was_written(authority: Pair) -> None:
    again = Pair.from_pem(authority.to_pem())
    assert again.certificate == authority.certificate
    assert again.key.private_numbers() == authority.key.private_numbers()


def test_two_authorities_of_one_kiosk_can_be_told_apart(authority: Pair) -> None:
    other = make_authority("front", "St Mary's", NAMES, NOW)
    assert other.certificate.subject != authority.certificate.subject


def test_long_names_of_schools_and_hosts_are_cut_where_a_certificate_has_no_room() -> None:
    host = f"{'a' * 60}.{'b' * 60}.example"
    authority = make_authority("front", "x" * 80, [host], NOW)
    verify(authority, make_certificate(authority, [host], NOW), host)
