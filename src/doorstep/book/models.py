from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from doorstep.book.models_changes import (  # noqa: F401 - Django looks for all models here
    ChangeLimit,
    ChangeSignature,
    ProposedChange,
)
from doorstep.book.models_products import Product, ProductSetting  # noqa: F401 - likewise
from doorstep.people.api import Scoped


class EventKind(models.TextChoices):
    PAYMENT = "payment", _("payment")
    REVERSAL = "reversal", _("reversal")
    VERIFICATION = "verification", _("verification")
    WAIVER = "waiver", _("waiver")
    CHARGE = "charge", _("charge")
    PAUSE = "pause", _("pause")
    RESUME = "resume", _("resume")
    REFUND = "refund", _("refund")
    WRITE_OFF = "write_off", _("write-off")
    RE_AGE = "re_age", _("re-ageing")
    DISPUTE = "dispute", _("dispute")
    DISPUTE_END = "dispute_end", _("end of a dispute")
    USE_CREDIT = "use_credit", _("use of the credit")
    CHARGEBACK = "chargeback", _("chargeback")
    PENALTY_RATE = "penalty_rate", _("penalty rate")
    DISBURSEMENT = "disbursement", _("drawdown")
    RATE_CHANGE = "rate_change", _("interest rate")
    REAMORTISE = "reamortise", _("new instalments")
    RESCHEDULE = "reschedule", _("rescheduling")


class RunStatus(models.TextChoices):
    APPLIED = "applied", _("taken")
    REFUSED = "refused", _("not taken: a row was rejected")
    FAILED = "failed", _("not taken: a file cannot be read")


class Manifest(models.Model):
    """An immutable snapshot of a lender's book: the name of a folder of Parquet files.

    The id is made from the content, so the same rows always have the same name. Personal data:
    none here; names, identity numbers and contact values are sealed inside the files, which are
    deleted with the snapshot when retention ends.
    """

    id = models.UUIDField(primary_key=True)
    lender = models.ForeignKey("people.Organisation", models.PROTECT, related_name="+")
    current = models.BooleanField(default=False)
    rows = models.JSONField(default=dict)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["lender"], condition=models.Q(current=True), name="book_one_current"
            )
        ]


class ImportRun(Scoped):
    """One reading of placement files, with what came of it.

    Personal data: names of staff in `by`; corrections and reasons never quote a personal cell.
    """

    at = models.DateTimeField(_("at"))
    by = models.CharField(_("by"), max_length=80)
    map_name = models.CharField(_("map"), max_length=255)
    map_sha256 = models.CharField(max_length=64, blank=True)
    input_digest = models.CharField(max_length=64)
    status = models.CharField(_("status"), max_length=8, choices=RunStatus.choices)
    manifest = models.ForeignKey(Manifest, models.PROTECT, null=True, related_name="+")
    sums = models.JSONField(default=dict)
    corrections = models.JSONField(default=list)
    notes = models.JSONField(default=list)
    error = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["lender", "-at", "-id"], name="book_run_lender_at"),
            models.Index(fields=["input_digest"], name="book_run_input"),
        ]


class ImportFile(models.Model):
    """One table of one file of a run, with its counts. Personal data: none."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="+")
    path = models.CharField(max_length=400)
    sha256 = models.CharField(max_length=64)
    table = models.CharField(max_length=20, blank=True)
    rows = models.IntegerField(default=0)
    accepted = models.IntegerField(default=0)
    unchanged = models.IntegerField(default=0)
    rejected = models.IntegerField(default=0)
    corrected = models.IntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["sha256"], name="book_file_sha256")]


class ImportReject(models.Model):
    """A row that was not taken, and why. Personal data: none; reasons never quote one."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="+")
    file = models.CharField(max_length=400)
    row = models.IntegerField()
    column = models.CharField(max_length=200, blank=True)
    code = models.CharField(max_length=40)
    reason = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["run", "file", "row"], name="book_reject_place")]


