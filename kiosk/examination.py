"""The process that the doctor runs in when the pages ask for it: takes a config from its parent on
standard input, and prints what it finds."""

import json
import pickle
import sys

from kiosk import doctor


def main() -> None:
    """Examine, and print. Nobody but the kiosk itself writes to this pipe."""
    sys.stdout.write(json.dumps(doctor.in_json(doctor.examine(pickle.load(sys.stdin.buffer)))))


if __name__ == "__main__":
    main()
