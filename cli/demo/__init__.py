"""The demo: a made-up company that sells real baskets."""
