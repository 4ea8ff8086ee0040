"""No secret leaves the machine, and a healthy line stays as it is."""

import hashlib
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable

import pytest

from corpus.text.secret_masking import personal_data_in, secrets_in, without_personal_data
from tests.shared_corpus import CONTENT


def _hex(length: int) -> str:
    return hashlib.sha512(str(length).encode()).hexdigest()[:length]


def _safe(length: int) -> str:
    """Letters and digits, as a generator of tokens gives them."""
    text = b64encode(hashlib.sha512(f"a{length}".encode()).digest() * 3).decode()
    return text.replace("+", "x").replace("/", "y").replace("=", "z")[:length]


def _upper(length: int) -> str:
    return _safe(length).upper()


JWT = ".".join(
    urlsafe_b64encode(part).decode().rstrip("=")
    for part in (b'{"alg":"HS256"}', b'{"sub":"alice","n":1}', hashlib.sha256(b"x").digest())
)
KEY = "\n".join(_safe(64) for _ in range(6))

FORMS: tuple[tuple[str, str], ...] = (
    ("{}", f"AKIA{_upper(16)}"),
    ("{}", f"ghp_{_safe(36)}"),
    ("{}", f"gho_{_safe(36)}"),
    ("{}", f"github_pat_{_safe(22)}_{_safe(59)}"),
    ("{}", f"glpat-{_safe(20)}"),
    ("{}", f"xoxb-1234567890-{_safe(24)}"),
    ("{}", f"sk_live_{_safe(24)}"),
    ("{}", f"sk-ant-api03-{_safe(60)}"),
    ("{}", f"sk-proj-{_safe(48)}"),
    ("{}", f"AIza{_safe(35)}"),
    ("{}", f"npm_{_safe(36)}"),
    ("{}", f"pypi-AgEI{_safe(60)}"),
    ("{}", f"hf_{_safe(34)}"),
    ("{}", f"dckr_pat_{_safe(27)}"),
    ("{}", f"SG.{_safe(22)}.{_safe(43)}"),
    ("{}", f"fb_{_hex(8)}_{_safe(43)}"),
    ("{}", f"hvs.{_safe(40)}"),
    ("{}", JWT),
    ("Authorization: Bearer {}", _safe(30)),
    ("Authorization: Basic {}", b64encode(b"alice:hunter2").decode()),
    ("Cookie: session={}; theme=dark", _hex(24)),
    ("X-Api-Key: {}", _hex(32)),
    ("https://alice:{}@git.example/repo.git", "hunter2"),
    ("postgresql://app:{}@db.example:5432/app", "s3cr3t!pass"),
    ("redis://:{}@cache:6379/0", "correcthorse"),
    ("https://{}@git.example/x.git", _safe(30)),
    ("amqp://guest:{}@mq/", "p@ssw0rd"),
    ("https://hooks.slack.com/services/{}", f"T0ABCDEF/B0ABCDEF/{_safe(24)}"),
    ("https://api.example/v1?access_token={}&page=2", _hex(20)),
    ("https://api.example/v1?sig={}", _safe(40)),
    ("PASSWORD={}", "hunter2"),
    ("DB_PASSWORD={}", "correct-horse"),
    ("export AWS_SECRET_ACCESS_KEY={}", _safe(40)),
    ("api_key: {}", _hex(32)),
    ("password: {}", "hunter2"),
    ("CLIENT_SECRET={}", _safe(24)),
    ("mysql -uroot -p{}", "hunter22"),
    ("deploy --password {}", "hunter2"),
    ("deploy --api-token={}", _hex(16)),
    ("curl -u alice:{} https://api.example", "hunter2"),
    ("CREATE USER app IDENTIFIED BY '{}'", "hunter2"),
    ("the password is '{}'", "hunter2"),
    ("AccountKey={};EndpointSuffix=core", _safe(40)),
    ("GITHUB_TOKEN={}", _safe(36)),
    ("token: {}", _hex(24)),
    ("mail to {} failed", "alice.smith@corp.example"),
    ("/home/{}/src/app.py:3", "alicesmith"),
    ("/Users/{}/src/app.py:3", "alicesmith"),
    (r"C:\Users\{}\src\app.py", "alicesmith"),
    ("-----BEGIN RSA PRIVATE KEY-----\n{}\n-----END RSA PRIVATE KEY-----", KEY),
)
CONTEXTS: tuple[Callable[[str], str], ...] = (
    lambda text: text,
    lambda text: f"2026-11-28T10:00:00Z ERROR app: {text} (exit status 1)",
    lambda text: f'{{"level": "error", "message": "{text}"}}',
    lambda text: f"+ \x1b[31m{text}\x1b[0m\nmake: *** [Makefile:3: deploy] Error 1",
)
CANARIES = [
    (context(form.format(secret)), secret) for form, secret in FORMS for context in CONTEXTS
]


