"""The watched folder: Word files that settle become drafts of the folder's drafter, and never more than that."""
