"""What a reviewer of content should look at: hidden characters, prompt injection, dangers."""
