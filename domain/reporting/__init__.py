"""Roll-ups and reports: what was sold, shipped and stocked, in sums that follow the feed."""
