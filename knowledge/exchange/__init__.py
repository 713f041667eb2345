"""Knowledge as files."""
