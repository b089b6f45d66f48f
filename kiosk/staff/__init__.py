"""What staff ask for, done or refused: a module for each kind of act. Pure."""
