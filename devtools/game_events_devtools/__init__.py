"""What a developer wants beside the product and production does without: simulated players, the demo, Firehose."""
