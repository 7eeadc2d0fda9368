"""Instances and plans of the allocation format, as files."""
