"""Routes of the staff's address. Everything about a tenant stands below /t/SLUG/ and goes through `gate.page`."""

from allauth.account.views import LogoutView
from django.urls import include, path
from django.views.generic import RedirectView

from siegelpost.web import account, again, forgotten, health, identity, invited, login, operator, own_sessions, second_factor
from siegelpost.web.entry_log import listen
from siegelpost.web.house import complaints, frame
from siegelpost.web.house import leavers as house_leavers
from siegelpost.web.house import releases as house_releases
from siegelpost.web.pages import (
    access_log,
    approval_rules,
    approvals,
    controls,
    dashboard,
    dialogs,
    disclosure_new,
    disclosures,
    entry_rules,
    evidence,
    hand_over,
    hand_over_exceptions,
    import_assistant,
    import_proof,
    imports,
    input_log,
    instructions,
    leavers,
    look,
    mailing_routes,
    measuring,
    off_board,
    operator_access,
    people_routes,
    private,
    public_hosts,
    report,
    review,
    rights,
    roles,
    sender_domain,
    senders,
    settings,
    sharing,
    signup_forms,
    staff,
    staff_invited,
    sub_accounts,
    tenant_end,
    tokens,
)

listen()  # before the first request

TENANT = [
    *dashboard.ROUTES,
    *tenant_end.ROUTES,
    *imports.ROUTES,
    *import_proof.ROUTES,
    *input_log.ROUTES,
    *disclosure_new.ROUTES,
    *disclosures.ROUTES,
    *access_log.ROUTES,
    *hand_over.ROUTES,
    *hand_over_exceptions.ROUTES,
    *instructions.ROUTES,
    *import_assistant.ROUTES,
    *mailing_routes.ROUTES,
    *people_routes.ROUTES,
    *report.ROUTES,
    *signup_forms.ROUTES,
    *dialogs.ROUTES,
    *senders.ROUTES,
    *sub_accounts.ROUTES,
    *sharing.ROUTES,
    *sender_domain.ROUTES,
    *settings.ROUTES,
    *measuring.ROUTES,
    *public_hosts.ROUTES,
    *look.ROUTES,
    *entry_rules.ROUTES,
    *staff.ROUTES,
    *staff_invited.ROUTES,
    *leavers.ROUTES,
    *off_board.ROUTES,
    *roles.ROUTES,
    *rights.ROUTES,
    *review.ROUTES,
    *approval_rules.ROUTES,
    *approvals.ROUTES,
    *tokens.ROUTES,
    *controls.ROUTES,
    *private.ROUTES,
    *evidence.ROUTES,
    *operator_access.ROUTES,
]
PAGES = [
    path("", login.home, name="home"),
    path("login", login.LogIn.as_view(), name="login"),
    path("login/with/<slug:provider>", identity.away, name="identity"),
    path("login/with/<slug:provider>/back", identity.back, name="identity_back"),
    path("login/with/<slug:provider>/end", identity.end, name="identity_end"),
    path("login/forgotten", forgotten.forgotten, name="forgotten"),
    path("login/new-password/<str:token>", forgotten.new_password, name="new_password"),
    path("link/<str:token>", login.link, name="link"),
    *invited.ROUTES,
    path("account", account.account, name="account"),
    path("account/password", account.password, name="password"),
    path("account/again", again.again, name="again"),
    path("account/alive", own_sessions.alive, name="alive"),
    path("account/sessions", own_sessions.sessions, name="own_sessions"),
    path("account/sessions/end", own_sessions.end, name="own_session_end"),
    path("account/second-factor", second_factor.second_factor, name="second_factor"),
    path("account/second-factor/app", second_factor.app, name="second_factor_app"),
    path("account/second-factor/passkey", second_factor.passkey, name="second_factor_passkey"),
    path("account/second-factor/codes", second_factor.codes, name="second_factor_codes"),
    path("account/second-factor/<int:factor_id>/remove", second_factor.remove, name="second_factor_remove"),
    path("language", account.language, name="language"),
    *operator.ROUTES,
    *frame.ROUTES,
    *house_releases.ROUTES,
    *house_leavers.ROUTES,
    *complaints.ROUTES,
    path("t/<slug:slug>/", include(TENANT)),
]
ELSEWHERE = RedirectView.as_view(pattern_name="web:login")

urlpatterns = [
    path("", include((PAGES, "web"))),
    path("healthz", health.alive),
    path("readyz", health.ready),
    # allauth asks for these names; nobody signs up here, and a forgotten password has pages of our own
    path("login", login.LogIn.as_view(), name="account_login"),
    path("login/second-factor", login.Prove.as_view(), name="mfa_authenticate"),
    path("login/passkey", login.Passkey.as_view(), name="mfa_login_webauthn"),
    path("logout", LogoutView.as_view(template_name="web/logout.html"), name="account_logout"),
    *(
        path(f"login/{word}", ELSEWHERE, name=f"account_{word}")
        for word in ("signup", "reset_password", "inactive", "email", "reauthenticate")
    ),
]

handler400 = "siegelpost.web.handlers.bad_request"
handler403 = "siegelpost.web.handlers.forbidden"
handler404 = "siegelpost.web.handlers.not_found"
handler500 = "siegelpost.web.handlers.our_fault"
