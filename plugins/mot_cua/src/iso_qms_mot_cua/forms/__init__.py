"""The printed forms of the desk: dated data, pages made of what happened, and these pages as Word and PDF."""
