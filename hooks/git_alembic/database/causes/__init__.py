"""From what was seen of a database, and what git knows, to the causes; pure."""
