"""What hotels send on a busy evening, made up from a seed: guests, corrections, mistakes, repetitions and garbage.

Nobody in it exists. Each establishment sends one event after the other and knows what must become of each: it goes on only when the
cluster has acknowledged the one before, as a client's outbox does.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field

from journal import DUPLICATE, REGISTERED, REJECTED, UNDECODABLE
from seal import Sealer
from wire import partition_of, put, put_message, zigzag

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
CHANNEL_PRODUCER = 8
LARGE = (64 * 1024 + 1, 200_000, 1_000_000)

FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi")
MIDDLE = ("Văn", "Thị", "Minh", "Ngọc", "Đức")
GIVEN = ("Mẫu", "Thử", "Giả", "Ví", "Dụ")


@dataclass(slots=True)
class Guest:
    identity: bytes
    citizen: bool
    minor: bool
    room: str
    arrival: int
    departure: int


@dataclass(slots=True)
class Made:
    """An event as it was made; what of it counts as its content goes into a repetition unchanged."""

    id: bytes
    value: bytes
    body: bytes
    identity: bytes | None
    happened: int
    after: bytes | None


@dataclass(slots=True)
class Send:
    """A record to send, and what must become of it."""

    establishment: str
    key: bytes | None
    value: bytes | None
    expect: str
    event: bytes | None = None
    minor: bool | None = None
    partition: int | None = None
    then: Callable[[], None] = lambda: None


@dataclass
class House:
    name: str
    commune: int
    rooms: int
    beds: int
    is_open: bool = False
    guests: dict[bytes, Guest] = field(default_factory=dict)
    registered: list[Made] = field(default_factory=list)


class Workload:
    """The events of some establishments; every establishment has its own dice, so that what it sends does not depend on the others."""

    def __init__(self, seed: int, count: int, communes: list[int], partitions: int, sealer: Sealer) -> None:
        self.partitions, self._sealer = partitions, sealer
        rng = random.Random(f"{seed} houses")
        self.houses = [
            House(f"CHAOS-{seed}-{index:03}", rng.choice(communes), rooms := rng.randint(4, 40), rooms * 2) for index in range(count)
        ]
        self._rng = {house.name: random.Random(f"{seed} {house.name}") for house in self.houses}
        self._large_bytes: dict[int, int] = {}

    def next(self, house: House, now: int) -> Send:
        """The next thing that an establishment sends."""
        rng = self._rng[house.name]
        if not house.is_open:
            return self._opened(house, rng, now)
        kinds = self._kinds(house)
        kind = rng.choices([kind for kind, _ in kinds], [weight for _, weight in kinds])[0]
        return kind(house, rng, now)

    def _kinds(self, house: House) -> list[tuple[Callable[[House, random.Random, int], Send], float]]:
        kinds = [
            (self._check_in, 40.0),
            (self._unknown_check_out, 2.0),
            (self._changed, 1.0),
            (self._daily_close, 1.0),
            (self._reopened, 0.5),
            (self._garbage, 2.0),
            (self._misplaced, 1.0),
            (self._plain_identity, 1.0),
        ]
        if house.guests:
            kinds += [
                (self._amendment, 6.0),
                (self._room_change, 8.0),
                (self._extension, 6.0),
                (self._check_out, 15.0 + len(house.guests)),
                (self._cancellation, 3.0),
            ]
        if house.registered:
            kinds += [(self._again, 6.0), (self._id_reused, 1.0)]
        return kinds

    def check_in(self, house: House, now: int) -> Send:
        """A check-in that must be registered where the establishment is open."""
        return self._check_in(house, self._rng[house.name], now)

    def oversized(self, rng: random.Random, size_max: int = LARGE[-1]) -> Send | None:
        """A record over the limit; None where the topic's partitions hold enough of them, since a mock cluster keeps only 5 MiB."""
        house = rng.choice([house for house in self.houses if house.is_open] or self.houses)
        size = rng.choice([size for size in LARGE if size <= size_max] or LARGE[:1])
        place = partition_of(house.name.encode(), self.partitions)
        if self._large_bytes.get(place, 0) + size > 1_500_000:
            return None
        self._large_bytes[place] = self._large_bytes.get(place, 0) + size
        return Send(house.name, house.name.encode(), rng.randbytes(size), UNDECODABLE)

    # Events

    def _event(
        self, house: House, rng: random.Random, now: int, body: bytes, identity: bytes | None = None, event_id: bytes | None = None,
        after: bytes | None = None, happened: int | None = None,
    ) -> Made:  # fmt: skip
        """An event; the trace context makes each unlike every other, repetitions of the same event too."""
        event_id, happened = event_id or rng.randbytes(16), now if happened is None else happened
        trace = f"00-{rng.randbytes(16).hex()}-{rng.randbytes(8).hex()}-01"
        head = put(1, event_id) + put(2, house.name) + put(3, zigzag(happened)) + put(4, zigzag(now)) + put(5, zigzag(now))
        head += put(7, CHANNEL_PRODUCER) + put(8, after) + put(12, trace)
        if identity is not None:
            head += put_message(15, self._sealer.seal(identity, house.name, event_id))
        return Made(event_id, head + body, body, identity, happened, after)

    def _send(self, house: House, made: Made, then: Callable[[], None], minor: bool | None = None) -> Send:
        """An event that must be registered."""

        def registered() -> None:
            house.registered = [*house.registered[-20:], made]
            then()

        return Send(house.name, house.name.encode(), made.value, REGISTERED, made.id, minor, then=registered)

    def _check_in(self, house: House, rng: random.Random, now: int) -> Send:
        guest = self._guest(rng, now)
        body = put_message(20, put_message(1, self._details(guest)))
        after = house.registered[-1].id if house.registered and rng.random() < 0.2 else None
        made = self._event(house, rng, now, body, guest.identity, after=after)
        return self._send(house, made, lambda: house.guests.update({made.id: guest}), guest.minor)

    def _amendment(self, house: House, rng: random.Random, now: int) -> Send:
        stay, old = self._stay(house, rng)
        guest = Guest(old.identity, old.citizen, old.minor, str(rng.randint(1, house.rooms)), old.arrival, self._departure(rng, now))
        body = put_message(21, put(1, stay) + put_message(2, self._details(guest)))
        made = self._event(house, rng, now, body, guest.identity)
        return self._send(house, made, lambda: house.guests.update({stay: guest}), guest.minor)

    def _room_change(self, house: House, rng: random.Random, now: int) -> Send:
        stay, _ = self._stay(house, rng)
        return self._of_house(house, rng, now, put_message(22, put(1, stay) + put(2, str(rng.randint(1, house.rooms)))))

    def _extension(self, house: House, rng: random.Random, now: int) -> Send:
        stay, _ = self._stay(house, rng)
        return self._of_house(house, rng, now, put_message(23, put(1, stay) + put_message(2, self._moment(self._departure(rng, now)))))

    def _check_out(self, house: House, rng: random.Random, now: int) -> Send:
        stay, _ = self._stay(house, rng)
        return self._of_house(house, rng, now, put_message(24, put(1, stay)), lambda: house.guests.pop(stay))

    def _cancellation(self, house: House, rng: random.Random, now: int) -> Send:
        stay, _ = self._stay(house, rng)
        return self._of_house(house, rng, now, put_message(25, put(1, stay)), lambda: house.guests.pop(stay))

    def _daily_close(self, house: House, rng: random.Random, now: int) -> Send:
        return self._of_house(house, rng, now, put_message(26, put(1, zigzag((now + 7 * HOUR) // DAY)) + put(2, len(house.guests))))

    def _opened(self, house: House, rng: random.Random, now: int) -> Send:
        body = put_message(27, put_message(1, self._house_details(house)))

        def opened() -> None:
            house.is_open = True

        return self._of_house(house, rng, now, body, opened)

    def _changed(self, house: House, rng: random.Random, now: int) -> Send:
        house.beds = max(1, house.beds + rng.randint(-4, 4))
        return self._of_house(house, rng, now, put_message(28, put_message(1, self._house_details(house))))

    def _reopened(self, house: House, rng: random.Random, now: int) -> Send:
        """Closes; the next thing that a closed establishment sends is that it opens again."""

        def closed() -> None:
            house.is_open = False

        return self._of_house(house, rng, now, put_message(29, b""), closed)

    def _of_house(self, house: House, rng: random.Random, now: int, body: bytes, then: Callable[[], None] = lambda: None) -> Send:
        return self._send(house, self._event(house, rng, now, body), then)

    # Repetitions and mistakes

    def _again(self, house: House, rng: random.Random, now: int) -> Send:
        """The same content once more, sealed anew."""
        first = rng.choice(house.registered)
        made = self._event(house, rng, now, first.body, first.identity, first.id, first.after, first.happened)
        return Send(house.name, house.name.encode(), made.value, DUPLICATE, made.id)

    def _id_reused(self, house: House, rng: random.Random, now: int) -> Send:
        """Another content under a registered id."""
        body = put_message(26, put(1, zigzag(1)) + put(2, 77_777))
        made = self._event(house, rng, now, body, event_id=rng.choice(house.registered).id)
        return Send(house.name, house.name.encode(), made.value, REJECTED, made.id)

    def _unknown_check_out(self, house: House, rng: random.Random, now: int) -> Send:
        made = self._event(house, rng, now, put_message(24, put(1, rng.randbytes(16))))
        return Send(house.name, house.name.encode(), made.value, REJECTED, made.id)

    def _garbage(self, house: House, rng: random.Random, now: int) -> Send:
        """What is no event, and an event in Confluent's frame, which is one."""
        dice = rng.randrange(6)
        if dice == 0:
            send = self._check_in(house, rng, now)
            send.value = b"\0\0\0\0\x2a\0" + send.value
            return send
        cloud_event = json.dumps({"specversion": "1.0", "type": "check-in", "source": house.name, "id": rng.randbytes(4).hex(), "data": {}})
        values = (None, b"", rng.randbytes(50), rng.randbytes(64 * 1024), cloud_event.encode())
        return Send(house.name, house.name.encode(), values[dice - 1], UNDECODABLE)

    def _misplaced(self, house: House, rng: random.Random, now: int) -> Send:
        """A good event under another's key, without one, or on another partition."""
        send = self._check_in(house, rng, now)
        place = partition_of(house.name.encode(), self.partitions)
        if rng.random() < 0.5 and self.partitions > 1:
            send.partition = (place + rng.randrange(1, self.partitions)) % self.partitions
        else:
            send.key = rng.choice((None, b"", b"SOMEBODY-ELSE"))
            send.partition = place
        return Send(house.name, send.key, send.value, UNDECODABLE, partition=send.partition)

    def _plain_identity(self, house: House, rng: random.Random, now: int) -> Send:
        """A check-in whose identity anybody can read: refused, and kept out of the ledger."""
        guest = self._guest(rng, now)
        made = self._event(house, rng, now, put_message(14, guest.identity) + put_message(20, put_message(1, self._details(guest))))
        return Send(house.name, house.name.encode(), made.value, REJECTED, made.id)

    # Parts

    def _stay(self, house: House, rng: random.Random) -> tuple[bytes, Guest]:
        return rng.choice(list(house.guests.items()))

    def _departure(self, rng: random.Random, now: int) -> int:
        """Often so soon that the stay becomes overdue while the run lasts."""
        return now + rng.choice((rng.randint(5, 120) * 1000, rng.randint(1, 10) * DAY))

    def _guest(self, rng: random.Random, now: int) -> Guest:
        minor = rng.random() < 0.15
        year, sex = rng.randint(2015, 2024) if minor else rng.randint(1950, 2000), rng.choice((1, 2))
        citizen = rng.random() < 0.7
        name = f"{rng.choice(FAMILY)} {rng.choice(MIDDLE)} {rng.choice(GIVEN)}"
        identity = put(1, name) + put(2, f"{year}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}") + put(3, sex)
        if citizen:
            century = (year - 1900) // 100 * 2 + (sex - 1)
            number = f"{rng.choice((1, 4, 79)):03}{century}{year % 100:02}{rng.randrange(1_000_000):06}"
            identity += put(4, 1) + put(5, number)
        else:
            identity += put(4, 4) + put(5, f"X{rng.randrange(10_000_000):07}")
        return Guest(identity, citizen, minor, str(rng.randint(1, 40)), now - rng.randint(0, 60) * MINUTE, self._departure(rng, now))

    @staticmethod
    def _moment(ms: int) -> bytes:
        return put(1, zigzag(ms))

    def _details(self, guest: Guest) -> bytes:
        nationality = "VNM" if guest.citizen else "FRA"
        return (
            put(1, 1 if guest.citizen else 2) + put(2, nationality) + put(3, guest.room) + put_message(4, self._moment(guest.arrival))
            + put_message(5, self._moment(guest.departure)) + put(6, 1)
        )  # fmt: skip

    @staticmethod
    def _house_details(house: House) -> bytes:
        return put(1, f"Nhà nghỉ {house.name}") + put(2, 2) + put(3, house.commune) + put(5, house.rooms) + put(6, house.beds)
