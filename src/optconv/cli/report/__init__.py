"""What a migration report says, as values: counted and grouped once, and laid out by every format."""
