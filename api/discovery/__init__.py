"""Resources that programs discover: feed, sitemap, `llms.txt`, robots, the agent skill."""
