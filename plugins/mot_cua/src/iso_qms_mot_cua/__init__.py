"""The one-stop desk: it receives, handles and returns dossiers, and follows the version in force because it asks."""
