"""One line that finds everything: actions, products, tickets, receipts."""
