"""Exports, backups and bundles: the corpus as files, and back. May import `library`."""
