"""Who may ask: service tokens, Django's sessions, rate limits. The default is closed."""
