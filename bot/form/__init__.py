"""What every form of the bot shares: hearing an answer, yes and no, cancel, why, back, and what a turn says.

A form keeps its own state and its own steps; it takes from here

    hearing.hear        one message as statements and questions
    plain.read          yes, no, unsure or declined, where nothing is named
    control.control_of  cancel, why, what do you mean, back
    asides.asides       what was asked in between, to be answered in the same turn
    turn.Turn           what to say, as data for the generator of words

The wordings stand in `knowledge/form.yml`. Nothing here knows of Rasa or of what a form asks.
"""
