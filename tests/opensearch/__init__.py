"""Real OpenSearch servers for the tests: `make test-opensearch`.

They are started from OpenSearch's own artifacts, which Maven brings (`pom.xml`).
"""
