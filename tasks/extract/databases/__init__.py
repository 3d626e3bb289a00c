"""Databases as sources: a read-only query by URL, of which only the columns that a mapping names ever leave the server."""
