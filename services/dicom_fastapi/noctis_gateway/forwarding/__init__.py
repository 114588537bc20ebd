"""Events on to Django: at least once, in order within a study, signed."""
