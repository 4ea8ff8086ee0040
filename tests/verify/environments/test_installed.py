"""Environments: made from folders, images and packages, and what runs in them."""

import gzip
import hashlib
import io
import json
import shutil
import tarfile
from pathlib import Path

import pytest

from corpus.checks.receipts import CheckOutcome
from corpus.errors import NotFound, SettingsError
from tests.factories import make_article, make_translation
from tests.verify.bodies import make_body
from tests.verify.conftest import LIMITS, receipts_of
from tests.verify.environments.roots import make_root
from verify.environments.definitions import read_definition, shipped_definitions
from verify.environments.installed import add, environment_named, installed, remove
from verify.isolation.sandbox import Bubblewrap
from verify.isolation.session import Session
from verify.run import VerifyOptions, verify

FIX = "printf '' > settings"


def names(data: Path) -> list[str | None]:
    return [each.name for each in installed(data)]


def test_a_folder_is_one_by_its_name(folder: Path) -> None:
    data, root = folder / "data", make_root(folder / "root", programs=["dash"])
    add("small", root, data_dir=data)
    found = environment_named("small", data)
    assert (found.root.folder, found.root.description()) == (root, "Small Linux 7")

    remove("small", data_dir=data)
    assert names(data) == []
    assert (root / "usr/bin/dash").exists()


def test_a_name_is_given_once(folder: Path) -> None:
    data, root = folder / "data", make_root(folder / "root", programs=["dash"])
    add("small", root, data_dir=data)
    with pytest.raises(SettingsError, match="there is an environment 'small': remove it first"):
        add("small", root, data_dir=data)


@pytest.mark.parametrize("name", ["", "../up", "a/b", ".new", "A"])
def test_a_name_is_that_of_a_folder(folder: Path, name: str) -> None:
    with pytest.raises(SettingsError, match="is no name of an environment"):
        add(name, folder, data_dir=folder / "data")


def test_what_is_not_there_is_said(folder: Path) -> None:
    with pytest.raises(NotFound, match="`fixbook environments add sarge`"):
        environment_named("sarge", folder)
    with pytest.raises(
        SettingsError, match=r"no definition of 'sarge'.*bookworm, bullseye, trixie"
    ):
        add("sarge", None, data_dir=folder)
    with pytest.raises(SettingsError, match=r"there is no .*/missing"):
        add("small", folder / "missing", data_dir=folder)
    (folder / "empty").mkdir()
    with pytest.raises(SettingsError, match="is no root file system: it has no folder /usr"):
        add("small", folder / "empty", data_dir=folder / "data")
    assert names(folder / "data") == []


def test_the_definitions_that_are_shipped_are_some() -> None:
    assert shipped_definitions() == ["bookworm", "bullseye", "trixie"]


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("suite", "not TOML"),
        ("packages = []", "suite: Field required"),
        ('suite = "a"\nmirror = "b"', "mirror: Extra inputs are not permitted"),
        ('suite = "--help"', "suite: String should match"),
        ('suite = "a"\npackages = ["a,b"]', "packages: 'a,b' is no name of a package"),
    ],
)
def test_what_defines_none_is_said(tmp_path: Path, text: str, wrong: str) -> None:
    path = tmp_path / "a.toml"
    path.write_text(text)
    with pytest.raises(SettingsError, match=wrong) as raised:
        read_definition(path)
    assert str(path) in raised.value.message


def test_a_check_runs_with_the_programs_of_each_environment(
    sandbox: Bubblewrap, folder: Path, tmp_path: Path
) -> None:
    assert sandbox.missing() is None
    for name, system in (("one", "Small Linux 1"), ("two", "Small Linux 2")):
        root = make_root(folder / f"root-{name}")
        (root / "usr/lib/os-release").write_text(f'PRETTY_NAME="{system}"\n')
        add(name, root, data_dir=folder)
    body = make_body(fix=FIX, confirm="test -e settings; ! command -v python3")
    article = make_article(slug="guide", translations=[make_translation(body=body)])
    both = tuple(environment_named(name, folder) for name in ("one", "two"))
    report = verify(
        [article], receipts=tmp_path, options=VerifyOptions(limits=LIMITS, environments=both)
    )
    assert [(each.environment, each.outcome) for each in report.results] == [
        ("one", CheckOutcome.FIXED),
        ("two", CheckOutcome.FIXED),
    ]
    where = [receipt.environment for receipt in receipts_of(tmp_path)]
    assert [(each.name, each.os) for each in where] == [
        ("one", "Small Linux 1"),
        ("two", "Small Linux 2"),
    ]
    again = verify(
        [article], receipts=tmp_path, options=VerifyOptions(limits=LIMITS, environments=both[:1])
    )
    assert (again.written, len(receipts_of(tmp_path))) == ([], 2)


