"""Every timeout and threshold of the store, each with what it does.

`pytest tests/faults` shows what happens when a database hangs, is away or full, `make
test-postgres` the same for PostgreSQL, `python -m bench sizes` the cost of reading.
"""

# SQLite (`database.py`)

READER_LOCK_SECONDS = 2
"""How long a reader waits for a lock. It rarely meets one, and blocks others meanwhile."""
WRITER_LOCK_SECONDS = 30
"""How long a writer waits for a lock."""
RECORDER_LOCK_SECONDS = 5
"""How long somebody who waits for an answer waits for an ingest to finish writing."""

# Servers that are away (`database.py`)

RETRY_SECONDS = 1.0
"""After a failure to connect, nobody tries again for this long."""
REPLICA_RETRY_SECONDS = 5.0
"""The same for a replica, which is not essential."""
TRIAL_SECONDS = 6.0
"""How long the next attempt may take, during which other readers still fail at once."""

# PostgreSQL (`postgresql.py`)

CONNECT_SECONDS = 3
"""How long connecting may take, and waiting for a pooled connection."""
PING_SECONDS = 2.0
"""How long the check of a pooled connection may take."""
READ_SECONDS = 5.0
"""The timeout of a reader's statement: on the server, and one second later on the client."""
WRITERS_LOCK_SECONDS = 30
"""How long a writer waits for the writers' lock."""
PROBE_SECONDS = 10.0
"""How often a listener checks that its connection is alive."""
POLL_SECONDS = 0.25
"""How soon a listener notices that it is closed."""
SLOWEST_RETRY_SECONDS = 5.0
"""The longest pause of a listener between attempts to connect."""

# Generations (`generations.py`)

WRONG_CLOCK_SECONDS = 86_400
"""A generation that is dated further ahead than this had a wrong clock, and is not followed."""

# Stored documents (`stored_documents.py`)

BATCH = 200
"""Ids in one `IN`, and so articles in memory at a time."""
SUMMARY_CHARACTERS, SIGNATURE_CHARACTERS = 9_000_000, 5_000_000
"""Characters of JSON whose values are in memory, where they take some 42 and 25 MB, and 17 MB more
once every signature was read: of 3,500 articles of 4 KB, or of 240 with long tables in two
languages."""
VECTOR_BYTES = 12_000_000
"""The same for the vectors of passages: of 1,800 articles with 26 passages each."""

# Articles and their names (`articles.py`, `queries/catalog.py`)

FINGERPRINT_DIGITS = 16
"""Hexadecimal digits to compare: one change in 10^19 would be missed."""
SUGGESTED_SIMILARITY = 0.4
"""Dice's coefficient of the trigrams from which on a slug is suggested for a wrong name."""
