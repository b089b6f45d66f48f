"""Checking passwords: nobody's fits none, and few at a time."""

import threading

import pytest
from webui_fixtures import PASSWORD, PASSWORD_HASH

from webui.password_check import Busy, PasswordCheck


def test_nobody_fits_no_password():
    assert not PasswordCheck().fits(None, PASSWORD)


def test_a_check_that_gets_no_turn_says_so():
    check = PasswordCheck(at_once=1, patience_s=0.0)
    entered, leave = threading.Event(), threading.Event()

    class Slow(str):
        def __getitem__(self, key):
            entered.set()
            leave.wait(5)
            return str(self)

    busy = threading.Thread(target=check.fits, args=(PASSWORD_HASH, Slow(PASSWORD)))
    busy.start()
    entered.wait(5)
    with pytest.raises(Busy):
        check.fits(PASSWORD_HASH, PASSWORD)
    leave.set()
    busy.join()
