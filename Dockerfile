# One image for every part: `serve` by default, any other command by name, as in
# `docker run fixbook ingest`. Only /data is written to.

FROM python:3.11.14-slim-bookworm AS build
ENV PATH=/opt/fixbook/bin:$PATH PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/fixbook
WORKDIR /src
COPY requirements-image.txt ./
# With the extras of pyproject.toml, each file by its hash.
RUN pip install --require-hashes -r requirements-image.txt
COPY LICENSE README.md pyproject.toml ./
COPY api api
COPY cli cli
COPY corpus corpus
COPY ingest ingest
COPY languages languages
COPY verify verify
RUN pip install --no-deps --no-build-isolation . \
    && pip uninstall --yes setuptools pip

FROM python:3.11.14-slim-bookworm
# `fixbook sync` runs git, and ssh-keygen checks signatures of commits.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates git openssh-client \
    && rm -rf /var/lib/apt/lists/*
RUN pip uninstall --yes --root-user-action=ignore wheel setuptools pip \
    && groupadd --gid 10001 fixbook \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin fixbook \
    && install --directory --owner=10001 --group=10001 --mode=0750 /data
COPY --from=build /opt/fixbook /opt/fixbook
COPY content /content
ENV PATH=/opt/fixbook/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 \
    FIXBOOK_CONTENT_DIR=/content FIXBOOK_DATA_DIR=/data FIXBOOK_HOST=0.0.0.0 FIXBOOK_PORT=8000
VOLUME /data
WORKDIR /data
USER 10001:10001
EXPOSE 8000
# Five minutes at most to take in the content; then three failures in a row are an illness.
HEALTHCHECK --interval=10s --timeout=6s --start-period=300s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f\"http://127.0.0.1:{os.environ['FIXBOOK_PORT']}/readyz\", timeout=5)"]
# No shell in between: SIGTERM reaches the server, which finishes what it has begun.
ENTRYPOINT ["fixbook"]
CMD ["serve"]
