"""Playing the world, day by day, through the doors."""
