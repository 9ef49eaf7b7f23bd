"""The bot's custom actions, run by rasa-sdk in a process of its own."""
