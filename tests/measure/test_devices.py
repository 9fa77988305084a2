"""User agents fall into six coarse classes; programs are told from people."""

import pytest

from siegelpost.measure.devices import device_of, is_prefetch

AGENTS = {
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36": "desktop",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:131.0) Gecko/20100101 Firefox/131.0": "desktop",
    "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Thunderbird/128.3": "desktop",
    "Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 10.0; Microsoft Outlook 16.0)": "desktop",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148": "phone",
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36": "phone",
    "Mozilla/5.0 (iPad; CPU OS 17_0 like Mac OS X) AppleWebKit/605.1.15": "tablet",
    "Mozilla/5.0 (Linux; Android 13; SM-X700) AppleWebKit/537.36 Chrome/130.0 Safari/537.36": "tablet",
    "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)": "proxy",
    "YahooMailProxy; https://help.yahoo.com/": "proxy",
    "Mozilla/5.0": "proxy",
    "Mozilla/5.0 (compatible; Googlebot/2.1)": "bot",
    "BarracudaCentral/1.0": "bot",
    "curl/8.5.0": "bot",
    "python-requests/2.32": "bot",
    "": "bot",
    "Sonderling 1.0": "unknown",
}


@pytest.mark.parametrize("agent", AGENTS)
def test_an_agent_has_one_coarse_class(agent: str) -> None:
    assert device_of(agent) == AGENTS[agent]


@pytest.mark.parametrize(
    "environ, ahead",
    [
        ({"HTTP_SEC_PURPOSE": "prefetch;prerender"}, True),
        ({"HTTP_PURPOSE": "prefetch"}, True),
        ({"HTTP_X_MOZ": "prefetch"}, True),
        ({}, False),
    ],
)
def test_loading_ahead_is_told_from_a_click(environ: dict[str, str], ahead: bool) -> None:
    assert is_prefetch(environ) is ahead
