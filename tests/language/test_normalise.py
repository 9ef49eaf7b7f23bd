import pytest

from language.normalise import normalise, without_command


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("is  it\n safe?", "is it safe?"),
        ("ｉｓ ｉｔ ｓａｆｅ", "is it safe"),
        ("l\u200bd\u200dn", "ldn"),
        ("what’s “low”…", "what's \"low\"..."),
        ("plssssss help", "plss help"),
        ("MS and ms stay apart", "MS and ms stay apart"),
    ],
    ids=["white space", "full width", "invisible characters", "quotes and dots", "stretched letters", "case is kept"],
)
def test_the_same_characters_get_one_spelling(typed, read):
    assert normalise(typed) == read


@pytest.mark.parametrize("typed", ["/restart", " /restart", "//restart", "\\/ restart"])
def test_a_leading_slash_never_reaches_the_bot(typed):
    assert without_command(typed) == "restart"
