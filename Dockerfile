# The server with everything it needs but the data, which is in the volume /data.
FROM python:3.11-slim AS build

# torch alone is taken by version. To avoid its GPU libraries, name an index of builds for the
# processor alone: docker build --build-arg TORCH_OPTIONS="--index-url https://..." .
ARG TORCH_OPTIONS=""
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/salex
ENV PATH=/opt/salex/bin:$PATH

# The packages first: this layer stays while only our code changes.
COPY requirements.lock /build/
RUN pip install --require-hashes --no-deps -r /build/requirements.lock
RUN pip install $TORCH_OPTIONS torch==2.13.0

WORKDIR /build
COPY pyproject.toml README.md LICENSE ./
COPY corpus corpus
COPY ingest ingest
COPY index index
COPY search_api search_api
RUN pip install --no-deps --no-build-isolation .

# Optional parts, as in: docker build --build-arg EXTRAS="qdrant,dask" . What is locked stays as it is.
ARG EXTRAS=""
RUN if [ -n "$EXTRAS" ]; then \
    sed -n 's/^\([a-z0-9-]*==[^ ;]*\).*/\1/p' requirements.lock > locked.txt \
    && pip install -c locked.txt "salex-evidence[$EXTRAS]"; fi

FROM python:3.11-slim

COPY --from=build /opt/salex /opt/salex
RUN useradd --system --uid 10001 --home-dir /data salex && install -d -o salex -g salex /data /copy
ENV PATH=/opt/salex/bin:$PATH HOME=/tmp PYTHONDONTWRITEBYTECODE=1 SALEX_DATA_FOLDER=/data
USER salex
WORKDIR /data
VOLUME /data
EXPOSE 8000

# `degraded` answers 200: without a model or an index the server still finds words.
HEALTHCHECK --interval=60s --timeout=10s --start-period=60s \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/api/v1/health', timeout=8)"]

ENTRYPOINT ["salex"]
CMD ["serve", "--host", "0.0.0.0"]
