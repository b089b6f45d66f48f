"""What can go wrong below the ports. A refusal is no error; these are things that broke."""


class HardwareError(Exception):
    """A part of the cabinet did not do as told."""


class BackendUnavailable(HardwareError):
    """The chosen backend cannot run on this machine. Never answered by simulating instead."""


class ReaderLost(HardwareError):
    """The reader does not answer, or answers nonsense: not the same as "no card"."""


class LockFault(HardwareError):
    """A lock, or the bank it hangs on, did not do as told."""


class LockBusy(LockFault):
    """The coil is on, or resting, or the power budget is spent: nothing was energised."""


class MayBePulsed(LockFault):
    """The board was told to pulse, and its answer makes no sense: the door will tell."""


class UnknownCubby(LockFault, LookupError):
    """The bank has no such cubby."""


class BankLost(LockFault):
    """A lock board, or the bus it hangs on, does not answer: its doors are unknown, not shut."""
