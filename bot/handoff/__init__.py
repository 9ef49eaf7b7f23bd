"""A request to the clinic, taken in conversation: pure reading, and the form's steps. No Rasa in here."""
