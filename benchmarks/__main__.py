"""Prints every figure beside its budget. A further one is one more module with ``measure``."""

from benchmarks import journal, tap

PARTS = (journal, tap)


def main() -> None:
    """Measure and print, part by part."""
    print(f"{'figure':80} {'measured':>9} {'budget':>8}")
    for part in PARTS:
        for what, value, budget in part.measure():
            print(f"{what:80} {value:9.2f} {budget:8.2f}{'' if value <= budget else '  over'}")


if __name__ == "__main__":
    main()
