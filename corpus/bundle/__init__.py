"""Exports, backups and bundles: the corpus as files, and restoring it. May import `library`."""
