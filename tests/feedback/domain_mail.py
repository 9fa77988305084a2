"""Mail with reports about a domain, as receivers send it."""

import base64
import gzip
import io
import json
import zipfile
from datetime import datetime

from tests.inbound.delivered import NOON

DAY = 86_400


def row(source: str = "192.0.2.1", count: int = 3, dkim: str = "pass", spf: str = "fail", disposition: str = "none") -> str:
    judged = f"<disposition>{disposition}</disposition><dkim>{dkim}</dkim><spf>{spf}</spf>"
    evaluated = f"<policy_evaluated>{judged}</policy_evaluated>"
    about = "<identifiers><header_from>example.org</header_from></identifiers><auth_results><spf><domain>x</domain></spf></auth_results>"
    return f"<record><row><source_ip>{source}</source_ip><count>{count}</count>{evaluated}</row>{about}</record>"


def dmarc(*rows: str, domain: str = "example.org", number: str = "n1", begin: datetime = NOON, seconds: int = DAY, head: str = "") -> bytes:
    start = int(begin.timestamp()) - DAY
    span = f"<date_range><begin>{start}</begin><end>{start + seconds}</end></date_range>"
    meta = f"<report_metadata><org_name>Receiver Ltd</org_name><report_id>{number}</report_id>{span}</report_metadata>"
    policy = f"<policy_published><domain>{domain}</domain><p>none</p></policy_published>"
    return f'<?xml version="1.0"?>{head}<feedback>{meta}{policy}{"".join(rows or (row(),))}</feedback>'.encode()


def tls(domain: str = "example.org", good: int = 7, bad: int = 3, details: int = 2) -> bytes:
    failed = [{"result-type": "certificate-expired", "sending-mta-ip": "192.0.2.9", "failed-session-count": details}]
    one = {
        "policy": {"policy-type": "sts", "policy-domain": domain},
        "summary": {"total-successful-session-count": good, "total-failure-session-count": bad},
        "failure-details": failed,
    }
    span = {"start-datetime": "2026-03-02T00:00:00Z", "end-datetime": "2026-03-02T23:59:59Z"}
    return json.dumps({"organization-name": "Other Ltd", "date-range": span, "report-id": "t1", "policies": [one]}).encode()


def zipped(document: bytes, files: int = 1, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        for number in range(files):
            archive.writestr(f"{number}.xml", document)
    return packed.getvalue()


def mail(packed: bytes, kind: str = "application/gzip") -> bytes:
    words = b"--x\r\nContent-Type: text/plain\r\n\r\nA report.\r\n"
    head = f"--x\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: base64\r\n\r\n".encode()
    return b'Content-Type: multipart/mixed; boundary="x"\r\n\r\n' + words + head + base64.encodebytes(packed) + b"--x--\r\n"


def gzipped(document: bytes) -> bytes:
    return mail(gzip.compress(document))
