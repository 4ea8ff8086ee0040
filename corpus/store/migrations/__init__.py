"""Database migrations, and the schema version."""
