"""Files of orders, of any size: taken in piece by piece, worked off row by row, each row with its fate."""
