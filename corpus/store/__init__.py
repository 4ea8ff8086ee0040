"""The database: tables, all SQL, generations. May import `checks` and the packages below it."""