def test_no_canary_leaves() -> None:
    assert len(CANARIES) == 200
    masked = [(without_personal_data(text), secret) for text, secret in CANARIES]
    assert [(text, secret) for text, secret in masked if secret in text] == []


def test_no_line_of_a_key_leaves_where_a_log_was_cut() -> None:
    [line, *_] = KEY.splitlines()
    for cut in (
        f"-----BEGIN OPENSSH PRIVATE KEY-----\n{KEY}",
        f"{KEY}\n-----END PRIVATE KEY-----\nmake: *** [deploy] Error 1",
    ):
        assert line not in without_personal_data(cut)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ('{"password": "hunter2", "user": "bob"}', '{"password": "***", "user": "bob"}'),
        ("git@github.com: Permission denied (publickey).",) * 2,
        ("open /home/alice/x: EACCES", "open /home/user/x: EACCES"),
        ("mail alice@corp.example", "mail user@example.com"),
        ("https://u:p@host/x 404", "https://***@host/x 404"),
    ],
)
def test_the_shape_of_a_message_survives(text: str, masked: str) -> None:
    assert without_personal_data(text) == masked


HEALTHY = """\
SyntaxError: Unexpected token '<', "<!DOCTYPE "... is not valid JSON
SyntaxError: invalid syntax. Perhaps you forgot a comma?
error: expected one of `!` or `::`, found token: ;
/usr/sbin/sshd -o AuthorizedKeysFile="$PWD/id_ed25519.pub" -f none
bash: syntax error near unexpected token `newline'
FATAL:  password authentication failed for user "app"
fe_sendauth: no password supplied
Access denied for user 'root'@'localhost' (using password: YES)
KeyError: 'password'
TypeError: connect() got an unexpected keyword argument 'password'
null value in column "password" of relation "users" violates not-null constraint
ValueError: password must have 8 characters
Permission denied (publickey,password).
error TS2304: Cannot find name 'token'.
duplicate key value violates unique constraint "users_pkey"
npm ERR! code E401
npm ERR! 404  '@scope/package@1.2.3' is not in this registry.
Failed to start user@1000.service: Unit not found.
/usr/lib/python3.13/site-packages/requests/auth.py:33: DeprecationWarning
lib.so: undefined symbol: memcpy@GLIBC_2.34
fatal: could not read Username for 'https://github.com': terminal prompts disabled
fatal: detected dubious ownership in repository at '/srv/app'
Error: listen EADDRINUSE: address already in use :::3000
error[E0382]: borrow of moved value: `token`
sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
commit 3d75daa4f0b1c2d3e4f5a6b7c8d9e0f1a2b3c4d5
docker: Error response from daemon: pull access denied for app, repository does not exist
jwt.exceptions.DecodeError: Not enough segments
ssl.SSLCertVerificationError: certificate verify failed: self-signed certificate
KEY=value must be of the form NAME=VALUE
Host key verification failed.
Command '['make']' died with <Signals.SIGKILL: 9>.
self-signed: trust this certificate
UNABLE_TO_VERIFY_LEAF_SIGNATURE: intermediate missing
Could not load file or assembly 'Json, Version=13.0.0.0, PublicKeyToken=30ad4fe6b2a6aeed'
Can't locate revision identified by '3f2a1b9c0d4e'
"""


@pytest.mark.parametrize("line", HEALTHY.splitlines())
def test_a_healthy_line_stays_as_it_is(line: str) -> None:
    assert without_personal_data(line) == line


def test_articles_about_secrets_and_people_hold_none() -> None:
    """What explains how a secret looks, or where a home folder is, is no secret and nobody's."""
    documents = sorted(CONTENT.glob("*.md"))
    assert documents
    found = [
        f"{path.name}: {text}"
        for path in documents
        for look in (secrets_in, personal_data_in)
        for _, text in look(path.read_text("utf-8"))
    ]
    assert found == []
