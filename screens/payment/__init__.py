"""Taking money: cash, cards, and what is left to pay."""
