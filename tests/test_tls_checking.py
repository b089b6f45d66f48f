"""What is said of a certificate and a key before they are served."""

from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
)
from cryptography.x509.oid import ExtendedKeyUsageOID
from tls_fixtures import NAMES, NOW, TODAY, issue

from kiosk.events import Moment
from kiosk.tls.checking import examine
from kiosk.tls.making import Pair, certificate_pem, make_authority, make_certificate

ONE = ["kiosk.local"]


@pytest.fixture(scope="module")
def made() -> Pair:
    return make_certificate(make_authority("front", "School", NAMES, NOW), NAMES, NOW)


def judged(pair: Pair, names: list[str] = ONE, now: Moment = NOW) -> tuple[str, ...]:
    it = examine(pair.to_pem(), pair.to_pem(), names, now)
    assert it.faults == ()
    return it.troubles


def test_nothing_is_wrong_with_what_the_kiosk_makes(made: Pair) -> None:
    it = examine(made.to_pem(), made.to_pem(), NAMES, NOW)
    assert (it.faults, it.troubles) == ((), ())
    assert it.certificate is not None
    assert (it.certificate.names, it.certificate.is_self_signed) == (NAMES, False)
    assert it.certificate.in_words() == "for kiosk.local, 10.0.0.5, until 2029-02-20"


def test_the_fingerprint_is_written_as_browsers_show_it(made: Pair) -> None:
    it = examine(made.to_pem(), made.to_pem(), NAMES, NOW)
    assert it.certificate is not None
    pairs = it.certificate.fingerprint.split(":")
    assert (len(pairs), {len(pair) for pair in pairs}) == (32, {2})


@pytest.mark.parametrize(
    ("days", "words"),
    [(30, ""), (29, "it ends on 2026-12-22, in 29 days"), (0, "browsers refuse it")],
)
def test_the_end_is_told_thirty_days_before(days: int, words: str) -> None:
    said = judged(issue(days=(-9, days)))
    assert (words in " ".join(said), len(said)) == (True, bool(words))


def test_one_that_has_not_begun_is_told() -> None:
    assert judged(issue(days=(2, 9))) == ("it begins on 2026-11-25 only",)


def test_a_date_by_a_doubtful_clock_is_told_as_doubtful() -> None:
    doubtful = Moment(TODAY + timedelta(days=400), 1.0, trusted=False)
    assert "if this machine's clock is right" in judged(issue(), now=doubtful)[0]


@pytest.mark.parametrize(
    ("name", "asked", "is_covered"),
    [
        ("kiosk.local", "KIOSK.local", True),
        ("*.school.example", "kiosk.school.example", True),
        ("*.school.example", ".school.example", True),
        ("*.school.example", "a.b.school.example", False),
        ("kiosk.school.example", ".school.example", False),
        ("", "kiosk.local", False),
    ],
)
def test_names_count_as_browsers_count_them(name: str, asked: str, is_covered: bool) -> None:
    assert (judged(issue(name), [asked]) == ()) is is_covered


def test_one_that_is_for_something_else_than_servers_is_told() -> None:
    assert judged(issue(usage=ExtendedKeyUsageOID.SERVER_AUTH)) == ()
    said = judged(issue(usage=ExtendedKeyUsageOID.CLIENT_AUTH))
    assert said == ("it is not for servers (extended key usage)",)


def test_a_chain_out_of_order_is_told() -> None:
    root = issue("root")
    leaf, other = issue(signer=root), issue("other")
    for below, is_good in ((root, True), (other, False)):
        file = certificate_pem(leaf.certificate) + certificate_pem(below.certificate)
        said = examine(file, leaf.to_pem(), ONE, NOW).troubles
        assert ("not in order" in " ".join(said)) is not is_good


@pytest.mark.parametrize("text", [b"", b"\x30\x82", b"-----BEGIN CERTIFICATE-----\nAAAA\n"])
def test_a_file_without_a_certificate_is_told(text: bytes) -> None:
    (fault,) = examine(text, b"", ONE, NOW).faults
    assert "holds no certificate in PEM" in fault


@pytest.mark.parametrize(
    ("key", "words"),
    [
        (b"", "the key is missing"),
        (b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "the key is damaged"),
        (issue().to_pem(), "do not belong together"),
        (
            issue().key.private_bytes(
                Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret")
            ),
            "asks for a passphrase",
        ),
    ],
    ids=["none", "damaged", "another's", "locked"],
)
def test_a_key_that_cannot_serve_is_told(key: bytes, words: str) -> None:
    (fault,) = examine(issue().to_pem(), key, ONE, NOW).faults
    assert words in fault
