"""How fast it is, each number beside its aim: `python -m benchmarks [name ...] [--quick] [--json FILE]`."""
