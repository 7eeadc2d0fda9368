"""The reports: a `.sql` and a row type each."""
