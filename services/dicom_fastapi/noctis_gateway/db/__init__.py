"""The index on the disk: SQLite or PostgreSQL, by one code path."""
