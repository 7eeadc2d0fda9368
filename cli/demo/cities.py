"""Where the demo's households live: real cities of the USA and of China, weighted by their people."""

from typing import NamedTuple


class City(NamedTuple):
    name: str
    state: str
    postcode: str  # of its centre
    lat: float
    lon: float
    region: str  # of the US Census: WEST, SOUTH, MIDWEST or NORTHEAST
    thousands: int  # inhabitants; Source: US Census 2020, rounded


CITIES: tuple[City, ...] = (
    City("New York", "NY", "10007", 40.7128, -74.0060, "NORTHEAST", 8804),
    City("Los Angeles", "CA", "90012", 34.0522, -118.2437, "WEST", 3899),
    City("Chicago", "IL", "60602", 41.8781, -87.6298, "MIDWEST", 2746),
    City("Houston", "TX", "77002", 29.7604, -95.3698, "SOUTH", 2305),
    City("Phoenix", "AZ", "85003", 33.4484, -112.0740, "WEST", 1608),
    City("Philadelphia", "PA", "19107", 39.9526, -75.1652, "NORTHEAST", 1604),
    City("San Antonio", "TX", "78205", 29.4241, -98.4936, "SOUTH", 1435),
    City("San Diego", "CA", "92101", 32.7157, -117.1611, "WEST", 1387),
    City("Dallas", "TX", "75201", 32.7767, -96.7970, "SOUTH", 1304),
    City("San Jose", "CA", "95113", 37.3382, -121.8863, "WEST", 1013),
    City("Austin", "TX", "78701", 30.2672, -97.7431, "SOUTH", 962),
    City("Jacksonville", "FL", "32202", 30.3322, -81.6557, "SOUTH", 950),
    City("Columbus", "OH", "43215", 39.9612, -82.9988, "MIDWEST", 906),
    City("Indianapolis", "IN", "46204", 39.7684, -86.1581, "MIDWEST", 888),
    City("Charlotte", "NC", "28202", 35.2271, -80.8431, "SOUTH", 875),
    City("San Francisco", "CA", "94103", 37.7749, -122.4194, "WEST", 874),
    City("Seattle", "WA", "98104", 47.6062, -122.3321, "WEST", 737),
    City("Denver", "CO", "80202", 39.7392, -104.9903, "WEST", 716),
    City("Washington", "DC", "20001", 38.9072, -77.0369, "SOUTH", 690),
    City("Nashville", "TN", "37201", 36.1627, -86.7816, "SOUTH", 689),
    City("Oklahoma City", "OK", "73102", 35.4676, -97.5164, "SOUTH", 681),
    City("Boston", "MA", "02108", 42.3601, -71.0589, "NORTHEAST", 676),
    City("El Paso", "TX", "79901", 31.7619, -106.4850, "SOUTH", 679),
    City("Portland", "OR", "97204", 45.5152, -122.6784, "WEST", 653),
    City("Las Vegas", "NV", "89101", 36.1699, -115.1398, "WEST", 642),
    City("Detroit", "MI", "48226", 42.3314, -83.0458, "MIDWEST", 639),
    City("Memphis", "TN", "38103", 35.1495, -90.0490, "SOUTH", 633),
    City("Baltimore", "MD", "21202", 39.2904, -76.6122, "SOUTH", 586),
    City("Milwaukee", "WI", "53202", 43.0389, -87.9065, "MIDWEST", 577),
    City("Albuquerque", "NM", "87102", 35.0844, -106.6504, "WEST", 565),
    City("Kansas City", "MO", "64106", 39.0997, -94.5786, "MIDWEST", 508),
    City("Atlanta", "GA", "30303", 33.7490, -84.3880, "SOUTH", 499),
    City("Omaha", "NE", "68102", 41.2565, -95.9345, "MIDWEST", 486),
    City("Miami", "FL", "33130", 25.7617, -80.1918, "SOUTH", 442),
    City("Minneapolis", "MN", "55415", 44.9778, -93.2650, "MIDWEST", 430),
    City("New Orleans", "LA", "70112", 29.9511, -90.0715, "SOUTH", 384),
    City("Cleveland", "OH", "44114", 41.4993, -81.6944, "MIDWEST", 373),
    City("Cincinnati", "OH", "45202", 39.1031, -84.5120, "MIDWEST", 309),
    City("Pittsburgh", "PA", "15222", 40.4406, -79.9959, "NORTHEAST", 303),
    City("Salt Lake City", "UT", "84111", 40.7608, -111.8910, "WEST", 200),
)


class ChineseCity(NamedTuple):
    name: str
    province: str
    thousands: int  # inhabitants; Source: China's census of 2020, rounded


CHINESE_CITIES: tuple[ChineseCity, ...] = (
    ChineseCity("上海市", "上海市", 24871),
    ChineseCity("北京市", "北京市", 21893),
    ChineseCity("广州市", "广东省", 18677),
    ChineseCity("深圳市", "广东省", 17560),
    ChineseCity("苏州市", "江苏省", 12748),
    ChineseCity("杭州市", "浙江省", 11937),
    ChineseCity("南京市", "江苏省", 9315),
    ChineseCity("宁波市", "浙江省", 9404),
)
