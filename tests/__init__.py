"""The tests: a mirror of the package, the contracts and the journeys."""
