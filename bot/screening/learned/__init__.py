"""The learned reader of answers to the opioid question: what it sees, what it decides, how it is trained."""
