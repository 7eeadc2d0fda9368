"""Numbered pages, read so that nothing is missed while the list changes."""


def backwards(page: int | None, pages: int) -> int | None:
    """The number of the next page, after `page`; None as `page` is the first request, None as answer the end.

    What changes meanwhile leaves its window, and what comes after it moves forward: read forward, one
    order would slip past for each. So after the first page, which says how many there are, come the last
    to the second, and the first once more.
    """
    if page is None:
        return pages if pages > 1 else None
    return page - 1 if page > 1 else None
