"""From a message to its outcomes: lexicon entities, the classifier and the reading of a message."""
