"""Libraries of others, copied into the console from npm, so that it works without a build and offline."""
