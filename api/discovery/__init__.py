"""What programs look for: feed, sitemap, `llms.txt`, robots, the agent skill."""
