"""Who may call, and with what: CSRF header, password, tokens, information."""

import ssl
import stat

import pytest
from starlette.testclient import TestClient

from zoslab.zosmf.security import Users
from zoslab.zosmf.server import Server, ServerNotStarted
from zoslab.zosmf.tls import certificates

INFO = "/zosmf/info"


def bare(lab, headers=None):
    return TestClient(lab.application, "https://zos.lab", headers=headers or {})


def test_without_the_csrf_header_everything_is_refused_in_the_csrf_shape(lab):
    answer = bare(lab).get("/zosmf/restjobs/jobs", auth=("IBMUSER", lab.password))
    assert answer.status_code == 403
    assert answer.json()["errorID"] == "IZUG846W"
    assert set(answer.json()) == {"errorID", "errorMsg"}


def test_an_empty_csrf_header_is_enough(lab):
    assert lab.http.get(INFO).status_code == 200


@pytest.mark.parametrize("authorization", [None, "Basic bm9uc2Vuc2U=", "Basic !!", "Bearer none", "Digest x"])
def test_a_caller_who_is_not_known_gets_401_with_the_realm_and_no_body(lab, authorization):
    headers = {"X-CSRF-ZOSMF-HEADER": "x"} | ({"Authorization": authorization} if authorization else {})
    for path in (INFO, "/zosmf/restfiles/ds?dslevel=SYS1", "/zosmf/nothing"):
        answer = bare(lab, headers).get(path)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == 'Basic realm="defaultRealm"'
        assert answer.content == b""


def test_a_wrong_password_is_refused(lab):
    assert bare(lab, {"X-CSRF-ZOSMF-HEADER": "x"}).get(INFO, auth=("IBMUSER", "wrong")).status_code == 401


def test_a_password_brings_a_token_and_a_token_brings_no_other(lab):
    client = bare(lab, {"X-CSRF-ZOSMF-HEADER": "x"})
    first = client.get(INFO, auth=("ibmuser", lab.password))
    cookie = first.headers["Set-Cookie"]
    assert cookie.startswith("LtpaToken2=")
    assert {part.strip() for part in cookie.split(";")[1:]} == {"HttpOnly", "Path=/", "Secure"}
    second = client.get(INFO)
    assert second.status_code == 200
    assert "Set-Cookie" not in second.headers


def test_login_gives_both_tokens_and_logout_ends_them(lab):
    client = bare(lab, {"X-CSRF-ZOSMF-HEADER": "x"})
    login = "/zosmf/services/authenticate"
    answer = client.post(login, auth=("IBMUSER", lab.password))
    assert answer.json()["returnCode"] == 0
    jwt = client.cookies["jwtToken"]
    assert client.delete(login).status_code == 204
    client.cookies.clear()
    assert client.get(INFO, headers={"Authorization": f"Bearer {jwt}"}).status_code == 401
    assert client.delete(login).status_code == 401


def test_a_jwt_is_a_bearer_token(lab):
    client = bare(lab, {"X-CSRF-ZOSMF-HEADER": "x"})
    client.post("/zosmf/services/authenticate", auth=("IBMUSER", lab.password))
    jwt = client.cookies["jwtToken"]
    other = bare(lab, {"X-CSRF-ZOSMF-HEADER": "x", "Authorization": f"Bearer {jwt}"})
    assert other.get(INFO).status_code == 200


def test_a_wrong_login_says_8_and_1(lab):
    answer = bare(lab).post("/zosmf/services/authenticate", auth=("IBMUSER", "wrong"))
    assert (answer.status_code, answer.json()["returnCode"], answer.json()["reasonCode"]) == (401, 8, 1)


def test_info_says_where_and_what_the_server_is(lab):
    body = lab.http.get(INFO).json()
    assert (body["zosmf_hostname"], body["zosmf_port"]) == ("127.0.0.1", "10443")
    assert body["zos_version"] == "05.29.00"


def test_passwords_stay_and_only_the_owner_can_read_them(lab):
    again = Users(lab.folder / "users.json")
    assert again.create("ibmuser") == lab.password
    assert stat.S_IMODE((lab.folder / "users.json").stat().st_mode) == 0o600


def test_a_path_that_no_service_has_is_said_in_the_shape_of_its_service(lab):
    assert lab.http.get("/zosmf/restjobs/nothing").json()["reason"] == 7
    assert lab.http.post("/zosmf/restjobs/jobs/A/JOB00001").status_code == 405
    assert lab.http.get("/zosmf/restconsoles/nothing").json()["reason-code"] == 3


def test_the_authority_stays_when_the_server_gets_another_name(tmp_path):
    first = certificates(tmp_path, "127.0.0.1")
    authority, certificate = first.authority.read_bytes(), first.certificate.read_bytes()
    second = certificates(tmp_path, "zos.example")
    assert second.authority.read_bytes() == authority
    assert second.certificate != first.certificate
    assert certificates(tmp_path, "127.0.0.1").certificate.read_bytes() == certificate
    for files in (first, second):
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(files.certificate, files.key)
    assert stat.S_IMODE(first.key.stat().st_mode) == 0o600


def test_a_port_that_is_taken_is_said(lab, tmp_path, unused_port):
    first = Server(lab.application, tmp_path / "tls", "127.0.0.1", unused_port)
    first.start()
    try:
        with pytest.raises(ServerNotStarted, match=str(unused_port)):
            Server(lab.application, tmp_path / "tls", "127.0.0.1", unused_port).start()
    finally:
        first.stop()
