"""What can be done with which platforms, and which have an address of their own."""

from domain.channels.adapters.registry import ADAPTERS

# Asked for orders; told about stock; asked what they have of it.
POLLED = tuple(each.platform for each in ADAPTERS.values() if each.pull)
TOLD = tuple(each.platform for each in ADAPTERS.values() if each.stock)
ASKED = tuple(each.platform for each in ADAPTERS.values() if each.stock and each.stock.observe_requests)
# A channel of any other platform says in its settings where it is.
AT_HOME = tuple(each.platform for each in ADAPTERS.values() if each.endpoint)
