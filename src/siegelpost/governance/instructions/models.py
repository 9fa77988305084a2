"""Instructions and what became of them. Nothing here is ever changed: what happens later is a row of its own."""

from typing import ClassVar

from django.db import models


class Instruction(models.Model):
    """What a tenant told the operator, in writing; the document lies sealed in the tenant's files. Written once."""

    append_only: ClassVar[bool] = True

    kind = models.CharField(max_length=30)
    digest = models.CharField(max_length=64)
    """SHA-256 of the document, in hex."""
    is_text = models.BooleanField()
    """Whether the document is plain text, which a page can show."""
    given_by = models.CharField(max_length=120)
    entitlement_id = models.BigIntegerField(null=True)
    """By which entry this person was entitled; None in a tenant of the operator's own."""
    came_on = models.DateField()
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    """The last day, None for as long as nobody ends it."""
    recorded_by = models.CharField(max_length=80)
    recorded_at = models.DateTimeField()

    class Meta:
        app_label = "instructions"


class Step(models.Model):
    """What happened to an instruction: carried out or objected to (the answer), ended. Written once."""

    append_only: ClassVar[bool] = True

    instruction = models.ForeignKey(Instruction, on_delete=models.PROTECT)
    step = models.CharField(max_length=12)
    """carried_out, objected or ended."""
    note = models.TextField(blank=True)
    actor = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        app_label = "instructions"
        constraints = (
            models.UniqueConstraint(fields=("instruction",), condition=~models.Q(step="ended"), name="instructions_answered_once"),
            models.UniqueConstraint(fields=("instruction",), condition=models.Q(step="ended"), name="instructions_ended_once"),
        )


class Entitlement(models.Model):
    """From this moment on somebody may, or may no longer, give instructions for the tenant. Written once."""

    append_only: ClassVar[bool] = True

    name = models.CharField(max_length=120)
    entitled = models.BooleanField()
    actor = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        app_label = "instructions"


class Form(models.Model):
    """In which form an instruction came (governance/instructions/written.py). Written once, with it."""

    append_only: ClassVar[bool] = True

    instruction = models.OneToOneField(Instruction, on_delete=models.PROTECT)
    form = models.CharField(max_length=12)
    """esigned, signed or electronic."""

    class Meta:
        app_label = "instructions"


class Check(models.Model):
    """A second person looked at the signature. Written once."""

    append_only: ClassVar[bool] = True

    instruction = models.OneToOneField(Instruction, on_delete=models.PROTECT)
    sound = models.BooleanField()
    note = models.TextField(blank=True)
    """How it was checked: the report of a validation, a signature on file, a call back."""
    actor = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        app_label = "instructions"
