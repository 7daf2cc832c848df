"""Schema migrations, additive only; shipped in the package and run by `database.upgrade`."""
