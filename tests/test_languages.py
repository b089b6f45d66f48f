"""The pupils' words in every language: each sign has some, few, with the same numbers in them."""

import re
import unicodedata

import pytest

from kiosk.acts import Show, Sign
from kiosk.policy.languages import ENGLISH, LANGUAGES, TRANSLATIONS, is_language
from kiosk.policy.signs import FACES, pupil_words

EVERY = [(code, sign) for code in LANGUAGES for sign in Sign]
FIELD = re.compile(r"\{\w+\}")


def test_every_language_but_english_has_a_catalogue() -> None:
    assert {ENGLISH, *TRANSLATIONS} == set(LANGUAGES)


@pytest.mark.parametrize("code", TRANSLATIONS)
def test_a_catalogue_has_every_sign(code: str) -> None:
    assert TRANSLATIONS[code].keys() == FACES.keys()


@pytest.mark.parametrize(("code", "sign"), EVERY)
def test_a_sign_has_at_most_five_words(code: str, sign: Sign) -> None:
    words = pupil_words(Show(sign, 7, "15:10"), language=code)
    assert 1 <= len(words.split()) <= 5


@pytest.mark.parametrize(("code", "sign"), EVERY)
def test_a_sign_names_the_same_number_or_time_in_every_language(code: str, sign: Sign) -> None:
    words = TRANSLATIONS.get(code, {}).get(sign, FACES[sign].words)
    assert FIELD.findall(words) == FIELD.findall(FACES[sign].words)


@pytest.mark.parametrize(("code", "sign"), EVERY)
def test_words_are_plain_text_without_stray_spaces(code: str, sign: Sign) -> None:
    words = pupil_words(Show(sign, 7, "15:10"), language=code)
    assert words == " ".join(words.split()) == unicodedata.normalize("NFC", words)
    assert not [letter for letter in words if not letter.isprintable() or letter in "<>&"]


@pytest.mark.parametrize("code", TRANSLATIONS)
def test_no_two_signs_with_other_pictures_have_the_same_words(code: str) -> None:
    told: dict[str, set[str]] = {}
    for sign, words in TRANSLATIONS[code].items():
        told.setdefault(words, set()).add(FACES[sign].picture)
    assert [words for words, pictures in told.items() if len(pictures) > 1] == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_language_is_written_in_the_direction_that_it_says(code: str) -> None:
    words = pupil_words(Show(Sign.ASK_OFFICE), language=code)
    is_right_to_left = any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in words)
    assert LANGUAGES[code].direction == ("rtl" if is_right_to_left else "ltr")


def test_digits_are_those_painted_on_the_doors() -> None:
    assert all("17" in pupil_words(Show(Sign.TAKE, 17), language=code) for code in LANGUAGES)


@pytest.mark.parametrize("code", ["", "xx", "EN", "en-GB"])
def test_what_is_no_language_of_ours_is_spoken_in_english(code: str) -> None:
    assert not is_language(code)
    assert pupil_words(Show(Sign.CLOSED), language=code) == "Closed"
