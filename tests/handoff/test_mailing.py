"""What a real mail server receives: no health information, one fixed form, whatever was typed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from clinic import MailServer, confirm, read_mail, states, words
from conftest import StartMailer
from processes import Gateway, until

HEALTH = ("opioid", "pregnan", "oxycodone", "fibromyalgia", "naltrexone", "cancer", "screening", "Jane Roe", "mornings")


def test_the_mails_tell_what_is_needed_and_nothing_of_health(
    gateway: Gateway, server: MailServer, start_mailer: StartMailer
) -> None:
    start_mailer(gateway, server)
    reply = confirm(
        gateway.visitor(),
        question="Can I take naltrexone with oxycodone for my fibromyalgia?",
        note="pregnant",
        screening={"opioid_use": "yes", "condition": ["fibromyalgia"]},
    )
    until(lambda: server.count() == 2, "both mails")
    to_clinic, to_patient = sorted(server.mails(), key=lambda mail: mail["To"] == "jane@example.com")

    assert to_clinic["To"] == to_clinic["From"] == "Bello Wellness <info@bellowellness.ca>"
    assert to_clinic["Reply-To"] == "jane@example.com"
    assert to_clinic["Subject"] == f"A request is waiting: {reply['reference']}"
    assert to_clinic["Message-ID"].startswith(f"<{reply['reference']}.")
    assert to_patient["To"] == "jane@example.com"
    assert to_patient["Reply-To"] == "Bello Wellness <info@bellowellness.ca>"
    assert to_patient["Subject"] == "We got your request"
    for mail in (to_clinic, to_patient):
        assert mail["Auto-Submitted"] == "auto-generated"
        assert [part.get_content_type() for part in mail.walk()] == ["multipart/alternative", "text/plain", "text/html"]
        said = words(mail)
        assert said.count(reply["reference"]) >= 2
        assert not [word for word in HEALTH if word.lower() in (said + str(mail["Subject"])).lower()]
    assert "jane@example.com" in words(to_clinic)
    assert "jane@example.com" not in words(to_patient)
    assert until(lambda: states(gateway) == {"sent": 2}, "both to be marked")


def test_hostile_words_stay_out_of_headers_and_mails(
    gateway: Gateway, server: MailServer, start_mailer: StartMailer
) -> None:
    start_mailer(gateway, server)
    hostile: list[dict[str, Any]] = [
        {"name": "Jane\r\nBcc: all@example.com\r\n\r\n<script>alert(1)</script>"},
        {"name": "Zoë 李 \u202egnp.exe\u0000 👩\u200d⚕️", "times": "=cmd|' /C calc'!A0"},
        {"note_characters": 10_240},
        {"contact": "a.very+long_tag'o@xn--mnchen-3ya.de", "question": "{{ 7*7 }} {% raw %} {reference}"},
        {"contact_kind": "phone", "contact": "+14169671111;ext=12", "note": ".\r\n.\r\nQUIT\r\n"},
    ]
    shown = {confirm(gateway.visitor(), **one)["reference"] for one in hostile}
    until(lambda: server.count() == 9, "all mails")
    for mail in server.mails():
        assert set(mail.keys()) == {
            "Message-ID", "Date", "From", "To", "Subject", "Auto-Submitted", "MIME-Version", "Content-Type"
        } | ({"Reply-To"} if "Reply-To" in mail else set())  # fmt: skip
        assert mail["To"] in {
            "Bello Wellness <info@bellowellness.ca>", "jane@example.com", "a.very+long_tag'o@xn--mnchen-3ya.de"
        }  # fmt: skip
        raw = mail.as_bytes()
        for word in (b"Bcc", b"script", b"cancer", b"QUIT", b"calc", b"49"):
            assert (
                word not in raw.replace(str(mail["Message-ID"]).encode(), b"").split(b"Content-Type", 1)[1]
                or word == b"49"
            )
        assert max(len(line) for line in raw.splitlines()) <= 998
    assert {words(mail).split("eference: ")[1].split("\n")[0].strip() for mail in server.mails()} == shown
    [by_phone] = [mail for mail in server.mails() if "by telephone" in words(mail)]
    assert "+1 416-967-1111 ext. 12" in words(by_phone)
    assert by_phone["Reply-To"] is None
    [note] = [note for (note,) in gateway.rows("SELECT note FROM requests WHERE length(note) > 9000")]
    assert len(note) > 10_000


def test_without_a_relay_mails_wait_as_files_and_leave_once_one_is_set(
    gateway: Gateway, server: MailServer, start_mailer: StartMailer
) -> None:
    mailer = start_mailer(gateway)
    reply = confirm(gateway.visitor())
    folder = gateway.folder / "mail"
    until(lambda: len(list(folder.glob("*.eml"))) == 2, "two files")
    assert {read_mail(file)["Subject"] for file in folder.glob("*.eml")} == {
        f"A request is waiting: {reply['reference']}",
        "We got your request",
    }
    assert {oct(file.stat().st_mode & 0o777) for file in folder.iterdir()} == {"0o600"}
    until(lambda: gateway.rows("SELECT count(*) FROM outbox WHERE filed_at IS NOT NULL") == [(2,)], "both filed")
    assert states(gateway) == {"waiting": 2}
    mailer.end()

    start_mailer(gateway, server)
    until(lambda: server.count() == 2, "both to leave")
    until(lambda: not list(folder.glob("*.eml")), "the files to go")


def test_a_second_mailer_on_one_folder_stops_and_says_why(gateway: Gateway, start_mailer: StartMailer) -> None:
    first = start_mailer(gateway)
    until(lambda: first.said(), "the first to run")
    second = start_mailer(gateway)
    assert second.wait() == 2
    assert "a mailer is running on this data folder already" in second.log.read_text()


def test_neither_log_has_a_word_of_anybodys(gateway: Gateway, server: MailServer, start_mailer: StartMailer) -> None:
    server.behave("refuse")
    mailer = start_mailer(gateway, server)
    confirm(gateway.visitor(), name="Canary Person", contact="canary@example.com", note="canary-note")
    until(lambda: states(gateway) == {"failed": 2}, "both to be refused")
    for log in (mailer.log, gateway.log):
        assert "anary" not in log.read_text()
        assert "jane@" not in log.read_text()
    assert "jane@" not in json.dumps(gateway.rows("SELECT error FROM outbox"))


@pytest.mark.parametrize("trust", [True, False], ids=["trusted", "not trusted"])
def test_login_and_words_go_over_tls_only(
    gateway: Gateway, server: MailServer, start_mailer: StartMailer, trust: bool
) -> None:
    certificate = server.make_certificate()
    server.end()
    server.start()
    relay = {"smtp__host": "localhost", "smtp__tls": "starttls", "smtp__user": "clinic", "smtp__password": "secret"}
    start_mailer(gateway, server, **relay, **({"SSL_CERT_FILE": certificate} if trust else {}))
    confirm(gateway.visitor())
    if trust:
        until(lambda: server.count() == 2, "both mails")
    else:
        until(lambda: gateway.rows("SELECT count(*) FROM outbox WHERE error IS NOT NULL")[0][0], "a failed try")
        assert server.count() == 0
        assert "failed" not in states(gateway)


def test_a_relay_without_tls_is_told_nothing_where_tls_is_set(
    gateway: Gateway, server: MailServer, start_mailer: StartMailer
) -> None:
    start_mailer(gateway, server, smtp__tls="starttls")
    confirm(gateway.visitor())
    until(lambda: gateway.rows("SELECT count(*) FROM outbox WHERE error IS NOT NULL")[0][0], "a failed try")
    assert server.count() == 0


def test_a_mail_too_late_for_the_patient_still_tells_the_clinic(
    gateway: Gateway, server: MailServer, start_mailer: StartMailer
) -> None:
    confirm(gateway.visitor())
    gateway.change("UPDATE outbox SET created_at = created_at - 6 * 86400000")
    start_mailer(gateway, server)
    until(lambda: states(gateway) == {"sent": 1, "failed": 1}, "both to be seen to")
    assert [mail["To"] for mail in server.mails()] == ["Bello Wellness <info@bellowellness.ca>"]


def test_files_are_only_where_the_settings_say(gateway: Gateway, start_mailer: StartMailer) -> None:
    start_mailer(gateway)
    confirm(gateway.visitor())
    until(lambda: len(list((gateway.folder / "mail").glob("*.eml"))) == 2, "two files")
    assert Path(gateway.folder / "mail").stat().st_mode & 0o777 == 0o700
