"""The order file format of docs/order-format.md: a row becomes a raw order, or the reason why not. Pure."""
