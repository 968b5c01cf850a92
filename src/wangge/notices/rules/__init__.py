"""What is told to whom and when, what is sent and how often. Pure."""
