"""What a visitor answers to the screening questions: pure reading, and the form's steps. No Rasa in here."""
