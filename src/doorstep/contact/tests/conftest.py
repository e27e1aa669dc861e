"""A borrower with a proven and an unproven e-mail address and telephone, and a real mail server."""

from __future__ import annotations

import socket
from dataclasses import dataclass, field, replace
from uuid import UUID

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from tests import cast as the

from doorstep.compliance.types import Planned
from doorstep.contact.services import values
from doorstep.kernel.actions import Action, ActionKind, Place, Purpose, Recipient, Role
from doorstep.kernel.ids import named_id
from doorstep.people.types import SYSTEM, OrganisationKind, UserRole, Viewer
from doorstep.verification import api as verification
from doorstep.verification.types import NewPoint, PointKind, PointOutcome


@dataclass
class Mailbox:
    """What a real SMTP server took. `answers` maps an address to the reply to its DATA or RCPT."""

    mails: list[tuple[str, bytes]] = field(default_factory=list)
    rcpt: dict[str, str] = field(default_factory=dict)
    data: dict[str, str] = field(default_factory=dict)
    hang_up_after: set[str] = field(default_factory=set)

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if reply := self.rcpt.get(address):
            return reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        address = envelope.rcpt_tos[0]
        if reply := self.data.get(address):
            return reply
        self.mails.append((address, bytes(envelope.content or b"")))
        if address in self.hang_up_after:
            server.transport.abort()
        return "250 taken"

    def ids(self) -> list[str]:
        """The Message-ID of every mail taken, in order."""
        lines = [line for _, raw in self.mails for line in raw.split(b"\r\n")]
        return [
            line.partition(b":")[2].strip().decode()
            for line in lines
            if line.lower().startswith(b"message-id:")
        ]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def mailbox(settings):
    """A real mail server on this machine, and the settings that lead to it."""
    box, port = Mailbox(), free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 3
    yield box
    controller.stop()


@dataclass(frozen=True)
class Scene:
    cast: the.Cast
    case: UUID
    email: UUID
    new_email: UUID
    phone: UUID
    new_phone: UUID


def point(case: UUID, kind: PointKind, value: str, *, proven: bool) -> UUID:
    new = NewPoint(kind=kind, value=value, source="lender", basis="contract")
    key = verification.add_point(SYSTEM, case, new, at=the.NINE, by="t")
    if proven:
        verification.record_outcome(SYSTEM, key, PointOutcome.CONFIRMED, at=the.NINE, by="t")
    return key


def scene_of(cast: the.Cast, borrower: str = "B-LINA", language: str = "zh-Hans") -> Scene:
    case = the.case_of(cast, borrower, language=language)
    tag = borrower.lower()
    number = sum(map(ord, borrower)) % 9000
    return Scene(
        cast,
        case,
        point(case, PointKind.EMAIL, f"{tag}@example.org", proven=True),
        point(case, PointKind.EMAIL, f"{tag}-new@example.org", proven=False),
        point(case, PointKind.PHONE, f"+86138{number:04}5678", proven=True),
        point(case, PointKind.PHONE, f"+86139{number:04}5678", proven=False),
    )


NAMES = {"B-LINA": "李娜", "B-MIRAN": "김미란", "B-BOLD": "Bold", "B-ONE": "王伟"}


@pytest.fixture(autouse=True)
def names(monkeypatch):
    """The borrowers' names, which a lender's file would hold."""
    monkeypatch.setattr(
        values,
        "borrower_names",
        lambda keys: {key: NAMES[key[1]] for key in keys if key[1] in NAMES},
    )


@pytest.fixture
def scene(db) -> Scene:
    return scene_of(the.people_of_the_cast())


@pytest.fixture
def dan(scene: Scene) -> Viewer:
    return desk(scene.cast)


def desk(cast: the.Cast, name: str = "dan", agent: str = "dan") -> Viewer:
    """A desk agent of the agency."""
    kind, role = OrganisationKind.AGENCY, UserRole.DESK
    who = the.viewer(cast.doorway, kind, role, getattr(cast, agent) if agent else None)
    return replace(who, name=name)


def wish(
    case: UUID,
    to: UUID,
    kind: ActionKind = ActionKind.MESSAGE,
    *,
    purpose: Purpose = Purpose.COLLECT,
    template: str = "",
    rank: int = 1,
    role: Role = Role.DEBTOR,
) -> Planned:
    """A wish as the day would hand it over, permitted when the day was planned."""
    action = Action(
        kind=kind,
        case=case,
        to=Recipient(role=role, point=str(to)),
        place=Place("CN", the.ZONE, region="Yanji"),
        channel="email_smtp" if kind is ActionKind.MESSAGE else "phone",
        purpose=purpose,
        template=template,
    )
    key = named_id("test", case, to, kind, template)
    return Planned(case, action, key, None, rank, the.at(8), the.at(22))
