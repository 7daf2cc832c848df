"""Two readings of a document side by side: what differs, in words, in sections and letter by letter."""
