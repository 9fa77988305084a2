"""Routes of the public address (CONTRACT: public addresses). No staff route may ever stand here."""

from django.urls import path

from siegelpost.public import forms, hooks, leaving, looks, tls, views

urlpatterns = [
    path("u/<str:token>", views.unsubscribe),
    path("p/<str:token>", views.preferences),
    path("s/<str:token>", views.confirm),
    path("w/<str:token>", views.web_version),
    path("f/<str:tenant_slug>/<str:form_slug>", forms.sign_up_form),
    path("leave/<str:tenant_slug>", leaving.leave),
    path("hooks/<str:provider>/<str:token>", hooks.post),
    *(path(f"static/{name}", views.static_file, {"name": name}) for name in ("public.css", "form.js", "work.js")),
    path("look/<str:tenant_slug>/<str:version>", looks.style_of_tenant),
    path("tls/ask", tls.ask),
]

handler400 = "siegelpost.public.handlers.bad_request"
handler404 = "siegelpost.public.handlers.not_found"
handler500 = "siegelpost.public.handlers.our_fault"
