"""The contract's tools: schemas read, bundled, linted, compared, and turned into code."""
