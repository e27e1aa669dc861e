"""The demo's organisations and people: two lenders, one agency; invented like everybody else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from doorstep.people import api as people
from doorstep.people.types import ROLE_PERMISSIONS, OrganisationKind, UserRole, Viewer
from doorstep.simulator.rules.portfolio import AGENCY, LENDERS
from doorstep.simulator.types import ZONE


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who works here; with `agent` also one who calls or knocks. Those who sign in are
    few, because the sign-in page lists them."""

    username: str
    organisation: str
    role: UserRole
    name: str
    language: str = "en"
    agent: bool = False
    speaks: tuple[str, ...] = ("zh",)
    gender: str = ""
    home: tuple[float, float] | None = None
    signs_in: bool = True


_R = UserRole
_YANJI, _DUNHUA, _HUNCHUN = (42.8911, 129.5089), (43.3722, 128.2317), (42.8631, 130.3660)
TEAMS = {False: "电话组", True: "外访组"}
"""Those who call and those who knock, as their organisations name them."""
_WANGQING = (43.3108, 129.7633)


def _agent_of(
    code: str,
    organisation: str,
    role: UserRole,
    name: str,
    speaks: str,
    gender: str,
    home: tuple[float, float] | None = None,
    *,
    signs_in: bool = False,
) -> Member:
    language = "en" if code in {"desk", "field"} else "zh-hans"
    return Member(
        code,
        organisation,
        role,
        name,
        language,
        True,
        tuple(speaks.split()),
        gender,
        home,
        signs_in,
    )


MEMBERS: tuple[Member, ...] = (
    Member("manager", "spruce", _R.MANAGER, "赵敏"),
    _agent_of("desk", "spruce", _R.DESK, "金善玉", "zh ko", "f", signs_in=True),
    _agent_of("field", "spruce", _R.FIELD, "朴哲", "zh ko", "m", _YANJI, signs_in=True),
    Member("compliance", "spruce", _R.COMPLIANCE, "陈静"),
    Member("analyst", "spruce", _R.ANALYST, "林海"),
    _agent_of("desk2", "spruce", _R.DESK, "王磊", "zh en", "m"),
    _agent_of("field2", "spruce", _R.FIELD, "李红", "zh", "f", _YANJI),
    _agent_of("field3", "spruce", _R.FIELD, "佟山", "zh", "m", _DUNHUA),
    _agent_of("field4", "spruce", _R.FIELD, "孙梅", "zh en", "f", _DUNHUA),
    _agent_of("field5", "spruce", _R.FIELD, "全光浩", "zh ko", "m", _WANGQING),
    _agent_of("field6", "spruce", _R.FIELD, "宋丽", "zh", "f", _WANGQING),
    _agent_of("field7", "spruce", _R.FIELD, "车龙男", "zh ko", "m", _HUNCHUN),
    _agent_of("field8", "spruce", _R.FIELD, "许美花", "zh ko", "f", _HUNCHUN),
    Member("birch-manager", "birch", _R.MANAGER, "周兰", "zh-hans"),
    _agent_of("birch-desk", "birch", _R.DESK, "崔顺姬", "zh ko", "f"),
    _agent_of("birch-field", "birch", _R.FIELD, "韩光", "zh ko", "m", _YANJI, signs_in=True),
    _agent_of("birch-field2", "birch", _R.FIELD, "刘雪", "zh en", "f", _YANJI),
    _agent_of("birch-field3", "birch", _R.FIELD, "马福海", "zh", "m", _DUNHUA),
    _agent_of("birch-field4", "birch", _R.FIELD, "关雅清", "zh", "f", _DUNHUA),
    Member("larch-manager", "larch", _R.MANAGER, "许文", "zh-hans"),
)


@dataclass(frozen=True, slots=True)
class Staff:
    """Viewers as sign-in would make them, in the order in which they work."""

    desk: tuple[Viewer, ...]
    field: tuple[Viewer, ...]
    managers: tuple[Viewer, ...]
    lenders: dict[str, Viewer]


def hire(start: date, until: date, password: str) -> Staff:
    """Make organisations, mandates, agents and users as they stand on the first day."""
    ids = _organisations()
    for lender in LENDERS:
        told = start - timedelta(days=30) if lender.agency else None
        people.create_mandate(
            f"{lender.code}-{lender.agency or 'own'}",
            lender=lender.code,
            agency=lender.agency or None,
            starts_on=start - timedelta(days=365),
            ends_on=until + timedelta(days=365),
            notified_on=told,
        )
    viewers = list(_viewers(ids, start, until, password))
    return Staff(
        desk=tuple(v for v in viewers if v.role is UserRole.DESK),
        field=tuple(v for v in viewers if v.role is UserRole.FIELD),
        managers=tuple(v for v in viewers if v.role is UserRole.MANAGER),
        lenders={
            lender.code: next(v for v in viewers if v.name == f"{lender.code}-manager")
            for lender in LENDERS
        },
    )


def _organisations() -> dict[str, tuple[int, OrganisationKind]]:
    kinds = [(x.code, x.name, OrganisationKind.LENDER) for x in LENDERS]
    kinds.append((*AGENCY, OrganisationKind.AGENCY))
    return {
        code: (
            people.create_organisation(
                code,
                name=name,
                kind=kind,
                country="CN",
                zone=ZONE,
                phone=f"0433-0900{n:03d}",
                on_white_list=True,
                licence="micro_loan" if kind is OrganisationKind.LENDER else "",
            ),
            kind,
        )
        for n, (code, name, kind) in enumerate(kinds, 1)
    }


def _viewers(
    ids: dict[str, tuple[int, OrganisationKind]], start: date, until: date, password: str
) -> Iterator[Viewer]:
    trained = (start - timedelta(days=40), until + timedelta(days=320))
    for member in MEMBERS:
        agent = _agent(member, trained) if member.agent else None
        user = _user(member, agent, password) if member.signs_in else None
        organisation, kind = ids[member.organisation]
        yield Viewer(
            user_id=user,
            name=member.username,
            organisation_id=organisation,
            organisation_kind=kind,
            role=member.role,
            agent_id=agent,
            permissions=ROLE_PERMISSIONS[member.role],
        )


def _user(member: Member, agent: UUID | None, password: str) -> int:
    return people.create_user(
        member.username,
        organisation=member.organisation,
        role=member.role,
        password=password,
        name=member.name,
        language=member.language,
        agent_id=agent,
    )


def _agent(member: Member, trained: tuple[date, date]) -> UUID:
    return people.create_agent(
        member.username,
        organisation=member.organisation,
        name=member.name,
        languages=member.speaks,
        team=TEAMS[member.role is UserRole.FIELD],
        gender=member.gender,
        home=member.home,
        does_field=member.role is UserRole.FIELD,
        certified=trained,
    )
