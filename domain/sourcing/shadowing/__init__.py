"""What bid prices would have saved: each day that is over, replayed without and with them."""
