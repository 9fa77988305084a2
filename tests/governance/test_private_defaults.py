"""Private by default: what is less private than what, how a tenant begins, and what deviates rests on something."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siegelpost.base.controls import AMBER, GREEN, RED, Around
from siegelpost.base.settings import process_settings
from siegelpost.evidence.models import Entry
from siegelpost.evidence.services import append
from siegelpost.flows.controls.private import began_private, nothing_is_loosened_unasked
from siegelpost.flows.import_proof import set_limit
from siegelpost.flows.instructions import end_instruction, record_instruction
from siegelpost.flows.make_tenant import make_tenant
from siegelpost.flows.private_defaults import RECORDED, beginning, deviations, found
from siegelpost.flows.setting_words import NAMES
from siegelpost.governance.defaults.manifest import ANY, HIGHER, ManifestWrong, Setting, digest_of, manifest, read
from siegelpost.governance.instructions.entitled import entitle
from siegelpost.governance.instructions.services import NewInstruction
from siegelpost.measure.choices import choose
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.provision import NewTenant
from tests.intake.files import ME, NOW


def test_a_loosened_default_and_an_unnamed_setting_are_seen() -> None:
    """The comparison itself, with what must not pass."""
    measuring, hosts = manifest()["tenant.measuring"], manifest()["mailing.allowed_hosts"]
    assert measuring.is_less_private("personalised") and measuring.is_less_private("something new")
    assert hosts.is_less_private(["cdn.example.org"]) and not measuring.is_less_private("off")
    with pytest.raises(ManifestWrong, match="nothing says why"):
        read({"tenant": {"measuring": {"default": "on", "ranks": ["off", "on"], "best": "off"}}})
    with pytest.raises(ManifestWrong, match="most private"):
        read({"tenant": {"measuring": {"default": "off", "ranks": ["off", "on"], "best": "on"}}})


@given(st.lists(st.integers(), min_size=2, unique=True), st.data())
def test_ranks_order_values_and_what_nobody_named_is_the_least_private(values: list[int], data: st.DataObject) -> None:
    one = Setting(scope="tenant", name="x", default=data.draw(st.sampled_from(values)), ranks=tuple(values), best=values[0])
    for value in values:
        assert one.is_less_private(value) == (values.index(value) > values.index(one.default))
    assert one.is_less_private(max(values) + 1)
    more = Setting(scope="tenant", name="y", default=5, more=HIGHER, best=0)
    assert [more.is_less_private(number) for number in (4, 5, 6)] == [False, False, True]
    assert Setting(scope="tenant", name="z", default="", more=ANY).is_less_private("x")


def test_a_new_tenant_begins_private_and_its_log_says_with_what(no_tenants: None) -> None:
    tenant = make_tenant(NewTenant(slug="gamma", name="Gamma", own=False), process_settings(), now=NOW)
    assert deviations(tenant, now=NOW) == []
    began = beginning(tenant)
    assert began is not None and began.whole and began.less_private == ()
    (entry,) = tenant.objects(Entry).filter(act=RECORDED)
    assert entry.details["settings"]["tenant.measuring"] == "anonymous" and entry.details["settings"]["tenant.proof_above"] == 1_000
    assert entry.details["hash"] == digest_of(entry.details["settings"])
    assert began_private.run(tenant, Around(process_settings(), NOW)).state == GREEN


def test_a_deviation_without_its_instruction_is_red_and_points_to_it_otherwise(alpha: TenantDB, beta: TenantDB) -> None:
    foreign, around = replace(alpha, own=False), Around(process_settings(), NOW)
    assert nothing_is_loosened_unasked.run(foreign, around).state == GREEN
    assert began_private.run(alpha, around).state == AMBER, "from before"
    entitle(foreign, "Eva Muster", actor=ME, now=NOW)
    new = NewInstruction(kind="other", document=b"Draw above 5,000 people only.", given_by="Eva Muster")
    number = record_instruction(foreign, new, actor=ME, now=NOW)
    set_limit(foreign, 5_000, instruction_id=number, actor=ME, now=NOW)
    choose(foreign, "anonymous", people=True, actor=ME, now=NOW)
    lines = {one.name: one for one in deviations(foreign, now=NOW)}
    assert lines["tenant.proof_above"].instruction == number and lines["tenant.proof_above"].sound
    assert lines["tenant.estimates"].sound, "no instruction is demanded"
    assert nothing_is_loosened_unasked.run(foreign, around).state == GREEN
    end_instruction(foreign, number, actor=ME, now=NOW + timedelta(hours=1))
    seen = nothing_is_loosened_unasked.run(foreign, around)
    assert seen.state == RED and seen.evidence["loosened_unfounded"] == ["tenant.proof_above"]


def test_a_beginning_that_was_changed_is_red(alpha: TenantDB, beta: TenantDB) -> None:

    with alpha.atomic():
        details = {"settings": {"tenant.measuring": "personalised"}, "hash": "0" * 64}
        append(alpha, RECORDED, details=details, actor=ME, at=NOW)
    seen = began_private.run(alpha, Around(process_settings(), NOW))
    assert seen.state == RED and seen.evidence["less_private_at_beginning"] == ["tenant.measuring"]


def test_every_setting_that_can_deviate_has_a_name(alpha: TenantDB, beta: TenantDB) -> None:
    readable = {one.setting.key for one in found(alpha, now=NOW)}
    assert readable <= set(NAMES) and set(NAMES) <= set(manifest())
