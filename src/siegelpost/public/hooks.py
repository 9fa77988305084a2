"""Posts of mail providers: `/hooks/PROVIDER/TOKEN`. Answers in a few words, as no person reads them, and without a hint to strangers."""

from typing import Final

from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.views.decorators.csrf import csrf_exempt

from siegelpost.base import clock
from siegelpost.feedback.hooks.gates import MAX_BODY, Posted
from siegelpost.flows import receive_hook as receiving
from siegelpost.public.names import is_of_a_tenant

_STATUS: Final = {receiving.TAKEN: 200, receiving.REPEATED: 200, receiving.BROKEN: 400, receiving.REFUSED: 403}
_TOO_LARGE: Final = 413


@csrf_exempt  # providers post without our cookie
def post(request: HttpRequest, provider: str, token: str) -> HttpResponse:
    """Take a post that is proven genuine; whatever else comes gets 403. Its body is read only where the address is ours."""
    wanted = request.method == "POST" and not is_of_a_tenant(request.META)
    hook = receiving.knock(provider, token) if wanted else None
    if hook is None:
        return _answer(_STATUS[receiving.REFUSED])
    try:
        body = request.read(MAX_BODY + 1)
    except UnreadablePostError:  # they hung up
        return _answer(_STATUS[receiving.BROKEN])
    if len(body) > MAX_BODY:
        receiving.refuse(hook)
        return _answer(_TOO_LARGE)
    posted = Posted(
        body=body,
        authorization=request.headers.get("Authorization", ""),
        timestamp=request.headers.get("X-Twilio-Email-Event-Webhook-Timestamp", ""),
        signature=request.headers.get("X-Twilio-Email-Event-Webhook-Signature", ""),
    )
    return _answer(_STATUS[receiving.take(hook, posted, now=clock.now())])


def _answer(status: int) -> HttpResponse:
    return HttpResponse("ok\n" if status == 200 else "", status=status, content_type="text/plain")
