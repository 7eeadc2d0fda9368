"""Reset the training company: ask whoever runs it, who does it in a moment.

They meet in a file of the home folder, since the database is about to go.
"""

from pathlib import Path

from domain.shared.actor import Actor, Scope
from domain.shared.refusal import Conflict
from domain.shared.settings import settings

_ASKED = "reset"


class NotTraining(Conflict):
    """This company is real: only the training company can be founded anew."""

    code = "NOT_TRAINING"


def reset_company(*, by: Actor) -> None:
    """Everything of the training company will be gone in a moment, keys included; repeating it changes nothing.

    Raises:
        NotAllowed: the key may not write orders, or those of some channels only.
        NotTraining: it is a real company.
    """
    by.require_everywhere(Scope.ORDERS_WRITE)
    given = settings()
    if not given.training_key.get_secret_value():
        raise NotTraining("This company is real, and stays as it is.")
    (given.home / _ASKED).touch()


def is_asked_for(home: Path) -> bool:
    """Whether somebody at the company that lives in `home` wants it founded anew."""
    return (home / _ASKED).exists()


def forget_asking(home: Path) -> None:
    """It is done."""
    (home / _ASKED).unlink(missing_ok=True)
