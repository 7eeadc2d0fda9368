"""Rule sets: what decides where orders leave from, written as data."""
