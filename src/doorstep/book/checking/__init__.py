"""Looking at files before they are taken: profile, rejects, doubts. Nothing is written."""
