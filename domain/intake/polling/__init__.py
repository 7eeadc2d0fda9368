"""Asking platforms for orders: page by page, with the place kept in the database."""
