"""From outcomes to replies: the document, the curated answers of domain.yml and how they are put together."""
