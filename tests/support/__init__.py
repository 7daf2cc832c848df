"""Real parts that tests stand on: a PostgreSQL, a clock, the programs of this machine."""
