"""One file a platform: what it sends, how it signs, how it is told about stock. All of it pure."""
