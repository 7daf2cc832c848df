"""What is copied into evidence bundles: the stand-alone verifier and the words around it."""
