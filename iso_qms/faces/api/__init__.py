"""The register over HTTP: what is in force, whether a version may be used, what changed, and acts under a person."""
