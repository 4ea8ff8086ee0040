"""The database: tables, all SQL, generations. May import `checks` and what is below it."""
