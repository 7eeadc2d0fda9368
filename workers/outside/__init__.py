"""The only place that speaks HTTP to platforms and partners."""
