"""Addresses and bits of the MFRC522 that we use, named as in its data sheet (NXP, rev. 3.9, 9)."""

from enum import IntEnum


class Register(IntEnum):
    """Addresses, 00-3F."""

    COMMAND = 0x01
    COM_IRQ = 0x04
    DIV_IRQ = 0x05
    ERROR = 0x06
    STATUS2 = 0x08
    FIFO_DATA = 0x09
    FIFO_LEVEL = 0x0A
    CONTROL = 0x0C
    BIT_FRAMING = 0x0D
    COLL = 0x0E
    MODE = 0x11
    TX_CONTROL = 0x14
    TX_ASK = 0x15
    CRC_RESULT_H = 0x21
    CRC_RESULT_L = 0x22
    T_MODE = 0x2A
    T_PRESCALER = 0x2B
    T_RELOAD_H = 0x2C
    T_RELOAD_L = 0x2D
    VERSION = 0x37


class Command(IntEnum):
    """What COMMAND can be told to do."""

    IDLE = 0x00
    CALC_CRC = 0x03
    TRANSCEIVE = 0x0C
    AUTHENTICATE = 0x0E
    SOFT_RESET = 0x0F


# COM_IRQ; written, bit 7 says whether the other marked bits are set or cleared.
IRQ_SET = 0x80
IRQ_TX = 0x40
IRQ_RX = 0x20
IRQ_IDLE = 0x10
IRQ_ERROR = 0x02
IRQ_TIMER = 0x01
IRQ_ALL = 0x7F
# DIV_IRQ
IRQ_CRC = 0x04
# ERROR
ERROR_OVERFLOW = 0x10
ERROR_COLLISION = 0x08
ERROR_PARITY = 0x02
ERROR_PROTOCOL = 0x01
# STATUS2
CRYPTO1_ON = 0x08
# FIFO_LEVEL
FIFO_FLUSH = 0x80
# CONTROL
RX_LAST_BITS = 0x07
# BIT_FRAMING
START_SEND = 0x80
# COLL
VALUES_AFTER_COLLISION = 0x80
COLLISION_NOT_VALID = 0x20
COLLISION_POSITION = 0x1F
# TX_CONTROL: both antenna drivers; the second is inverted, as the antenna lies between the two
ANTENNA_ON = 0x03
FIELD_OFF = 0x80
FIELD_ON = FIELD_OFF | ANTENNA_ON
# TX_ASK: full modulation, the only one a type A card hears
FORCE_100_ASK = 0x40
# T_MODE
TIMER_AUTO = 0x80
