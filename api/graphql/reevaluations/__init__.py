"""Re-evaluations of open orders: what each run did."""
