"""What administrators do, who are known by their user ids."""
