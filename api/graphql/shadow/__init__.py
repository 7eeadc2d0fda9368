"""What bid prices would have saved."""
