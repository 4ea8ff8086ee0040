"""OpenSearch, for corpora and traffic that outgrow a machine."""
