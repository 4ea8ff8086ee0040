"""Pages for reviewers, who have a key with the scope `review`."""
