"""Which names of fields and columns say that the values are about a person."""

import re

# fmt: off
PERSONAL_WORDS = frozenset({
    "email", "mail", "emails", "phone", "phones", "mobile", "telephone", "tel", "fax", "wechat",
    "whatsapp", "linkedin", "surname", "firstname", "lastname", "fullname", "birthday",
    "birthdate", "passport", "ssn",
})
NAMES = frozenset({
    "name", "first_name", "last_name", "full_name", "given_name", "family_name", "middle_name",
    "display_name", "contact_name", "person_name", "surname", "firstname", "lastname", "fullname",
})
PERSONAL_KEYS = NAMES | {
    "e_mail", "contact", "address", "street", "street_address", "ip", "ip_address",
}
CHINESE = (
    "姓名", "名字", "邮箱", "邮件", "电话", "手机", "微信", "地址", "联系人", "身份证",
)
CHINESE_NAMES = ("姓名", "名字", "联系人")
# fmt: on
WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


def is_personal(key: object) -> bool:
    """Whether a field of this name would hold a person's data (in English or Chinese).

    `work_email`, `mobilePhone` and `email_address` would, `email_clicks` would not.
    """
    words = [word.lower() for word in WORD.findall(str(key))]
    what = words[:-1] if words[-1:] in (["address"], ["number"]) else words
    return (
        "_".join(words) in PERSONAL_KEYS
        or not PERSONAL_WORDS.isdisjoint(what[-1:])
        or any(chinese in str(key) for chinese in CHINESE)
    )


def is_person_name(key: object) -> bool:
    """Whether a column of this name holds what people are called."""
    words = "_".join(word.lower() for word in WORD.findall(str(key)))
    return words in NAMES or any(chinese in str(key) for chinese in CHINESE_NAMES)
