"""Migrations: one module each, whose SQL stands in sql/ under the same number."""
