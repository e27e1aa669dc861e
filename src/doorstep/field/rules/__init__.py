"""What may be said of a visit, what it means to others, what of a photo is kept. Pure."""
