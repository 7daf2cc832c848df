"""What document control means: plain Python on the standard library, without clock, disk or database."""
