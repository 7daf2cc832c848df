"""Builds the office's Word procedures from readable content files."""