class BookEvent(Scoped):
    """Money and changes that arrive live, for any loan; the database refuses to change one.

    Personal data: none beyond the loan's id; kept as long as the loan's accounts must be.
    """

    loan_id = models.CharField(_("loan"), max_length=64)
    kind = models.CharField(_("kind"), max_length=12, choices=EventKind.choices)
    external_id = models.CharField(_("external id"), max_length=100)
    on = models.DateField(_("on"))
    amount = models.BigIntegerField(_("amount"), default=0)
    currency = models.CharField(_("currency"), max_length=3)
    received_at = models.DateTimeField(_("received at"))
    by = models.CharField(_("by"), max_length=80)
    verified = models.BooleanField(_("verified"), default=True)
    channel = models.CharField(_("channel"), max_length=40, blank=True)
    data = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["lender", "kind", "external_id"], name="book_event_once"
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=EventKind.values), name="book_event_kind"
            ),
            models.CheckConstraint(
                condition=models.Q(amount__gte=0, amount__lte=10**13), name="book_event_amount"
            ),
        ]
        indexes = [models.Index(fields=["lender", "loan_id", "on", "id"], name="book_event_loan")]


class Ageing(models.Model):
    """The book as aged at the end of a day: the name of a Parquet file. Personal data: none."""

    as_of = models.DateField(primary_key=True)
    digest = models.CharField(max_length=64)
    manifests = models.JSONField(default=dict)
    loans = models.IntegerField(default=0)
    made_at = models.DateTimeField()


