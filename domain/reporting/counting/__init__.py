"""Counting: keep the roll-ups in step with orders and the ledger, or build them anew."""
