"""Python's collector of cycles, in a process that stays."""

import gc

# Objects more than were freed, until it looks for cycles. A batch makes more than Python's 700 a hundred times over, and
# nearly all of them go by themselves when it is done (measured: a fifth of an allocating worker's time).
NEW_OBJECTS = 50_000


def settle() -> None:
    """What is there now stays: left to the collector, each full collection walks all of it and stops everybody (measured: 50 to 200 ms)."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS, *gc.get_threshold()[1:])
