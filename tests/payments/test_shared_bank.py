import asyncio
import socket
from collections.abc import Iterator
from contextlib import suppress

import pytest

from pos.clock_and_ids import RandomIds, SystemClock
from pos.domain.errors import TillError
from pos.domain.ports import Gateway, GatewayUnknown
from pos.gateways import gateway_at
from pos.payments.bank_client import HOST, BankClient
from pos.payments.shared_bank import Lost, SharedBank


@pytest.fixture
def bank() -> Iterator[SharedBank]:
    with SharedBank() as opened:
        yield opened


def client(bank: SharedBank, timeout: float = 30) -> Gateway:
    opened: Gateway = BankClient(bank.address, clock=SystemClock(), ids=RandomIds(), timeout=timeout)
    return opened


async def test_an_attempt_is_charged_once_whoever_asks(bank: SharedBank) -> None:
    bank.add_card("tok", decline_code=None)
    answers = await asyncio.gather(*(client(bank).charge("a1", 500, "tok") for _ in range(20)))
    assert {(answer.state, answer.last4) for answer in answers} == {("captured", "4242")}
    assert await client(bank).find("a1") == answers[0]
    assert bank.ledger.captured_total() == 500


async def test_another_client_finds_voids_and_refunds_what_one_has_charged(bank: SharedBank) -> None:
    token = (await client(bank).tokenize("4242 4242 4242 4242")).token
    for attempt in "a1", "a2":
        await client(bank).charge(attempt, 500, token)
    await client(bank).refund("a1", "r1", 200)
    with pytest.raises(TillError, match="given back") as refused:
        await client(bank).refund("a1", "r2", 400)
    assert refused.value.code == "bad_amount"
    await client(bank).void("a2")
    assert (await client(bank).charge("a2", 500, token)).decline_code == "voided"
    assert bank.ledger.captured_total() == 300


async def test_a_void_comes_before_the_charge(bank: SharedBank) -> None:
    bank.add_card("tok")
    assert await client(bank).find("a1") is None
    await client(bank).void("a1")
    assert (await client(bank).charge("a1", 500, "tok")).state == "declined"
    assert bank.ledger.captured_total() == 0


async def test_a_card_that_is_declined(bank: SharedBank) -> None:
    bank.add_card("tok", decline_code="insufficient_funds")
    assert (await client(bank).charge("a1", 500, "tok")).decline_code == "insufficient_funds"


@pytest.mark.parametrize(("lost", "captured"), [("question", 0), ("answer", 500)])
async def test_what_gets_lost_is_unknown_and_can_be_asked_for(bank: SharedBank, lost: Lost, captured: int) -> None:
    bank.add_card("tok", lost=lost)
    with pytest.raises(GatewayUnknown):
        await client(bank).charge("a1", 500, "tok")
    found = await client(bank).find("a1")
    assert (found is not None) is bool(captured)
    assert bank.ledger.captured_total() == captured
    assert (await client(bank).charge("a1", 500, "tok")).state == "captured"


async def test_a_late_answer_is_unknown(bank: SharedBank) -> None:
    bank.add_card("tok")
    bank.take(30)
    with pytest.raises(GatewayUnknown):
        await client(bank, timeout=0.05).charge("a1", 500, "tok")
    bank.take(0)
    await client(bank).void("a1")
    assert bank.ledger.captured_total() == 0


async def test_a_bank_that_is_gone_is_unknown() -> None:
    with SharedBank() as bank:
        gone = client(bank)
    with pytest.raises(GatewayUnknown):
        await gone.charge("a1", 500, "tok")
    with pytest.raises(GatewayUnknown):
        await gone.find("a1")


@pytest.mark.parametrize("answer", [b"", b"\n", b"[]\n", b'{"answer": 3}\n', b"{" * 9000, b"\xff\n"])
async def test_what_is_no_answer_is_unknown(answer: bytes) -> None:
    async def answered(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()

    server = await asyncio.start_server(answered, HOST, 0)
    port = server.sockets[0].getsockname()[1]
    with pytest.raises(GatewayUnknown):
        await BankClient(f"simulated-bank://{HOST}:{port}", clock=SystemClock(), ids=RandomIds(), timeout=30).find("a")
    server.close()


async def test_a_till_finds_it_by_its_address(bank: SharedBank) -> None:
    bank.add_card("tok")
    found = gateway_at(bank.address, clock=SystemClock(), ids=RandomIds(), timeout=30)
    assert (await found.charge("a1", 500, "tok")).state == "captured"


@pytest.mark.parametrize("question", [b"", b"nonsense\n", b"[]\n", b'{"ask": "steal"}\n', b'{"ask": "charge"}\n'])
async def test_what_is_no_question_gets_no_answer_and_the_next_one_does(bank: SharedBank, question: bytes) -> None:
    with socket.create_connection((HOST, bank.port)) as connection:
        connection.sendall(question)
        connection.shutdown(socket.SHUT_WR)
        assert await asyncio.to_thread(connection.recv, 10) == b""
    assert await client(bank).find("a1") is None


@pytest.mark.parametrize(
    "address", ["simulated-bank://", "simulated-bank://10.0.0.1:80", "simulated-bank://127.0.0.1:0"]
)
def test_it_is_on_this_machine_alone(address: str) -> None:
    with pytest.raises(TillError, match="is no address such as"):
        gateway_at(address, clock=SystemClock(), ids=RandomIds(), timeout=1)


async def test_a_wrong_number_is_refused_before_the_bank_is_asked(bank: SharedBank) -> None:
    with pytest.raises(TillError) as refused:
        await client(bank).tokenize("4242 4242 4242 4241")
    assert refused.value.code == "card_number_invalid"
