"""SQLModel tables and files by digest: what was recorded, and nothing that was not."""
