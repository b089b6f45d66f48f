"""The keys: made once, readable by nobody else, and what they make of a card number."""

from pathlib import Path

import pytest

from kiosk.errors import ConfigError
from kiosk.keys import Keys, load_keys, new_keys


def test_new_keys_are_private_and_load_again(tmp_path: Path) -> None:
    folder = tmp_path / "keys"

    keys = new_keys(folder)

    assert load_keys(folder) == keys
    assert (len(keys.card), len(keys.chain)) == (32, 32)
    assert {oct(p.stat().st_mode & 0o777) for p in folder.iterdir()} == {"0o600"}


def test_a_key_is_never_replaced(tmp_path: Path) -> None:
    before = new_keys(tmp_path)

    with pytest.raises(ConfigError, match="not replaced"):
        new_keys(tmp_path)
    assert load_keys(tmp_path) == before


def test_every_fault_of_the_keys_is_told(tmp_path: Path) -> None:
    new_keys(tmp_path)
    (tmp_path / "card.key").chmod(0o644)
    (tmp_path / "chain.key").write_text("beef")

    with pytest.raises(ConfigError) as caught:
        load_keys(tmp_path)
    assert [fault.split(":")[0] for fault in caught.value.faults] == [
        "card.key can be read by others",
        "chain.key is damaged",
    ]


def test_a_missing_key_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="kiosk key new"):
        load_keys(tmp_path)


def test_a_fingerprint_tells_keys_apart_and_tells_nothing_of_them() -> None:
    keys, other = Keys(b"a" * 32, b"c" * 32), Keys(b"b" * 32, b"c" * 32)

    assert keys.fingerprints()["chain.key"] == other.fingerprints()["chain.key"]
    assert keys.fingerprints()["card.key"] != other.fingerprints()["card.key"]
    assert (b"a" * 8).hex() not in str(keys.fingerprints())


def test_a_digest_depends_on_key_kind_length_and_every_byte() -> None:
    keys, other = Keys(b"a" * 32, b"c"), Keys(b"b" * 32, b"c")
    number = bytes.fromhex("04A13B22C15680")

    digests = {
        keys.card_digest("iso14443a", number),
        keys.card_digest("em4100", number),
        keys.card_digest("iso14443a", number[:-1] + b"\x81"),
        keys.card_digest("iso14443a", number[:4]),
        other.card_digest("iso14443a", number),
    }

    assert len(digests) == 5
    assert {len(digest) for digest in digests} == {32}
