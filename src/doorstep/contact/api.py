"""What others may call."""

from doorstep.contact.queries import (
    calls_of,
    calls_today,
    language_gaps,
    message_counts,
    message_detail,
    messages,
    messages_of,
)
from doorstep.contact.services.call_open import (
    CallTakenError,
    confirm_party,
    open_call,
    view_call,
)
from doorstep.contact.services.call_queue import (
    NoSuchCallError,
    NotCallableError,
    expire_calls,
    hand_dial,
    next_call,
    plan_calls,
)
from doorstep.contact.services.call_record import CallOutcomeError, record_call
from doorstep.contact.services.channels import channel_names
from doorstep.contact.services.people_decide import (
    NoSuchMessageError,
    ResolutionError,
    record_delivery,
    record_inbound,
    resolve_unknown,
)
from doorstep.contact.services.queueing import queue_messages
from doorstep.contact.services.sending import recover_unknown, send_due

__all__ = [
    "CallOutcomeError",
    "CallTakenError",
    "NoSuchCallError",
    "NoSuchMessageError",
    "NotCallableError",
    "ResolutionError",
    "calls_of",
    "calls_today",
    "channel_names",
    "confirm_party",
    "expire_calls",
    "hand_dial",
    "language_gaps",
    "message_counts",
    "message_detail",
    "messages",
    "messages_of",
    "next_call",
    "open_call",
    "plan_calls",
    "queue_messages",
    "record_call",
    "record_delivery",
    "record_inbound",
    "recover_unknown",
    "resolve_unknown",
    "send_due",
    "view_call",
]