class Loan(Scoped):
    """A projection of the book: the loans of borrowers who are in arrears, as last aged.

    Remade whole by each ageing; `doorstep book rebuild` makes the same rows. Personal data: ids of
    loan and borrower; gone with the next ageing once the borrower owes nothing that is due.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    loan_id = models.CharField(_("loan"), max_length=64)
    borrower_id = models.CharField(_("borrower"), max_length=64)
    product = models.CharField(_("product"), max_length=64)
    currency = models.CharField(_("currency"), max_length=3)
    kind = models.CharField(_("kind"), max_length=8)
    status = models.CharField(_("status"), max_length=16)
    principal = models.BigIntegerField(_("principal"))
    disbursed_on = models.DateField(_("disbursed on"))
    as_of = models.DateField(_("as of"))
    dpd = models.IntegerField(_("days past due"), null=True)
    bucket = models.CharField(_("bucket"), max_length=16, blank=True)
    oldest_unpaid = models.DateField(_("oldest unpaid"), null=True)
    next_due = models.DateField(_("next due"), null=True)
    next_amount = models.BigIntegerField(default=0)
    due_costs = models.BigIntegerField(default=0)
    due_fees = models.BigIntegerField(default=0)
    due_penalties = models.BigIntegerField(default=0)
    due_interest = models.BigIntegerField(default=0)
    due_principal = models.BigIntegerField(default=0)
    not_due = models.BigIntegerField(default=0)
    credit = models.BigIntegerField(default=0)
    payoff = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lender", "loan_id"], name="book_loan_once")]
        indexes = [models.Index(fields=["lender", "borrower_id"], name="book_loan_borrower")]


class EntryState(models.TextChoices):
    PAID = "paid", _("recorded")
    WAITING = "waiting", _("waiting for a person")
    REFUSED = "refused", _("refused")
    OWN = "own", _("not borrowers' money")
    RETURNED = "returned", _("given back")


class AccountKind(models.TextChoices):
    VIRTUAL = "virtual", _("virtual account")
    PAYER = "payer", _("payer's account")


class BankStatement(Scoped):
    """A statement of one of the lender's accounts, taken whole: its sums were right.

    Personal data: none; account is the lender's own.
    """

    form = models.CharField(_("format"), max_length=20)
    file = models.CharField(_("file"), max_length=255)
    sha256 = models.CharField(max_length=64)
    place = models.IntegerField(default=0)
    account = models.CharField(_("account"), max_length=64)
    number = models.CharField(_("statement"), max_length=64, blank=True)
    currency = models.CharField(_("currency"), max_length=3)
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    opening = models.BigIntegerField(null=True)
    closing = models.BigIntegerField(null=True)
    entries = models.IntegerField(default=0)
    known = models.IntegerField(default=0)
    repeated = models.IntegerField(default=0)
    at = models.DateTimeField(_("at"))
    by = models.CharField(_("by"), max_length=80)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["lender", "sha256", "place"], name="book_statement_once"
            )
        ]
        indexes = [models.Index(fields=["lender", "-at", "-id"], name="book_statement_at")]


class StatementEntry(Scoped):
    """One movement on the lender's account; `key` names it for ever, so it counts once.

    `said` holds what the bank says of the payer, sealed. `candidates` are loans with confidence
    and reasons. Personal data: payer's name, account and words, sealed in `said`; the keys are
    blind indexes. Kept as long as the loan's accounts must be.
    """

    statement = models.ForeignKey(BankStatement, models.PROTECT, related_name="+")
    row = models.IntegerField()
    key = models.CharField(max_length=64)
    bank_key = models.CharField(max_length=32, blank=True)
    reference_key = models.CharField(max_length=32, blank=True)
    on = models.DateField(_("on"))
    amount = models.BigIntegerField(_("amount"))
    currency = models.CharField(_("currency"), max_length=3)
    way = models.CharField(max_length=3, choices=[("in", _("in")), ("out", _("out"))])
    gives_back = models.BooleanField(default=False)
    said = models.BinaryField(default=bytes)
    state = models.CharField(_("state"), max_length=8, choices=EntryState.choices)
    why = models.CharField(max_length=40, blank=True)
    confidence = models.IntegerField(default=0)
    candidates = models.JSONField(default=list)
    split = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lender", "key"], name="book_entry_once"),
            models.CheckConstraint(
                condition=models.Q(amount__gt=0, amount__lte=10**13), name="book_entry_amount"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=EntryState.values), name="book_entry_state"
            ),
        ]
        indexes = [
            models.Index(fields=["lender", "state", "on", "id"], name="book_entry_state_on"),
            models.Index(fields=["lender", "reference_key"], name="book_entry_reference"),
            models.Index(fields=["lender", "bank_key"], name="book_entry_bank_key"),
        ]


class EntryDecision(Scoped):
    """What became of an entry, by whom and why; never changed, a later one follows.

    `parts` holds loan, amount and the id of the event made. Personal data: names of staff in `by`.
    """

    entry = models.ForeignKey(StatementEntry, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12)
    parts = models.JSONField(default=list)
    at = models.DateTimeField()
    by = models.CharField(max_length=80)
    why = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(fields=["entry", "id"], name="book_decision_entry")]


class PayAccount(Scoped):
    """An account that stands for a loan or for all loans of a borrower (a virtual account), or for
    a borrower (one they paid from before, confirmed by a person). Personal data: the account as a
    blind index."""

    kind = models.CharField(max_length=8, choices=AccountKind.choices)
    key = models.CharField(max_length=32)
    loan_id = models.CharField(max_length=64, blank=True)
    borrower_id = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["lender", "kind", "key", "loan_id", "borrower_id"],
                name="book_account_once",
            )
        ]


class HookSecret(Scoped):
    """A secret a payment provider signs its calls with; several may be in force while one takes
    over from another. Personal data: none; the secret is sealed."""

    name = models.CharField(max_length=60)
    sealed = models.BinaryField()
    created_at = models.DateTimeField()
    retires_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["lender", "created_at"], name="book_hook_lender")]


class LenderDifference(Scoped):
    """A loan of which the lender's own system states another balance than ours, while it lasts.

    `gap` is ours less theirs; `held_back` is what of it is not demanded: while the two differ, the
    lower one is. Agency and mandate stay empty, for the question is the lender's; an agency sees it
    with the loan. Personal data: ids of loan and borrower, kept as long as the loan's accounts.
    """

    id = models.UUIDField(primary_key=True)
    loan_id = models.CharField(_("loan"), max_length=64)
    borrower_id = models.CharField(_("borrower"), max_length=64)
    currency = models.CharField(_("currency"), max_length=3)
    stated_on = models.DateField(_("stated on"))
    ours = models.JSONField(_("our figure"))
    theirs = models.JSONField(_("the lender's figure"))
    gap = models.BigIntegerField(_("difference"))
    held_back = models.BigIntegerField(_("not demanded"), default=0)
    cause = models.CharField(_("likely cause"), max_length=20)
    since = models.DateField(_("since"))
    noticed_at = models.DateTimeField(_("noticed at"))
    ended_on = models.DateField(_("ended on"), null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["lender", "loan_id"],
                condition=models.Q(ended_on__isnull=True),
                name="book_difference_once",
            ),
            models.CheckConstraint(
                condition=models.Q(held_back__gte=0), name="book_difference_held_back"
            ),
        ]
        indexes = [models.Index(fields=["lender", "borrower_id"], name="book_difference_borrower")]
