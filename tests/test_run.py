"""How a kiosk starts."""

import logging

import pytest
from pytest_mock import MockerFixture

from kiosk import bootstrap, run
from kiosk.errors import KioskError

KEEPS = "The kernel keeps GPIO outputs driven after a crash"


def test_what_this_machine_may_do_wrong_is_in_the_log_of_each_start(
    mocker: MockerFixture, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    for name in ("OpenRecord", "check_cabinet", "all_off", "pulse_silence_s", "prepare_all_off"):
        mocker.patch.object(bootstrap, name)
    bootstrap.OpenRecord.of.return_value.store.repaired = None  # type: ignore[attr-defined]
    bootstrap.OpenRecord.of.return_value.store.set_aside = None  # type: ignore[attr-defined]
    bootstrap.pulse_silence_s.return_value = 0.4  # type: ignore[attr-defined]
    mocker.patch.object(bootstrap, "check_tls", return_value=["the certificate ends tomorrow"])
    restored = mocker.patch.object(run, "restore_waiting")
    hardware = mocker.Mock(warnings=[KEEPS])
    mocker.patch.object(bootstrap, "open_hardware", return_value=hardware)
    mocker.patch.object(bootstrap, "make_daemon", side_effect=KioskError("it ends here"))
    watcher = mocker.patch.object(run.guard, "start").return_value

    with pytest.raises(KioskError, match="it ends here"):
        run.run(mocker.Mock())

    assert caplog.messages == ["the certificate ends tomorrow", KEEPS]
    restored.assert_called_once()  # before the record is opened
    hardware.close.assert_called_once_with()
    watcher.stop.assert_called_once_with()
