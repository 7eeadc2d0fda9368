"""Distances on a sphere."""

from collections.abc import Iterable, Sequence
from math import asin, atan2, cos, hypot, pi, sin, sqrt

from domain.sourcing.planning.model import Place

EARTH_RADIUS_KM = 6371.0
_RADIANS = pi / 180


def great_circle_km(one: Place, other: Place) -> float:
    """The shortest way over the surface, in km."""
    return distances_km(one, [radians(other)])[0]


def radians(place: Place) -> tuple[float, float, float]:
    """What of a place the formula needs again and again: latitude, its cosine, longitude."""
    lat = place.lat * _RADIANS
    return lat, cos(lat), place.lon * _RADIANS


def distances_km(place: Place, others: Iterable[tuple[float, float, float]]) -> list[float]:
    """From one place to many.

    Source: the haversine formula, R. W. Sinnott, "Virtues of the Haversine", Sky and Telescope 68 (1984).
    """
    here, here_cos, here_lon = radians(place)
    found = []
    for lat, lat_cos, lon in others:
        half_lat, half_lon = sin((lat - here) / 2), sin((lon - here_lon) / 2)
        chord = half_lat * half_lat + here_cos * lat_cos * half_lon * half_lon
        # rounding may take it past 1 between antipodes
        found.append(2 * EARTH_RADIUS_KM * asin(sqrt(min(1.0, chord))))
    return found


def middle(places: Sequence[Place]) -> Place:
    """The point between `places`: their mean as vectors, so that the date line is no border."""
    points = [radians(place) for place in places]
    x = sum(lat_cos * cos(lon) for _, lat_cos, lon in points)
    y = sum(lat_cos * sin(lon) for _, lat_cos, lon in points)
    z = sum(sin(lat) for lat, _, _ in points)
    return Place(lat=atan2(z, hypot(x, y)) / _RADIANS, lon=atan2(y, x) / _RADIANS)
