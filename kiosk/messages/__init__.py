"""What reaches the station: a module for each kind, and here all of them.

Taps and doors go before commands. A command names its actor, a user's id, and may be refused.
"""

from kiosk.messages.agreements import AskLeadFirst, NoteAgreement
from kiosk.messages.arrangements import ArrangementCommand, ChangeRules
from kiosk.messages.commands import (
    EnrolCard,
    FindCard,
    ImportRoster,
    KioskCommand,
    MakeToken,
    SaveUser,
    UndoImport,
)
from kiosk.messages.cubbies import CubbyCommand, WishCubbies
from kiosk.messages.devices import NoteDevices
from kiosk.messages.forgetting import (
    ErasePerson,
    ForgettingCommand,
    PlaceLegalHold,
    RecordExport,
    TransferRecords,
)
from kiosk.messages.incidents import IncidentCommand
from kiosk.messages.pins import EnterPin, SetPin
from kiosk.messages.record import BackupMade, RecordMessage, Restored, Scrubbed
from kiosk.messages.sensed import Sensed
from kiosk.messages.signs import AdaptSigns
from kiosk.messages.users import AddDayStaff, ConfirmRoles, UserCommand
from kiosk.messages.visitors import SeeVisitorOff, VisitorCommand, WelcomeVisitor

Command = (
    KioskCommand
    | ArrangementCommand
    | IncidentCommand
    | CubbyCommand
    | UserCommand
    | VisitorCommand
    | AdaptSigns
    | NoteAgreement
    | AskLeadFirst
    | NoteDevices
    | SetPin
    | EnterPin
    | ForgettingCommand
    | BackupMade
    | Scrubbed
)
# While the record cannot be written, staff can still give back every device; changes to who is
# who have to wait.
SUSPENDED = (
    ChangeRules,
    ImportRoster,
    UndoImport,
    EnrolCard,
    FindCard,
    SaveUser,
    ConfirmRoles,
    AddDayStaff,
    WelcomeVisitor,
    SeeVisitorOff,
    MakeToken,
    WishCubbies,
    AdaptSigns,
    NoteAgreement,
    AskLeadFirst,
    SetPin,
    ErasePerson,
    PlaceLegalHold,
    TransferRecords,
    RecordExport,
    BackupMade,
    Restored,
)
Message = Sensed | RecordMessage | Command
