"""What a proxy's configuration writes down about opens and clicks is read as the proxy reads it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siegelpost.flows.doctor import caddy, nginx

HOST = "news.example.org"
HEADERS = "proxy_set_header Host $host; proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;"
PASS = f"proxy_pass http://127.0.0.1:8001; {HEADERS}"
LOGS = ["log:/c/", "log:/o/"]
ROOT = f"location / {{ {PASS} }}"
OFF = "access_log off;"


def server(*parts: str, name: str = HOST) -> str:
    return f"server {{ server_name {name}; {' '.join(parts)} }}"


def at(place: str, *parts: str) -> str:
    return f"location {place} {{ {' '.join(parts)} {PASS} }}"


NGINX = {
    "silent is on": (server(ROOT), LOGS),
    "off for all": (server(OFF, ROOT), []),
    "off in http": (f"http {{ {OFF} {server(ROOT)} }}", []),
    "on again below": (server(OFF, at("/o/", "access_log /l main;"), ROOT), ["log:/o/"]),
    "off where it counts": (server("access_log /l;", at("~ ^/[oc]/", OFF), ROOT), []),
    "a regular expression wins": (server(at("/o/", OFF), at("~ gif$"), at("/c/", OFF)), ["log:/o/"]),
    "but not over ^~": (server(at("^~ /o/", OFF), at("~ gif$"), at("/c/", OFF)), []),
    "the longest prefix wins": (server(OFF, ROOT, at("/c", "access_log /l;")), ["log:/c/"]),
    "a comment says nothing": (server(f"# {OFF}\n", ROOT), LOGS),
    "a word in quotes": (server('access_log "off";', ROOT, name=f"'{HOST}'"), []),
    "another host": (server(ROOT, name="other.example"), ["unserved"]),
    "redirects alone": (server("return 301 https://$host$request_uri;"), ["unserved"]),
    "a wildcard is for us": (server(ROOT, name="*.example.org"), LOGS),
    "inner headers replace all": (server(OFF, HEADERS, "location / { proxy_pass http://x; proxy_set_header X-A b; }"), ["client", "host"]),
    "outer headers go on": (server(OFF, HEADERS, "location / { proxy_pass http://x; }"), []),
    "a made up address": (server(OFF, ROOT.replace("$proxy_add_x_forwarded_for", "$http_x_forwarded_for")), ["client"]),
}
CADDY = {
    "silent is off": (f"{HOST} {{\n reverse_proxy 127.0.0.1:8001\n}}", []),
    "a log": (f"{HOST} {{\n log\n reverse_proxy 127.0.0.1:8001\n}}", LOGS),
    "a log with a block": (f"{HOST} {{\n log {{\n output file /l\n }}\n reverse_proxy 127.0.0.1:8001\n}}", LOGS),
    "a log of the rest": (f"{HOST} {{\n log\n log_skip /o/*\n log_skip /c/*\n reverse_proxy 127.0.0.1:8001\n}}", []),
    "half a skip": (f"{HOST} {{\n log\n skip_log /o/*\n reverse_proxy 127.0.0.1:8001\n}}", ["log:/c/"]),
    "a named matcher": (f"{HOST} {{\n log\n @quiet path /o/* /c/*\n log_skip @quiet\n reverse_proxy 127.0.0.1:8001\n}}", []),
    "for every name": ("https:// {\n tls {\n on_demand\n }\n log\n reverse_proxy 127.0.0.1:8001\n}", LOGS),
    "what is said elsewhere": (f"{HOST} {{\n import common\n reverse_proxy 127.0.0.1:8001\n}}", ["import"]),
    "another host": ("other.example {\n reverse_proxy 127.0.0.1:8001\n}", ["unserved"]),
    "a comment": (f"{HOST} {{\n # log\n reverse_proxy 127.0.0.1:8001\n}}", []),
}


@pytest.mark.parametrize("name", NGINX)
def test_nginx_is_read_as_nginx_reads_it(name: str) -> None:
    text, faults = NGINX[name]
    assert nginx.faults(text, HOST) == faults


@pytest.mark.parametrize("name", CADDY)
def test_caddy_is_read_as_caddy_reads_it(name: str) -> None:
    text, faults = CADDY[name]
    assert caddy.faults(text, HOST) == faults


@given(st.text(alphabet="{}; #'\"\\\nserver_namlogcti/~^", max_size=200))
def test_no_text_is_too_odd_to_be_read(text: str) -> None:
    assert nginx.faults(text, HOST) and isinstance(caddy.faults(text, HOST), list)
