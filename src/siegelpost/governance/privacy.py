"""What this room stores about people: nothing."""

from siegelpost.base.privacy import NothingPersonal

PERSONAL_DATA = (
    NothingPersonal(model="governance.Result", because="States of controls with counts; a check may name no person."),
    NothingPersonal(model="installation.Result", because="The same about the installation."),
)
