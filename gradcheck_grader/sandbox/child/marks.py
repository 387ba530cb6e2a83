"""How to ask what code looks like, and how much the answer may hold: both sides keep to it."""

MARKS = "*marks"  # in place of a function's name
MOST_MARKS, MOST_UNITS, MOST_LINES, LONGEST_LINE = 2_000, 300, 20_000, 160
