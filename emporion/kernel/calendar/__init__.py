"""The business calendar: which days are worked, by the week, the country's holidays and days of one's own (ACT-7)."""
