"""Named queries on the warehouse: one `.sql` and one `.json` each, so that an analyst adds a page without Python."""
