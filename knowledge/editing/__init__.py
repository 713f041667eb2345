"""Changes of the knowledge base."""
