# syntax=docker/dockerfile:1
# One image for every role; `lodging run --role …` says which. Build it from the root of the repository.

FROM swift:6.3-bookworm AS build
WORKDIR /source
COPY scripts/setup scripts/setup
RUN scripts/setup
# The dependencies' own layer: a change of sources does not fetch them again.
COPY Package.swift ./
RUN swift package resolve
COPY Sources Sources
COPY Tests Tests
COPY loadtest loadtest
RUN swift build --configuration release --product lodging --static-swift-stdlib \
  && mkdir /program \
  && cp .build/release/lodging /program/ \
  && cp --recursive .build/release/*_LodgingService.resources /program/

FROM debian:12-slim
# What the program links to: the runtime packages of those that scripts/setup installs to build with.
RUN apt-get update \
  && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends \
    ca-certificates libcsv3 libjemalloc2 librdkafka1 libsodium23 libsqlite3-0 libstdc++6 libxml2 libzip4 tzdata zlib1g \
  && rm -rf /var/lib/apt/lists/* \
  && groupadd --gid 10001 lodging \
  && useradd --uid 10001 --gid lodging --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin lodging \
  && install --directory --owner lodging --group lodging --mode 0700 /var/lib/lodging
# The units and codes lie beside the program, where it looks for them.
COPY --from=build /program /opt/lodging
COPY compose/health /usr/local/bin/lodging-health
ENV PATH=/opt/lodging:$PATH LODGING_DATA=/var/lib/lodging
USER 10001:10001
# Everything that is written is here, and in /tmp while an audit or a rebuild runs: the rest may be read-only.
VOLUME /var/lib/lodging
WORKDIR /var/lib/lodging
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["lodging-health", "live"]
ENTRYPOINT ["lodging"]
CMD ["run", "--listen", "127.0.0.1:8080"]
