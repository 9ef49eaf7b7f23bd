"""The Rasa bot's own parts: what `config.yml`, `credentials.yml` and `endpoints.yml` name."""
