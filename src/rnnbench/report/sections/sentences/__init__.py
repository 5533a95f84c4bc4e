"""The reader's own sentences, and those on which networks disagree."""
