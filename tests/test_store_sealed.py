"""A backup that only its own kiosk can read: nothing in it shows, nothing of it can be changed."""

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from record_fixtures import ANA, BENS_CARD, KEYS, KIOSK, NOW, Recorded

from kiosk.errors import BadInput, ConfigError, KioskError
from kiosk.keys import Keys
from kiosk.store.backup import copy_sealed
from kiosk.store.restore import check_backup, look_into
from kiosk.store.sealed import MAGIC, SealedReader, SealedWriter, is_sealed


def sealed(*parts: bytes) -> bytes:
    out = io.BytesIO()
    with SealedWriter(out, KEYS) as writer:
        for part in parts:
            writer.write(part)
        assert writer.tell() == sum(map(len, parts))
    return out.getvalue()


def opened(data: bytes, keys: Keys = KEYS, size: int = 1000) -> bytes:
    reader, parts = SealedReader(io.BytesIO(data), keys, "it"), []
    while part := reader.read(size):
        parts.append(part)
    return b"".join(parts)


@pytest.mark.parametrize("length", [0, 1, 65535, 65536, 65537, 131072, 200_000])
def test_what_was_sealed_is_read_again(length: int) -> None:
    words = bytes(n % 251 for n in range(length))
    assert opened(sealed(words)) == opened(sealed(words[:10], words[10:]), size=70_000) == words


def test_nothing_of_it_shows_and_no_two_are_alike() -> None:
    one, other = sealed(b"Ana Silva" * 100), sealed(b"Ana Silva" * 100)
    assert (b"Silva" in one, one == other) == (False, False)
    assert is_sealed(io.BytesIO(one))
    assert not is_sealed(io.BytesIO(b"manifest.json"))


@given(st.data())
def test_a_changed_cut_or_lengthened_one_is_found_out(data: st.DataObject) -> None:
    whole = sealed(b"x" * 140_000)
    at = data.draw(st.integers(len(MAGIC), len(whole) - 1))
    for spoiled in (
        whole[:at],
        whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :],
        whole + b"x",
    ):
        with pytest.raises(KioskError):
            opened(spoiled)


def test_pieces_that_changed_places_are_found_out() -> None:
    whole, piece = sealed(b"x" * 140_000), 65536 + 16
    head = len(whole) - 2 * piece - (140_000 - 2 * 65536 + 16)
    first, second = whole[head : head + piece], whole[head + piece : head + 2 * piece]
    with pytest.raises(BadInput, match="changed or cut short"):
        opened(whole[:head] + second + first + whole[head + 2 * piece :])


def test_other_keys_are_named() -> None:
    with pytest.raises(ConfigError, match=r"chain\.key is not the key"):
        opened(sealed(b"x"), Keys(KEYS.card, b"y" * 32))


# as a backup


@pytest.fixture
def kiosk(tmp_path: Path) -> Recorded:
    kiosk = Recorded(tmp_path / "data").furnish().days(2)
    kiosk.rotate()
    kiosk.clock.to(8, 40)
    kiosk.hand_in(BENS_CARD)
    return kiosk


@pytest.fixture
def copy(kiosk: Recorded, tmp_path: Path) -> Path:
    path = tmp_path / "kiosk.backup"
    with path.open("w+b") as file:
        made = copy_sealed(kiosk.folder, file, KEYS, KIOSK, NOW)
    assert made.size == path.stat().st_size
    return path


def test_a_sealed_backup_is_checked_as_any_other_and_shows_nobody(
    kiosk: Recorded, copy: Path, tmp_path: Path
) -> None:
    found = look_into(copy, tmp_path, KEYS, KIOSK)
    roster = kiosk.core.standing.roster
    assert (found.kiosk, found.made_at) == (KIOSK, NOW.isoformat(timespec="seconds"))
    assert found.verified.events == kiosk.core.standing.state.seq
    assert found.counts == {
        "people": len(roster.people),
        "cards": len(roster.credentials),
        "users": len(roster.users),
    }
    assert ANA.surname.encode() not in copy.read_bytes()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["data", "kiosk.backup"]


@pytest.mark.parametrize("at", [0.3, 0.6, 0.95])
def test_a_spoiled_one_is_refused_and_leaves_nothing(copy: Path, tmp_path: Path, at: float) -> None:
    data = bytearray(copy.read_bytes())
    data[int(len(data) * at)] ^= 1
    copy.write_bytes(data)
    with pytest.raises(BadInput, match="changed or cut short"):
        check_backup(copy, tmp_path, KEYS, KIOSK)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["data", "kiosk.backup"]
