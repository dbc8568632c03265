"""Numbers of the specification: exact fractions, one rounding, half away from zero."""

import datetime
import re
import unicodedata
from fractions import Fraction

FLAG_WORDS = {
    "x": 1, "có": 1, "đạt": 1, "yes": 1, "true": 1,
    "không": 0, "không đạt": 0, "no": 0, "false": 0,
}
INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\ufeff\u2060"))
ISO_DATE = re.compile(r"^(\d{4})-(\d{2})-(\d{2})$")
DAY_FIRST_DATE = re.compile(r"^(\d{1,2})/(\d{1,2})/(\d{4})$")


def round_half_away(x, places=0):
    """x as a Fraction, rounded once to 10^-places, halves away from zero."""
    scaled = abs(Fraction(x)) * 10**places
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Fraction(whole if x >= 0 else -whole, 10**places)


def decimal_meant(x):
    """A double as the fraction that it stands for: the decimal of at most 15 digits that
    reads as it (2.675 is 2.675), or else itself."""
    short = f"{x:.15g}"
    return Fraction(short) if float(short) == x else Fraction(x)


def floor_of(x):
    return x.numerator // x.denominator


def clean(text):
    """Blanks as the data files define them: NFC, trimmed, collapsed, nothing invisible."""
    text = unicodedata.normalize("NFC", text.translate(INVISIBLE))
    return re.sub(r"\s+", " ", text.replace("\u00a0", " ")).strip()


def day_number(text):
    """A date as a whole number of days, or None when the text is no date."""
    found = ISO_DATE.match(text)
    if found:
        year, month, day = map(int, found.groups())
    else:
        found = DAY_FIRST_DATE.match(text)
        if not found:
            return None
        day, month, year = map(int, found.groups())
    return Fraction(datetime.date(year, month, day).toordinal())


def parse_number(text, mark=None):
    """A number as offices write it. mark: the declared decimal mark of the files."""
    body = text.rstrip("%").replace(" ", "")
    if "." in body and "," in body:
        mark = max(".,", key=body.rfind)
    elif body.count(".") + body.count(",") > 1:
        mark = None
        body = body.replace(".", "").replace(",", "")
    elif mark is None:
        mark = "," if "," in body else "."
    elif mark not in body:
        body = body.replace("," if mark == "." else ".", "")
    if mark is not None:
        body = body.replace("." if mark == "," else ",", "").replace(mark, ".")
    return Fraction(body)


def parse_cell(text, mark=None):
    """A cell of values: a Fraction (flags 0 and 1, dates as day numbers), None when blank."""
    text = clean(text)
    if not text:
        return None
    if text.lower() in FLAG_WORDS:
        return Fraction(FLAG_WORDS[text.lower()])
    date = day_number(text)
    return parse_number(text, mark) if date is None else date


INTERVAL = re.compile(r"^([\[(])\s*([^,\s]+)\s*,\s*([^,\s]+)\s*([\])])$")


def parse_interval(text):
    """(lo, lo closed, hi, hi closed); None stands for no bound."""
    text = text.strip()
    found = INTERVAL.match(text)
    if found:
        opening, lo, hi, closing = found.groups()
        return Fraction(lo), opening == "[", Fraction(hi), closing == "]"
    for sign in ("<=", ">=", "<", ">"):
        if text.startswith(sign):
            edge, closed = Fraction(text[len(sign):].strip()), "=" in sign
            if sign[0] == "<":
                return None, False, edge, closed
            return edge, closed, None, False
    return Fraction(text), True, Fraction(text), True


def interval_holds(interval, x):
    lo, lo_closed, hi, hi_closed = interval
    if lo is not None and (x < lo or (x == lo and not lo_closed)):
        return False
    return hi is None or x < hi or (x == hi and hi_closed)
