"""The files of the pages' key and certificate: made, renewed, private, and loaded."""

import ssl
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from tls_fixtures import NAMES, NOW, TODAY, issue

from kiosk.errors import ConfigError
from kiosk.events import Moment
from kiosk.tls import (
    AUTHORITY_FILE,
    TLS_FILE,
    Certificate,
    Source,
    load_context,
    make_files,
    read_authority,
    read_source,
)


def make(folder: Path, names: tuple[str, ...] = NAMES, **more: object) -> Certificate:
    given = {"kiosk": "front", "school": "School", "now": NOW} | more
    return make_files(folder, names=names, **given)  # type: ignore[arg-type]


def made_in(folder: Path) -> Source:
    return Source(folder / TLS_FILE, folder / TLS_FILE, is_own=False)


def test_what_is_made_is_private_and_can_be_served(tmp_path: Path) -> None:
    folder = tmp_path / "keys"

    made = make(folder)

    assert {(p.name, oct(p.stat().st_mode & 0o777)) for p in folder.iterdir()} == {
        (TLS_FILE, "0o600"),
        (AUTHORITY_FILE, "0o600"),
    }
    it = read_source(made_in(folder), NAMES, NOW)
    assert (it.certificate, it.faults, it.troubles) == (made, (), ())
    assert load_context(made_in(folder)).minimum_version is ssl.TLSVersion.TLSv1_2


def test_a_new_certificate_keeps_the_authority_that_the_pcs_trust(tmp_path: Path) -> None:
    first, before = make(tmp_path), read_authority(tmp_path)

    second = make(tmp_path, now=Moment(TODAY + timedelta(days=800), 1.0))

    assert read_authority(tmp_path) == before
    assert second.ends > first.ends


def test_another_name_needs_another_authority_and_changes_nothing_before(tmp_path: Path) -> None:
    make(tmp_path)
    before = [path.read_bytes() for path in sorted(tmp_path.iterdir())]

    with pytest.raises(ConfigError, match="--new-authority"):
        make(tmp_path, ("other.local",))
    assert [path.read_bytes() for path in sorted(tmp_path.iterdir())] == before

    assert make(tmp_path, ("other.local",), new_authority=True).names == ("other.local",)


def test_an_authority_that_ends_soon_signs_no_more(tmp_path: Path) -> None:
    make(tmp_path)
    late = read_authority(tmp_path)[0].ends - timedelta(days=29)
    with pytest.raises(ConfigError, match="ends within 30 days"):
        make(tmp_path, now=Moment(late, 1.0))


def test_the_authoritys_certificate_is_given_out_without_its_key(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="`kiosk key tls` makes it"):
        read_authority(tmp_path)
    make(tmp_path)
    certificate, pem = read_authority(tmp_path)
    assert b"PRIVATE" not in pem
    assert certificate.is_self_signed


@pytest.mark.parametrize("content", [b"", b"-----BEGIN PRIVATE KEY-----\nAAAA\n"])
def test_a_damaged_authority_is_told(tmp_path: Path, content: bytes) -> None:
    make(tmp_path)
    (tmp_path / AUTHORITY_FILE).write_bytes(content)
    with pytest.raises(ConfigError, match="it is damaged"):
        make(tmp_path)


def test_what_is_missing_says_what_to_type(tmp_path: Path) -> None:
    source = made_in(tmp_path)
    assert "`kiosk key tls`" in read_source(source, NAMES, NOW).faults[0]
    assert "web.certificate" in read_source(replace(source, is_own=True), NAMES, NOW).faults[0]


@pytest.mark.parametrize(
    ("mode", "is_own", "is_safe"),
    [(0o640, False, False), (0o640, True, True), (0o644, True, False), (0o660, True, False)],
)
def test_a_key_that_others_can_read_is_not_served(
    tmp_path: Path, mode: int, is_own: bool, is_safe: bool
) -> None:
    make(tmp_path)
    (tmp_path / TLS_FILE).chmod(mode)
    said = read_source(replace(made_in(tmp_path), is_own=is_own), NAMES, NOW).faults
    assert ("chmod 600" in " ".join(said)) is not is_safe


def test_a_key_that_openssl_refuses_is_a_plain_error(tmp_path: Path) -> None:
    file = tmp_path / "mixed.pem"
    file.write_bytes(issue().to_pem().partition(b"-----BEGIN CERT")[0] + issue().to_pem())
    with pytest.raises(ConfigError, match="OpenSSL refuses it"):
        load_context(Source(file, file, is_own=True))
