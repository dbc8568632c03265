"""Where linear functions of one weight meet: fractions, or roots enclosed to 60 digits."""

from fractions import Fraction
from math import isqrt

DIGITS = 10**60


class Line:
    """at(m) = start + slope m"""

    def __init__(self, start, slope):
        self.start, self.slope = start, slope

    def __sub__(self, other):
        if not isinstance(other, Line):
            return Line(self.start - other, self.slope)
        return Line(self.start - other.start, self.slope - other.slope)

    def times(self, number):
        return Line(self.start * number, self.slope * number)

    def zero(self):
        """[(place, is exact)]"""
        return [] if self.slope == 0 else [(-self.start / self.slope, True)]


def through(at_0, at_1, one):
    return Line(at_0, (at_1 - at_0) / one)


def root(number):
    """(square root of a fraction, is exact)"""
    top, bottom = isqrt(number.numerator), isqrt(number.denominator)
    if top * top == number.numerator and bottom * bottom == number.denominator:
        return Fraction(top, bottom), True
    return Fraction(isqrt(number.numerator * DIGITS * DIGITS // number.denominator), DIGITS), False


def equal_products(a, b, c, d):
    """Where a b = c d, four lines."""
    square = a.slope * b.slope - c.slope * d.slope
    linear = a.slope * b.start + a.start * b.slope - c.slope * d.start - c.start * d.slope
    constant = a.start * b.start - c.start * d.start
    if square == 0:
        return Line(constant, linear).zero()
    under = linear * linear - 4 * square * constant
    if under < 0:
        return []
    size, is_exact = root(under)
    return [((-linear + sign * size) / (2 * square), is_exact) for sign in (-1, 1)]