def test_what_an_environment_lacks_is_not_taken_from_this_machine(
    sandbox: Bubblewrap, folder: Path, tmp_path: Path
) -> None:
    assert sandbox.missing() is None
    add("small", make_root(folder / "root"), data_dir=folder)
    body = make_body(attributes="needs=python3")
    article = make_article(slug="guide", translations=[make_translation(body=body)])
    options = VerifyOptions(limits=LIMITS, environments=(environment_named("small", folder),))
    [result] = verify([article], receipts=tmp_path, options=options).results
    assert (result.outcome, result.reason) == (
        CheckOutcome.UNVERIFIABLE,
        "not on small: python3",
    )


def test_links_of_a_hostile_image_show_nothing_of_this_machine(
    sandbox: Bubblewrap, folder: Path
) -> None:
    assert sandbox.missing() is None
    secret = folder / "secret"
    secret.mkdir()
    (secret / "openssl.cnf").write_text("secret")
    root = make_root(folder / "root")
    (root / "etc/ssl").symlink_to(secret)
    (root / "etc/pki").symlink_to("../../secret")
    (root / "etc/services").symlink_to(secret / "openssl.cnf")
    add("hostile", root, data_dir=folder)
    inside = Bubblewrap(LIMITS, root=environment_named("hostile", folder).root)
    assert inside.missing() is None
    with inside.shell() as shell:
        ran = Session(shell, LIMITS).run("cat /etc/ssl/* /etc/pki/* /etc/services", seconds=10)
    assert (ran.status, "secret\n" in ran.output + "\n") == (1, False)


def test_a_system_without_a_shell_is_none(folder: Path) -> None:
    root = make_root(folder / "root", programs=["cat"])
    (root / "usr/bin/sh").unlink()
    (root / "usr/bin/sh").symlink_to("/bin/bash-of-this-machine")
    with pytest.raises(SettingsError, match="it has no /bin/sh"):
        add("small", root, data_dir=folder / "data")


def make_layout(folder: Path, root: Path) -> Path:
    """An image in an OCI layout with one layer, which holds a root file system."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as layer:
        layer.add(root, arcname=".")
    blobs = folder / "blobs/sha256"
    blobs.mkdir(parents=True)

    def blob(content: bytes, media_type: str) -> dict[str, object]:
        digest = hashlib.sha256(content).hexdigest()
        (blobs / digest).write_bytes(content)
        return {"mediaType": media_type, "digest": f"sha256:{digest}", "size": len(content)}

    kind = "application/vnd.oci.image."
    diff = hashlib.sha256(buffer.getvalue()).hexdigest()
    rootfs = {"type": "layers", "diff_ids": [f"sha256:{diff}"]}
    config = {"architecture": "amd64", "os": "linux", "rootfs": rootfs, "config": {}}
    manifest = {
        "schemaVersion": 2,
        "config": blob(json.dumps(config).encode(), f"{kind}config.v1+json"),
        "layers": [blob(gzip.compress(buffer.getvalue()), f"{kind}layer.v1.tar+gzip")],
    }
    reference = blob(json.dumps(manifest).encode(), f"{kind}manifest.v1+json")
    reference["annotations"] = {"org.opencontainers.image.ref.name": "latest"}
    index = {"schemaVersion": 2, "manifests": [reference]}
    (folder / "index.json").write_text(json.dumps(index))
    (folder / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
    return folder


@pytest.mark.skipif(shutil.which("umoci") is None, reason="umoci is not installed")
@pytest.mark.parametrize("form", ["folder", "archive"])
def test_an_image_is_unpacked(folder: Path, form: str) -> None:
    source = make_layout(folder / "image", make_root(folder / "root", programs=["dash"]))
    if form == "archive":
        archive = folder / "image.tar"
        with tarfile.open(archive, "w") as file:
            file.add(source, arcname=".")
        source = archive
    add("small", source, data_dir=folder)
    path = folder / "environments/small"
    assert sorted(each.name for each in path.iterdir()) == ["bin", "etc", "lib", "lib64", "usr"]
    assert environment_named("small", folder).root.description() == "Small Linux 7"
    remove("small", data_dir=folder)
    assert not path.exists()


def test_an_archive_of_something_else_is_none(folder: Path) -> None:
    (folder / "file").touch()
    with tarfile.open(folder / "image.tar", "w") as file:
        file.add(folder / "file", arcname="file")
    with pytest.raises(SettingsError, match="no image in an OCI layout: it has no file oci-layout"):
        add("small", folder / "image.tar", data_dir=folder / "data")
    (folder / "image.tar").write_text("text")
    with pytest.raises(SettingsError, match="tar failed"):
        add("small", folder / "image.tar", data_dir=folder / "data")


@pytest.mark.skipif(shutil.which("mmdebstrap") is None, reason="mmdebstrap is not installed")
def test_a_suite_that_cannot_be_had_is_said(folder: Path) -> None:
    (folder / "a.toml").write_text('suite = "sarge"\n')
    mirror = f"copy://{folder}/mirror"
    with pytest.raises(SettingsError, match="mmdebstrap cannot make a: "):
        add("a", folder / "a.toml", data_dir=folder, mirror=mirror)
    assert names(folder) == []
