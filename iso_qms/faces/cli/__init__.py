"""The command line `iso-qms`."""
