"""Whatever is typed where it does not belong is called what it is, as it was typed, with what to do about it."""

from __future__ import annotations

from pos.testing import Cashier
from tests.screens.shop import MILK


async def told(cashier: Cashier, keys: str) -> str:
    """What the line says after keys, and then it is empty again."""
    await cashier.keys(f"{keys}\n").settled()
    notice = cashier.app.notice
    assert notice is not None, keys
    assert notice.kind == "bad", notice
    await cashier.keys("<escape><escape>")
    return notice.text


async def test_it_is_called_what_it_is(cashier: Cashier) -> None:
    app = cashier.app
    assert "20%” is a percentage, and no code. Scan something first" in await told(cashier, "20%")
    assert "“3.5” is a number, and no product's code" in await told(cashier, "3.5")
    await cashier.keys(f"{MILK}\n")
    for text in ("zz top", "Zz-zzz"):
        assert (await told(cashier, text)).startswith(f"No product is called “{text}”."), text
    assert (await told(cashier, "milkmilk")).startswith("Nothing is called “milkmilk”.")
    for text in ("4711", "abc123", "NO-SUCH-1"):
        assert (await told(cashier, text)).startswith(f"No product has the code {text}."), text
    for text in ("3.5", "2*3.5"):
        said = await told(cashier, text)
        assert said.startswith("“3.5” is a number, and no code."), said
        assert all(app.cap(name) in said for name in ("quantity", "price", "pay")), said
    for text in ("20%", "20 %"):
        said = await told(cashier, text)
        assert said.startswith(f"“{text}” is a percentage, and no code. Type it and press {app.cap('discount')}"), said
    assert (await told(cashier, "?zz top")).startswith("No product is called “zz top”.")
    assert (await told(cashier, "/stock 3.5")).startswith("“3.5” is a number")
    assert (await told(cashier, "/member 20%")).startswith("“20%” is a percentage")
    assert (await told(cashier, "<f6>zz top")).startswith("No member is called “zz top”.")
    assert (await told(cashier, "<f6>999")).startswith("No member has the number 999.")
    assert (await told(cashier, "<f6>20%")).startswith("“20%” is a percentage, and no member")
    assert (await told(cashier, "<f4>zz")).startswith("“zz” is no discount. Type a percentage such as 10%")
    assert (await told(cashier, "<f2>zz")).startswith("“zz” is not a quantity.")
    assert (await told(cashier, "<ctrl+e>zz")).startswith("“zz” is not an amount of money")
    assert (await told(cashier, "<f2>20%")).startswith("“20%” is a percentage, and not a quantity")
    assert (await told(cashier, "<ctrl+e>20%")).startswith("“20%” is a percentage, and not an amount of money")
    assert (await told(cashier, "<ctrl+e>$5")).startswith("“$5” has a sign beside the number")
    assert (await told(cashier, "<f4>+20%")).startswith("“+20%” has a sign before it")
    for text, said in (
        ("nope", "No coupon has the code nope."),
        ("Zz Top", "“Zz Top” is no coupon's code"),
        ("20%", "“20%” is a percentage, and no code. Type it and press F4"),
        ("3.5", "“3.5” is a number, and no code."),
    ):
        assert (await told(cashier, f"<f5>{text}")).startswith(said)
        while app.kind != "sale":
            await cashier.keys("<escape>")
    assert (await told(cashier, "/print zz")).startswith("“zz” is no receipt's number.")
    assert (cashier.sale.items, cashier.sale.discounts) == (1, ())
