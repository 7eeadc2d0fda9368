"""Why a wave is not made or moved on."""

from collections.abc import Iterable

from domain.fulfilment.waves.models import WaveState
from domain.shared.refusal import Conflict, InvalidInput, NotFound


class InvalidWave(InvalidInput):
    """A wave cannot be like this, whatever there is to pick."""

    code = "INVALID_WAVE"


class UnknownWave(NotFound):
    """There is no such wave."""

    code = "UNKNOWN_WAVE"


class NothingDue(Conflict):
    """No fulfilment order that is in no wave yet is due by then and passes the filters."""

    code = "NOTHING_DUE"


class NothingToPick(Conflict):
    """All that was in the wave is on hold, cancelled, rejected or gone: cancel the wave."""

    code = "NOTHING_TO_PICK"


class WrongWaveState(Conflict):
    """The wave is not where this can be done."""

    code = "WRONG_WAVE_STATE"

    def __init__(self, *, number: int, state: str, allowed: Iterable[WaveState]) -> None:
        self.state = state
        self.allowed = tuple(sorted(allowed))
        super().__init__(f"Wave {number} is {state}; this takes {' or '.join(self.allowed)}.", field="id")
