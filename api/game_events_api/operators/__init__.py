"""What people and monitoring ask over HTTP: everything that is no event path."""
