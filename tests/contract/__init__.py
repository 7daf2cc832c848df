"""What holds for the whole repository, whoever changes it."""
