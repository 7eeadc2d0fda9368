"""Files that are made of what is here, of any size: written piece by piece, and handed out by a link."""
