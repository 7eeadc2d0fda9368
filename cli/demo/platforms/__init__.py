"""The demo's platforms: each as its shops meet it, with its own payloads, signatures and stock API."""
