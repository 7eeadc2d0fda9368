"""Orders in: what platforms send is archived as it came, and worked off afterwards."""
