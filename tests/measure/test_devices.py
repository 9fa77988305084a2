"""User agents fall into coarse classes and families; machines are told from people."""

import pytest

from siegelpost.measure.devices import Kind, is_prefetch, kind_of

AGENTS = {
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36": Kind(
        "desktop", "browser"
    ),
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:131.0) Gecko/20100101 Firefox/131.0": Kind("desktop", "browser"),
    "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Thunderbird/128.3": Kind("desktop", "thunderbird"),
    "Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 10.0; Microsoft Outlook 16.0)": Kind("desktop", "outlook"),
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148": Kind("phone", "apple"),
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36": Kind("phone", "browser"),
    "Mozilla/5.0 (iPad; CPU OS 17_0 like Mac OS X) AppleWebKit/605.1.15": Kind("tablet", "apple"),
    "Mozilla/5.0 (Linux; Android 13; SM-X700) AppleWebKit/537.36 Chrome/130.0 Safari/537.36": Kind("tablet", "browser"),
    "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)": Kind("proxy", "gmail"),
    "YahooMailProxy; https://help.yahoo.com/": Kind("proxy", "yahoo"),
    "Mozilla/5.0": Kind(machine="privacy"),
    "Mozilla/5.0 (compatible; Googlebot/2.1)": Kind(machine="scanner"),
    "BarracudaCentral/1.0": Kind(machine="scanner"),
    "curl/8.5.0": Kind(machine="scanner"),
    "python-requests/2.32": Kind(machine="scanner"),
    "": Kind(machine="scanner"),
    "Sonderling 1.0": Kind("unknown", "other"),
}


@pytest.mark.parametrize("agent", AGENTS)
def test_an_agent_is_one_coarse_kind(agent: str) -> None:
    assert kind_of(agent, {}) == AGENTS[agent]


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
    assert (kind_of("Mozilla/5.0 (Windows NT 10.0) Firefox/131.0", environ).machine == "prefetch") is ahead
