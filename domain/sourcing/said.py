"""What is said of decisions: in English, and in parts for whoever says it in another language. Pure."""

from collections.abc import Sequence
from enum import Enum, unique
from typing import Any

_NAMED_MAX = 2  # of many, a sentence names so many


@unique
class Phrase(Enum):
    """A sentence, or a piece of one, in English, with places to be filled."""

    # what a warehouse cannot, as the rest of a sentence that begins with its name
    LACKS = "lacks {lines}"
    EXCLUDED = "is excluded: {why}"
    CHANNEL_NOT_SERVED = "does not serve the channel"
    REGION_NOT_SERVED = "does not serve {country}"
    BEYOND_ZONES = "is {km} km away, beyond the last zone"
    NO_ROOM = "has no room for another parcel"
    IN_NO_GROUP = "is in no group of the routing"
    GROUP_NOT_NEEDED = "is in group '{group}', which is not needed"
    TOO_LATE = "would deliver on {arrives}, promised for {promised}"
    NOT_NAMED = "is not among those named"
    TOO_FAR = "is {km} km away, more than {most}"
    NOT_FOR_REGION = "does not ship to {country}"
    LEFT_OUT = "is among those left out"
    # in what it is behind
    DEARER = "is {amount} dearer"
    FURTHER = "is {km} km further"
    LESS_PREFERRED = "is less preferred"
    LESS_STOCK = "has less stock"
    LESS_ROOM = "has less room left"
    LATER = "arrives later"
    MORE_PARCELS = "takes more parcels"
    WITH_WORTH = "{behind} with what it would take from orders to come"
    WORTH_MORE = "what it would take is worth {amount} more to orders to come"
    WORTH_MORE_UNITS = "what it has of {sku} is worth {amount} more to orders to come"
    WORTH_MORE_ROOM = "its room for parcels is worth {amount} more to orders to come"
    # the decision
    BACKORDERED = "Backordered: {lines}."
    DECIDED = "From {parcels}; {against}."
    KEPT = "From {parcels}; kept as reserved, since nothing within its split policy fills it."
    WAITING = "waiting: {lines}"
    CHEAPER_BUT = "{warehouses} is {amount} cheaper but {why}"
    SPOKEN_AGAINST = "{warehouses} {why}"
    SAME_BUT_LATER = "{warehouses} costs the same but comes later"
    NO_OTHER_HAS_ALL = "no other warehouse has it all"
    NO_SINGLE_HAS_ALL = "no single warehouse has it all"
    # a move
    MOVED = "Moved from {before} to {after}: {what}."
    MOVED_TOGETHER = "Moved together in {after}: {what}."
    FILLED_BY_MOVES = "From {after}: {what}; {why}."
    ROOM_WAS_MADE = "room was made by moving others"
    NOW_CHEAPER = "{saved} cheaper ({cost} instead of {before})"
    NOW_DEARER = "{lost} dearer, to make room ({cost} instead of {before})"
    MORE_UNITS = "{units} more units with it, {cost}"
    WITH_ORDERS = "{what}, together with {orders}"
    # pieces
    PARCEL = "{warehouse}: {km} km, {cost}"
    PARCEL_AMONG = "{warehouse} ({way})"
    PARCELS = "{parcels}: {cost}"
    PARCELS_UNPLACED = "{parcels}: place unknown, counted as {km} km, {cost}"
    LOCATED_BY_POSTAL_CODE = "{what}, located by postal code {part}"
    LOCATED_BY_CITY = "{what}, located by city {part}"
    LOCATED_BY_REGION = "{what}, located by region {part}"
    LOCATED_BY_COUNTRY = "{what}, located by country {part}"
    KM = "{km} km"
    LEAVES_ON = "leaves {day}"
    LEAVES = "{what}, leaves {day}"
    ARRIVES_LATE = "{what}, arrives late on {arrives}, promised for {promised}"
    UNITS_OF = "{units} of {sku}"
    UNITS_WAIT = "{units} of {sku} ({why})"
    ORDER = "order {number}"
    MORE = "{count} more"
    WITH = "{warehouse} with {others}"
    ALONE = "{warehouses} alone"
    CLOSED = "closed"
    REJECTED = "rejected it: {reason}"
    UNKNOWN_COUNTRY = "an unknown country"
    # why a line waits
    WAITS_NO_STOCK = "no stock"
    WAITS_SCATTERED = "no warehouse has the whole line"
    WAITS_EXCLUDED = "only an excluded warehouse has it"
    WAITS_NOT_SERVED = "only a warehouse outside the channel has it"
    WAITS_SPLIT_NOT_ALLOWED = "no warehouse has the whole order"
    WAITS_SHIPMENT_LIMIT = "it would take one shipment too many"
    WAITS_TOO_LATE = "would come too late"
    WAITS_NO_CAPACITY = "no warehouse that has it has room for another parcel"
    WAITS_RULE = "the rules keep it from every warehouse that has it"
    WAITS_PROTECTED = "kept for another channel"
    WAITS_WAITS_FOR_REST = "waits for the rest of the order"


class Said:
    """Something said: a phrase and what fills it, which is said itself where that is language, too.

    Its text is English, and made when it is asked for: most of what planning says is only kept.
    """

    __slots__ = ("phrase", "values")

    def __init__(self, phrase: Phrase, **values: "Filling") -> None:
        self.phrase = phrase
        self.values = values

    def __str__(self) -> str:
        filled = {key: told(one) if isinstance(one, list) else one for key, one in self.values.items()}
        return self.phrase.value.format(**filled)

    def __repr__(self) -> str:
        return repr(str(self))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Said) and (self.phrase, self.values) == (other.phrase, other.values)

    def __hash__(self) -> int:
        return hash(str(self))


Words = str | Said
Filling = Words | int | Sequence[Words]  # several things are told one after the other


def told(several: Sequence[Words]) -> str:
    """Several things in prose."""
    texts = [str(one) for one in several]
    return " and ".join([", ".join(texts[:-1]), texts[-1]] if len(texts) > 1 else texts)


def few(texts: Sequence[Words]) -> list[Words]:
    """The first of many, and how many more there are."""
    more = len(texts) - _NAMED_MAX
    return list(texts) if more <= 0 else [*texts[:_NAMED_MAX], Said(Phrase.MORE, count=more)]


# ---------------------------------------------------------------- as it is kept


def kept(said: Any) -> dict[str, Any]:
    """What is stored of it: its parts. For `orjson.dumps(..., default=kept)`, which asks for the parts of parts itself."""
    if isinstance(said, Said):
        return {"phrase": said.phrase.name, **said.values}
    raise TypeError(f"{type(said).__name__} is nothing that was said")


def recalled(stored: Any) -> Any:
    """What was kept, as it was said."""
    if isinstance(stored, list):
        return [recalled(one) for one in stored]
    if not isinstance(stored, dict):
        return stored
    values = {key: recalled(value) for key, value in stored.items() if key != "phrase"}
    return Said(Phrase[stored["phrase"]], **values)
