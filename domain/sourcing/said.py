"""What is said of decisions: in English, and in parts for whoever says it in another language. Pure."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, Final, Self

_NAMED_MAX = 2  # of many, a sentence names so many


class Phrase(StrEnum):
    """A sentence, or a piece of one, with places to be filled."""

    # what a warehouse cannot, as the rest of a sentence that begins with its name
    LACKS = "LACKS"
    EXCLUDED = "EXCLUDED"
    CHANNEL_NOT_SERVED = "CHANNEL_NOT_SERVED"
    REGION_NOT_SERVED = "REGION_NOT_SERVED"
    BEYOND_ZONES = "BEYOND_ZONES"
    NO_ROOM = "NO_ROOM"
    IN_NO_GROUP = "IN_NO_GROUP"
    GROUP_NOT_NEEDED = "GROUP_NOT_NEEDED"
    TOO_LATE = "TOO_LATE"
    NOT_NAMED = "NOT_NAMED"
    TOO_FAR = "TOO_FAR"
    NOT_FOR_REGION = "NOT_FOR_REGION"
    LEFT_OUT = "LEFT_OUT"
    # in what it is behind
    DEARER = "DEARER"
    FURTHER = "FURTHER"
    LESS_PREFERRED = "LESS_PREFERRED"
    LESS_STOCK = "LESS_STOCK"
    LESS_ROOM = "LESS_ROOM"
    LATER = "LATER"
    MORE_PARCELS = "MORE_PARCELS"
    WITH_WORTH = "WITH_WORTH"
    WORTH_MORE = "WORTH_MORE"
    WORTH_MORE_UNITS = "WORTH_MORE_UNITS"
    WORTH_MORE_ROOM = "WORTH_MORE_ROOM"
    # the decision
    BACKORDERED = "BACKORDERED"
    DECIDED = "DECIDED"
    KEPT = "KEPT"
    WAITING = "WAITING"
    CHEAPER_BUT = "CHEAPER_BUT"
    SPOKEN_AGAINST = "SPOKEN_AGAINST"
    SAME_BUT_LATER = "SAME_BUT_LATER"
    NO_OTHER_HAS_ALL = "NO_OTHER_HAS_ALL"
    NO_SINGLE_HAS_ALL = "NO_SINGLE_HAS_ALL"
    # a move
    MOVED = "MOVED"
    MOVED_TOGETHER = "MOVED_TOGETHER"
    FILLED_BY_MOVES = "FILLED_BY_MOVES"
    ROOM_WAS_MADE = "ROOM_WAS_MADE"
    NOW_CHEAPER = "NOW_CHEAPER"
    NOW_DEARER = "NOW_DEARER"
    MORE_UNITS = "MORE_UNITS"
    WITH_ORDERS = "WITH_ORDERS"
    # pieces
    PARCEL = "PARCEL"
    PARCEL_AMONG = "PARCEL_AMONG"
    PARCELS = "PARCELS"
    PARCELS_UNPLACED = "PARCELS_UNPLACED"
    LOCATED_BY_POSTAL_CODE = "LOCATED_BY_POSTAL_CODE"
    LOCATED_BY_CITY = "LOCATED_BY_CITY"
    LOCATED_BY_REGION = "LOCATED_BY_REGION"
    LOCATED_BY_COUNTRY = "LOCATED_BY_COUNTRY"
    KM = "KM"
    LEAVES_ON = "LEAVES_ON"
    LEAVES = "LEAVES"
    ARRIVES_LATE = "ARRIVES_LATE"
    UNITS_OF = "UNITS_OF"
    UNITS_WAIT = "UNITS_WAIT"
    ORDER = "ORDER"
    MORE = "MORE"
    WITH = "WITH"
    ALONE = "ALONE"
    CLOSED = "CLOSED"
    REJECTED = "REJECTED"
    UNKNOWN_COUNTRY = "UNKNOWN_COUNTRY"
    # why a line waits
    WAITS_NO_STOCK = "WAITS_NO_STOCK"
    WAITS_SCATTERED = "WAITS_SCATTERED"
    WAITS_EXCLUDED = "WAITS_EXCLUDED"
    WAITS_NOT_SERVED = "WAITS_NOT_SERVED"
    WAITS_SPLIT_NOT_ALLOWED = "WAITS_SPLIT_NOT_ALLOWED"
    WAITS_SHIPMENT_LIMIT = "WAITS_SHIPMENT_LIMIT"
    WAITS_TOO_LATE = "WAITS_TOO_LATE"
    WAITS_NO_CAPACITY = "WAITS_NO_CAPACITY"
    WAITS_RULE = "WAITS_RULE"
    WAITS_PROTECTED = "WAITS_PROTECTED"
    WAITS_WAITS_FOR_REST = "WAITS_WAITS_FOR_REST"


ENGLISH: Final[Mapping[Phrase, str]] = {
    Phrase.LACKS: "lacks {lines}",
    Phrase.EXCLUDED: "is excluded: {why}",
    Phrase.CHANNEL_NOT_SERVED: "does not serve the channel",
    Phrase.REGION_NOT_SERVED: "does not serve {country}",
    Phrase.BEYOND_ZONES: "is {km} km away, beyond the last zone",
    Phrase.NO_ROOM: "has no room for another parcel",
    Phrase.IN_NO_GROUP: "is in no group of the routing",
    Phrase.GROUP_NOT_NEEDED: "is in group '{group}', which is not needed",
    Phrase.TOO_LATE: "would deliver on {arrives}, promised for {promised}",
    Phrase.NOT_NAMED: "is not among those named",
    Phrase.TOO_FAR: "is {km} km away, more than {most}",
    Phrase.NOT_FOR_REGION: "does not ship to {country}",
    Phrase.LEFT_OUT: "is among those left out",
    Phrase.DEARER: "is {amount} dearer",
    Phrase.FURTHER: "is {km} km further",
    Phrase.LESS_PREFERRED: "is less preferred",
    Phrase.LESS_STOCK: "has less stock",
    Phrase.LESS_ROOM: "has less room left",
    Phrase.LATER: "arrives later",
    Phrase.MORE_PARCELS: "takes more parcels",
    Phrase.WITH_WORTH: "{behind} with what it would take from orders to come",
    Phrase.WORTH_MORE: "what it would take is worth {amount} more to orders to come",
    Phrase.WORTH_MORE_UNITS: "what it has of {sku} is worth {amount} more to orders to come",
    Phrase.WORTH_MORE_ROOM: "its room for parcels is worth {amount} more to orders to come",
    Phrase.BACKORDERED: "Backordered: {lines}.",
    Phrase.DECIDED: "From {parcels}; {against}.",
    Phrase.KEPT: "From {parcels}; kept as reserved, since nothing within its split policy fills it.",
    Phrase.WAITING: "waiting: {lines}",
    Phrase.CHEAPER_BUT: "{warehouses} is {amount} cheaper but {why}",
    Phrase.SPOKEN_AGAINST: "{warehouses} {why}",
    Phrase.SAME_BUT_LATER: "{warehouses} costs the same but comes later",
    Phrase.NO_OTHER_HAS_ALL: "no other warehouse has it all",
    Phrase.NO_SINGLE_HAS_ALL: "no single warehouse has it all",
    Phrase.MOVED: "Moved from {before} to {after}: {what}.",
    Phrase.MOVED_TOGETHER: "Moved together in {after}: {what}.",
    Phrase.FILLED_BY_MOVES: "From {after}: {what}; {why}.",
    Phrase.ROOM_WAS_MADE: "room was made by moving others",
    Phrase.NOW_CHEAPER: "{saved} cheaper ({cost} instead of {before})",
    Phrase.NOW_DEARER: "{lost} dearer, to make room ({cost} instead of {before})",
    Phrase.MORE_UNITS: "{units} more units with it, {cost}",
    Phrase.WITH_ORDERS: "{what}, together with {orders}",
    Phrase.PARCEL: "{warehouse}: {km} km, {cost}",
    Phrase.PARCEL_AMONG: "{warehouse} ({way})",
    Phrase.PARCELS: "{parcels}: {cost}",
    Phrase.PARCELS_UNPLACED: "{parcels}: place unknown, counted as {km} km, {cost}",
    Phrase.LOCATED_BY_POSTAL_CODE: "{what}, located by postal code {part}",
    Phrase.LOCATED_BY_CITY: "{what}, located by city {part}",
    Phrase.LOCATED_BY_REGION: "{what}, located by region {part}",
    Phrase.LOCATED_BY_COUNTRY: "{what}, located by country {part}",
    Phrase.KM: "{km} km",
    Phrase.LEAVES_ON: "leaves {day}",
    Phrase.LEAVES: "{what}, leaves {day}",
    Phrase.ARRIVES_LATE: "{what}, arrives late on {arrives}, promised for {promised}",
    Phrase.UNITS_OF: "{units} of {sku}",
    Phrase.UNITS_WAIT: "{units} of {sku} ({why})",
    Phrase.ORDER: "order {number}",
    Phrase.MORE: "{count} more",
    Phrase.WITH: "{warehouse} with {others}",
    Phrase.ALONE: "{warehouses} alone",
    Phrase.CLOSED: "closed",
    Phrase.REJECTED: "rejected it: {reason}",
    Phrase.UNKNOWN_COUNTRY: "an unknown country",
    Phrase.WAITS_NO_STOCK: "no stock",
    Phrase.WAITS_SCATTERED: "no warehouse has the whole line",
    Phrase.WAITS_EXCLUDED: "only an excluded warehouse has it",
    Phrase.WAITS_NOT_SERVED: "only a warehouse outside the channel has it",
    Phrase.WAITS_SPLIT_NOT_ALLOWED: "no warehouse has the whole order",
    Phrase.WAITS_SHIPMENT_LIMIT: "it would take one shipment too many",
    Phrase.WAITS_TOO_LATE: "would come too late",
    Phrase.WAITS_NO_CAPACITY: "no warehouse that has it has room for another parcel",
    Phrase.WAITS_RULE: "the rules keep it from every warehouse that has it",
    Phrase.WAITS_PROTECTED: "kept for another channel",
    Phrase.WAITS_WAITS_FOR_REST: "waits for the rest of the order",
}

Filling = str | int | Sequence[str]  # a sequence is several things, told one after the other


class Said(str):
    """A text in English that knows what it is made of, and otherwise is a text like any other.

    What fills a phrase is said itself where that is language, too.
    """

    __slots__ = ("phrase", "values")

    phrase: Phrase
    values: Mapping[str, Filling]

    def __new__(cls, phrase: Phrase, **values: Filling) -> Self:
        said = super().__new__(
            cls, ENGLISH[phrase].format(**{key: _text(one) for key, one in values.items()})
        )
        said.phrase, said.values = phrase, values
        return said


def _text(value: Filling) -> str | int:
    return value if isinstance(value, str | int) else told(value)


def told(texts: Sequence[str]) -> str:
    """Several things in prose."""
    return " and ".join([", ".join(texts[:-1]), texts[-1]] if len(texts) > 1 else texts)


def few(texts: Sequence[str]) -> list[str]:
    """The first of many, and how many more there are."""
    more = len(texts) - _NAMED_MAX
    return list(texts) if more <= 0 else [*texts[:_NAMED_MAX], Said(Phrase.MORE, count=more)]


# ---------------------------------------------------------------- as it is kept


def kept(text: str | None) -> Any:
    """What is stored of it: its parts, or the text where that is all there is."""
    if not isinstance(text, Said):
        return text
    return {"phrase": text.phrase.value, **{key: _kept_value(value) for key, value in text.values.items()}}


def _kept_value(value: Filling) -> Any:
    return (
        kept(value)
        if isinstance(value, str)
        else value
        if isinstance(value, int)
        else [kept(one) for one in value]
    )


def recalled(stored: Any) -> Any:
    """What was kept, as it was said."""
    if isinstance(stored, list):
        return [recalled(one) for one in stored]
    if not isinstance(stored, dict):
        return stored
    values = {key: recalled(value) for key, value in stored.items() if key != "phrase"}
    return Said(Phrase(stored["phrase"]), **values)
