"""The pupils' words in other languages than English, which stands in ``FACES``.

At most five words each, {cubby} and {time} as there. Digits stay as they are painted on the doors.
They were not written by native speakers: docs/screen.md says which need a check by one.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.acts import Sign

ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class Language:
    """A language's own name, and the direction of its writing: "ltr" or "rtl"."""

    name: str
    direction: str = "ltr"


# By the code of ISO 639-1, which a page's ``lang`` wants.
LANGUAGES: Mapping[str, Language] = {
    ENGLISH: Language("English"),
    "cy": Language("Cymraeg"),
    "pl": Language("polski"),
    "uk": Language("українська"),
    "ar": Language("العربية", "rtl"),
}

TRANSLATIONS: Mapping[str, Mapping[Sign, str]] = {
    "cy": {
        Sign.READY: "Tapiwch eich cerdyn",
        Sign.PUT_IN: "Ffôn i mewn. Drws {cubby}",
        Sign.DONE: "Iawn. Drws {cubby} ar glo",
        Sign.TAKE: "Cymerwch eich ffôn. Drws {cubby}",
        Sign.NOTED: "Iawn",
        Sign.WAIT: "Arhoswch",
        Sign.NOT_YET: "Ddim eto. {time}",
        Sign.ASK_OFFICE: "Gofynnwch i'r swyddfa",
        Sign.ONE_CARD: "Un cerdyn yn unig",
        Sign.FULL: "Llawn. Gofynnwch i'r swyddfa",
        Sign.SHUT_DOOR: "Caewch ddrws {cubby}",
        Sign.NOTHING_HERE: "Dim byd yma",
        Sign.ALREADY_IN: "I mewn yn barod",
        Sign.CLOSED: "Ar gau",
        Sign.BROKEN: "Wedi torri. Gofynnwch i'r swyddfa",
        Sign.NEXT_CARD: "Staff: tapiwch yr ail gerdyn",
        Sign.CONFIRM_TIME: "Ai {time}? Ail gerdyn",
        Sign.ENTER_PIN: "Staff: rhowch eich PIN",
        Sign.WRONG_PIN: "PIN anghywir. Eto",
        Sign.LEAVE: "Gadewch nawr",
    },
    "pl": {
        Sign.READY: "Przyłóż kartę",
        Sign.PUT_IN: "Włóż telefon. Drzwiczki {cubby}",
        Sign.DONE: "Gotowe. Drzwiczki {cubby} zamknięte",
        Sign.TAKE: "Weź telefon. Drzwiczki {cubby}",
        Sign.NOTED: "Gotowe",
        Sign.WAIT: "Poczekaj",
        Sign.NOT_YET: "Jeszcze nie. {time}",
        Sign.ASK_OFFICE: "Zapytaj w sekretariacie",
        Sign.ONE_CARD: "Tylko jedna karta",
        Sign.FULL: "Pełne. Zapytaj w sekretariacie",
        Sign.SHUT_DOOR: "Proszę zamknąć drzwiczki {cubby}",
        Sign.NOTHING_HERE: "Nic tu nie ma",
        Sign.ALREADY_IN: "Już w środku",
        Sign.CLOSED: "Zamknięte",
        Sign.BROKEN: "Awaria. Zapytaj w sekretariacie",
        Sign.NEXT_CARD: "Personel: przyłóż drugą kartę",
        Sign.CONFIRM_TIME: "Czy jest {time}? Druga karta",
        Sign.ENTER_PIN: "Personel: podaj PIN",
        Sign.WRONG_PIN: "Zły PIN. Jeszcze raz",
        Sign.LEAVE: "Wyjdź teraz",
    },
    "uk": {
        Sign.READY: "Приклади картку",
        Sign.PUT_IN: "Поклади телефон. Дверцята {cubby}",
        Sign.DONE: "Готово. Дверцята {cubby} замкнено",
        Sign.TAKE: "Візьми телефон. Дверцята {cubby}",
        Sign.NOTED: "Готово",
        Sign.WAIT: "Зачекай",
        Sign.NOT_YET: "Ще ні. {time}",
        Sign.ASK_OFFICE: "Запитай у канцелярії",
        Sign.ONE_CARD: "Лише одна картка",
        Sign.FULL: "Повно. Запитай у канцелярії",
        Sign.SHUT_DOOR: "Зачини, будь ласка, дверцята {cubby}",
        Sign.NOTHING_HERE: "Тут нічого немає",
        Sign.ALREADY_IN: "Уже всередині",
        Sign.CLOSED: "Зачинено",
        Sign.BROKEN: "Зламано. Запитай у канцелярії",
        Sign.NEXT_CARD: "Персонал: прикладіть другу картку",
        Sign.CONFIRM_TIME: "Зараз {time}? Друга картка",
        Sign.ENTER_PIN: "Персонал: введіть PIN",
        Sign.WRONG_PIN: "Хибний PIN. Ще раз",
        Sign.LEAVE: "Виходь зараз",
    },
    "ar": {
        Sign.READY: "مرّر بطاقتك",
        Sign.PUT_IN: "ضع الهاتف. الباب {cubby}",
        Sign.DONE: "تم. الباب {cubby} مقفل",
        Sign.TAKE: "خذ هاتفك. الباب {cubby}",
        Sign.NOTED: "تم",
        Sign.WAIT: "انتظر",
        Sign.NOT_YET: "ليس بعد. {time}",
        Sign.ASK_OFFICE: "اسأل المكتب",
        Sign.ONE_CARD: "بطاقة واحدة من فضلك",
        Sign.FULL: "ممتلئ. اسأل المكتب",
        Sign.SHUT_DOOR: "أغلق الباب {cubby} من فضلك",
        Sign.NOTHING_HERE: "لا شيء هنا",
        Sign.ALREADY_IN: "موجود بالفعل",
        Sign.CLOSED: "مغلق",
        Sign.BROKEN: "معطّل. اسأل المكتب",
        Sign.NEXT_CARD: "للموظفين: مرّر البطاقة الثانية",
        Sign.CONFIRM_TIME: "الساعة {time}؟ البطاقة الثانية",
        Sign.ENTER_PIN: "للموظفين: أدخل رقم PIN",
        Sign.WRONG_PIN: "رقم PIN خاطئ. مجدداً",
        Sign.LEAVE: "اخرج الآن",
    },
}

# What stands behind the two keys of the PIN pad that are no digits: delete, and enter.
PAD_KEYS: Mapping[str, tuple[str, str]] = {
    ENGLISH: ("Delete", "Enter"),
    "cy": ("Dileu", "Rhoi"),
    "pl": ("Usuń", "Zatwierdź"),
    "uk": ("Видалити", "Підтвердити"),
    "ar": ("حذف", "تأكيد"),
}


def is_language(code: str) -> bool:
    """Whether the kiosk has its words in that language."""
    return code in LANGUAGES
