"""One module per job: perform acts, know the people, take files in, answer, list, prove."""
