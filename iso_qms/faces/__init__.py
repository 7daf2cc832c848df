"""The faces of the register: each parses what it is given, calls the front door and words the answer."""
