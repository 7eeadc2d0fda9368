"""The house against its auditor: whatever is asked in whatever order, both books agree."""

import asyncio
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import invariant, run_state_machine_as_test

from cli.embedded import Servers
from tests.databases import SharedDatabase
from tests.model.house import levels, states
from tests.model.order_rules import OrderRules
from tests.promises import broken_promises

EXAMPLES = 40
STEPS_MAX = 50


class House(OrderRules):
    """After each step."""

    @invariant()
    def the_books_agree(self) -> None:
        found = self.ask(levels(self.skus))
        for level, s in self.auditor.shelves.items():
            booked = (s.on_hand, s.allocated, s.held, s.unsellable, s.incoming, s.safety)
            assert found.get(level, (0,) * 6) == booked, level
        booked_states = {sale.id: sale.state for sale in self.auditor.sales} | {
            parcel.id: parcel.state for sale in self.auditor.sales for parcel in sale.parcels.values()
        }
        assert self.ask(states(self.auditor.sales)) == booked_states

    @invariant()
    def every_promise_is_kept(self) -> None:
        assert self.ask(broken_promises()) == {}


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
        yield runner


@pytest.fixture
def shared(servers: Servers, template: str, runner: asyncio.Runner) -> Iterator[SharedDatabase]:
    shared = SharedDatabase(servers.database_url, template)
    runner.run(shared.open())
    yield shared
    runner.run(shared.close())


def test_the_house_agrees_with_its_auditor(runner: asyncio.Runner, shared: SharedDatabase) -> None:
    House.runner, House.shared = runner, shared
    run_state_machine_as_test(
        House,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS_MAX,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
