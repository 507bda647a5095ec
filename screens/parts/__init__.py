"""What the screens show, as rows: the ticket, the payment, lists, the inspector, the bars. Functions of the state."""
