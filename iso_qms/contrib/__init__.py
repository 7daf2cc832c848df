"""Ready-made joints between the guard and the frameworks that services are written with; each imports its own only."""
