"""What everyday tasks cost in key presses: each is played on the app, and the manual's table is compared with it.

`python -m tests.screens.test_key_presses` prints the table.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from pos.testing import Cashier
from screens.kit.keymap import STANDARD, cap_of
from tests.manual.papers import page
from tests.screens.shop import BREAD, MILK


@dataclass(frozen=True)
class Press:
    key: str

    @property
    def sent(self) -> str:
        return "\n" if self.key == "enter" else self.key if len(self.key) == 1 else f"<{self.key}>"

    @property
    def told(self) -> str:
        arrow = {"up": "↑", "down": "↓", "right": "→", "left": "←"}.get(self.key)
        return f"`{arrow or cap_of(self.key)}`"

    presses = 1


@dataclass(frozen=True)
class Typed:
    """A text, a press for each of its characters."""

    text: str

    @property
    def sent(self) -> str:
        return self.text

    @property
    def told(self) -> str:
        return f"`{self.text}`"

    @property
    def presses(self) -> int:
        return len(self.text)


@dataclass(frozen=True)
class Scan:
    """A code that the scanner writes with its Enter: one thing for the cashier to do."""

    code: str

    @property
    def sent(self) -> str:
        return f"{self.code}\n"

    told = "scan"
    presses = 1


Step = Press | Typed | Scan
Proof = Callable[[Cashier], bool]


def do(action: str) -> Press:
    """The key of an action of the table."""
    return Press(STANDARD.key(action))


ENTER, UP, DOWN, RIGHT = Press("enter"), Press("up"), Press("down"), Press("right")


@dataclass(frozen=True)
class Task:
    """What is to be done, from which state, with which steps, how many presses that is, and how one sees it done."""

    name: str
    start: str
    steps: tuple[Step, ...]
    presses: int
    done: Proof

    @property
    def keys(self) -> int:
        """How many presses that is beside what is typed or scanned."""
        return sum(isinstance(step, Press) for step in self.steps)


ONE = f"{MILK}\n"
TWO = f"{MILK}\n{BREAD}\n"
PAID = f"{MILK}\n<f12>20\n"

STARTS = {
    "an empty ticket": "",
    "one line": ONE,
    "two lines": TWO,
    "two lines, one just voided": f"{TWO}<f3>",
    "two lines, all just voided": f"{TWO}<ctrl+x>y\n",
    "two lines, a void undone": f"{TWO}<f3><ctrl+z>",
    "after a sale": f"{PAID}<escape>",
    "the next customer's first line": f"{PAID}{BREAD}\n",
    "the payment of one line": f"{ONE}<f12>",
    "two lines, 2 taken in cash": f"{TWO}<f12>2\n",
    "the receipt": PAID,
    "one ticket set aside": f"{ONE}<f7>\n",
    "two tickets set aside": f"{ONE}<f7>Ada\n{BREAD}\n<f7>Bob\n",
    "one line, another ticket set aside": f"{ONE}<f7>\n{BREAD}\n",
    "one line, two other tickets set aside": f"{ONE}<f7>Ada\n{BREAD}\n<f7>Bob\nTEA\n",
    "two lines, no funds on the card": f"{TWO}/gateway decline insufficient_funds\n",
}
"""The states from which tasks begin, and the keys that lead there."""


def paid(tender: str, change: int = 0) -> Proof:
    """The ticket is paid, by the tenders told, and so much change is given."""
    return lambda cashier: (
        cashier.state == "paid"
        and "+".join(payment.tender for payment in cashier.sale.payments if payment.state == "captured") == tender
        and cashier.sale.change == change
    )


def quantities(**wanted: str) -> Proof:
    """The ticket on the screen has these lines and no other."""
    return lambda cashier: (
        cashier.state == "open" and {line.sku: f"{line.quantity}" for line in cashier.sale.lines} == wanted
    )


TASKS = (
    Task("Sell one more thing", "one line", (Scan(BREAD),), 1, quantities(MLK="1", RYE="1")),
    Task("Sell the last thing once more", "one line", (Press("+"),), 1, quantities(MLK="2")),
    Task("Sell three of a thing", "an empty ticket", (Typed("3*"), Scan(MILK)), 3, quantities(MLK="3")),
    Task("Change a quantity to 12", "one line", (Typed("12"), do("quantity")), 3, quantities(MLK="12")),
    Task(
        "See what a thing costs, and sell nothing", "an empty ticket", (do("check-price"), Scan(MILK)), 2,
        lambda cashier: "Whole Milk 1 L: 1.49" in cashier.text("line") and not cashier.sale.lines,
    ),
    Task(
        "See what a thing costs by its name", "an empty ticket", (Typed("?rye"), ENTER), 5,
        lambda cashier: "Rye Bread: 3.20" in cashier.text("line") and not cashier.sale.lines,
    ),
    Task(
        "Find a product in its category and sell it", "an empty ticket", (RIGHT, DOWN, ENTER, ENTER), 4,
        quantities(RYE="1"),
    ),
    Task("Find a product by its name and sell it", "an empty ticket", (Typed("rye"), ENTER), 4, quantities(RYE="1")),
    Task("Sell half a kilo by a short code", "an empty ticket", (Typed(".5*tom"), ENTER), 7, quantities(TOM="0.5")),
    Task(
        "Sell half a kilo by a short code, the weight asked", "an empty ticket",
        (Typed("tom"), ENTER, Typed(".5"), ENTER), 7, quantities(TOM="0.5"),
    ),
    Task("Take the last line off", "two lines", (do("void"),), 1, quantities(MLK="1")),
    Task("Take the line before it off", "two lines", (UP, do("void")), 2, quantities(RYE="1")),
    Task(
        "Undo a void", "two lines, one just voided", (do("undo"),), 1, quantities(MLK="1", RYE="1"),
    ),
    Task(
        "Undo a voided ticket", "two lines, all just voided", (do("undo"),), 1, quantities(MLK="1", RYE="1"),
    ),
    Task("Make again what was undone", "two lines, a void undone", (do("redo"),), 1, quantities(MLK="1")),
    Task(
        "Take everything off", "two lines", (do("void-all"), Typed("y"), ENTER), 3,
        lambda cashier: not cashier.sale.lines,
    ),
    Task(
        "See every step of a line's price", "one line", (do("cart"),), 1,
        lambda cashier: cashier.kind == "cart" and "List price" in cashier.text(),
    ),
    Task(
        "Take 10 % off a line", "one line", (Typed("10%"), do("discount")), 4,
        lambda cashier: cashier.sale.discount_total == 15,
    ),
    Task(
        "Take 10 % off a line, and say why", "one line", (Typed("10% old"), do("discount")), 8,
        lambda cashier: "old" in cashier.text("ticket"),
    ),
    Task(
        "Take 10 % off the ticket", "two lines", (Typed("10%"), do("ticket-discount")), 4,
        lambda cashier: cashier.sale.discount_total == 47,
    ),
    Task(
        "Sell a line at another price", "one line", (Typed("1"), do("price")), 2,
        lambda cashier: cashier.sale.lines[0].unit_price == 100,
    ),
    Task(
        "Put a coupon on that fits", "one line", (do("coupon"), DOWN, ENTER), 3,
        lambda cashier: any(coupon.amount for coupon in cashier.sale.coupons),
    ),
    Task(
        "Put a coupon on by its code", "one line", (Typed("save10"), do("coupon")), 7,
        lambda cashier: [coupon.code for coupon in cashier.sale.coupons] == ["SAVE10"],
    ),
    Task(
        "Put a member on by their number", "one line", (Typed("m1"), do("member")), 3,
        lambda cashier: cashier.sale.member == "M1",
    ),
    Task(
        "Put a member on by their name", "one line", (Typed("lov"), do("member")), 4,
        lambda cashier: cashier.sale.member == "M1",
    ),
    Task(
        "Put a member on by their card", "one line", (do("member"), Scan("M1")), 2,
        lambda cashier: cashier.sale.member == "M1",
    ),
    Task(
        "Put a member on by their card alone", "one line", (Scan("M1"),), 1,
        lambda cashier: cashier.sale.member == "M1",
    ),
    Task(
        "Set the ticket aside", "one line", (do("hold"), ENTER), 2,
        lambda cashier: [ticket.name for ticket in cashier.till.held_tickets()] == ["1-1"],
    ),
    Task(
        "Set the ticket aside under a name", "one line", (Typed("Eve"), do("hold")), 4,
        lambda cashier: [ticket.name for ticket in cashier.till.held_tickets()] == ["Eve"],
    ),
    Task("Take up the ticket set aside", "one ticket set aside", (do("recall"),), 1, quantities(MLK="1")),
    Task("Take up the second of two", "two tickets set aside", (do("recall"), DOWN, ENTER), 3, quantities(RYE="1")),
    Task(
        "Swap for the ticket set aside", "one line, another ticket set aside", (do("recall"),), 1, quantities(MLK="1"),
    ),
    Task(
        "Swap for the second of two", "one line, two other tickets set aside", (do("recall"), DOWN, ENTER), 3,
        quantities(RYE="1"),
    ),
    Task("Take exact cash", "two lines", (do("pay"), do("cash")), 2, paid("cash")),
    Task("Take a note, by the arrows", "two lines", (do("pay"), DOWN, ENTER), 3, paid("cash", 500 - 477)),
    Task("Take a note, typed", "two lines", (Typed("50"), do("pay"), ENTER), 4, paid("cash", 5000 - 477)),
    Task(
        "Add what was forgotten at the payment", "the payment of one line", (Scan(BREAD),), 1,
        quantities(MLK="1", RYE="1"),
    ),
    Task(
        "Give a part payment back", "two lines, 2 taken in cash", (do("abandon"), do("abandon")), 2,
        lambda cashier: cashier.state == "open" and "Give 2.00 back in cash" in cashier.text(),
    ),
    Task("Charge a card", "two lines", (do("pay"), do("card")), 2, paid("card")),
    Task(
        "Take 2 in cash and the rest by card", "two lines", (do("pay"), Typed("2"), ENTER, do("card")), 4,
        paid("cash+card"),
    ),
    Task(
        "Take cash after a card was declined", "two lines, no funds on the card", (do("pay"), do("card"), do("cash")),
        3, paid("cash"),
    ),
    Task(
        "Serve the next customer", "the receipt", (Scan(BREAD),), 1,
        lambda cashier: cashier.app.kind == "sale" and cashier.sale.ticket == "1-2" and quantities(RYE="1")(cashier),
    ),
    Task(
        "See the last change again", "the next customer's first line", (do("reprint"),), 1,
        lambda cashier: cashier.kind == "receipt" and "CHANGE" in cashier.text("paid"),
    ),
    Task(
        "Find an older receipt by its number", "the next customer's first line",
        (do("palette"), Typed("1-1-1"), ENTER), 7,
        lambda cashier: cashier.kind == "receipt" and "receipt 1-1-1" in cashier.text(),
    ),
    Task(
        "Print the last receipt again", "after a sale", (do("reprint"), do("print")), 2,
        lambda cashier: "The receipt is on" in cashier.text(),
    ),
)  # fmt: skip


def table() -> list[str]:
    """The table of the page on selling."""
    rows = [
        f"| {task.name} | {task.start} | {' '.join(step.told for step in task.steps)} | {task.presses} |"
        for task in TASKS
    ]
    return ["| task | from | keys | presses |", "| --- | --- | --- | --- |", *rows]


FEW = (
    "Sell half a kilo by a short code, the weight asked", "Add what was forgotten at the payment",
    "Put a member on by their name", "Undo a void", "See what a thing costs, and sell nothing",
    "See what a thing costs by its name", "See the last change again",
)  # fmt: skip
"""What is to need three keys at most beside what is typed or scanned."""


def test_there_are_at_least_forty_and_each_is_counted_right() -> None:
    assert len({task.name for task in TASKS}) >= 40
    assert {task.name: task.keys for task in TASKS if task.name in FEW and task.keys > 3} == {}
    assert {task.name for task in TASKS} >= set(FEW)
    assert [task.name for task in TASKS if sum(step.presses for step in task.steps) != task.presses] == []


def test_the_manual_has_the_table() -> None:
    assert "\n".join(table()) in page("cashier")


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)
async def test_a_task_is_done_with_these_keys_and_not_with_one_fewer(cashier: Cashier, task: Task) -> None:
    await cashier.keys(STARTS[task.start])
    for step in task.steps:
        assert not task.done(cashier)
        await (cashier.burst if isinstance(step, Scan) else cashier.keys)(step.sent)
    assert task.done(cashier)


if __name__ == "__main__":
    print("\n".join(table()))
