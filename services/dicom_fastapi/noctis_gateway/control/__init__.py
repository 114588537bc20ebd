"""The receiver, steered and looked at."""
