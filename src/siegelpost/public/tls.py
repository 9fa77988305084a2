"""For a proxy that has certificates made when they are first needed: which names are ours (`ask` of Caddy, on-demand TLS)."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from siegelpost.base.proxies import is_among
from siegelpost.base.settings import process_settings
from siegelpost.flows.certificates import own_hosts


@require_GET
def ask(request: HttpRequest) -> HttpResponse:
    """200 for a name of ours, 404 for every other; to our own proxies alone, asked by themselves and for nobody behind them."""
    settings = process_settings()
    by_itself = "X-Forwarded-For" not in request.headers and is_among(str(request.META.get("REMOTE_ADDR", "")), settings.proxies)
    ours = request.GET.get("domain", "").lower() in {host for host, _port in own_hosts(settings)}
    return HttpResponse(status=200 if by_itself and ours else 404)
