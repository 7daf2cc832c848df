"""Public posting (niêm yết): pages that say what is in force, written from the register's news."""
