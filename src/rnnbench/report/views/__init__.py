"""Tables -> the numbers that figures and sections show."""
