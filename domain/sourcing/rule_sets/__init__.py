"""The life of a rule set: drafted, changed, activated, archived."""
