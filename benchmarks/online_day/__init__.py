"""A day on which orders arrive one by one, lived through by several policies, against knowing it all before."""
