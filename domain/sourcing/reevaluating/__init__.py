"""Until picking starts, a better place may turn up: open orders are planned anew, together, and moved."""
