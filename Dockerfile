# Two images, by --target: worker (the default) and participants (the sample participants).
# Two optional build secrets help where packages come over a network of one's own: 'ca', a bundle of certificate
# authorities, and 'nuget-config', a NuGet.Config. Neither ends up in a layer.
ARG DOTNET_SDK_IMAGE=mcr.microsoft.com/dotnet/sdk:10.0
ARG DOTNET_RUNTIME_IMAGE=mcr.microsoft.com/dotnet/aspnet:10.0
ARG DOTNET_RUNTIME_DEPS_IMAGE=mcr.microsoft.com/dotnet/runtime-deps:10.0

FROM ${DOTNET_SDK_IMAGE} AS restore
# amd64 or arm64, set by the builder: only that architecture's native libraries are taken along.
ARG TARGETARCH
WORKDIR /repo
# What the packages depend on comes first, so that they are restored again only when that changes.
COPY Directory.Build.props Directory.Packages.props Hosting.props global.json ./
COPY src/Sagas.Contracts/Sagas.Contracts.csproj src/Sagas.Contracts/
COPY src/Sagas.Engine/Sagas.Engine.csproj src/Sagas.Engine/
COPY src/Sagas.Persistence/Sagas.Persistence.csproj src/Sagas.Persistence/
COPY src/Sagas.Participants/Sagas.Participants.csproj src/Sagas.Participants/
COPY src/Sagas.Orchestration/Sagas.Orchestration.csproj src/Sagas.Orchestration/
COPY src/Sagas.Dashboard/Sagas.Dashboard.csproj src/Sagas.Dashboard/
COPY src/Sagas.Worker/Sagas.Worker.csproj src/Sagas.Worker/
COPY samples/Sagas.Samples/Sagas.Samples.csproj samples/Sagas.Samples/
RUN --mount=type=secret,id=ca,target=/run/ca.crt \
    --mount=type=secret,id=nuget-config,target=/root/.nuget/NuGet/NuGet.Config \
    if [ -s /run/ca.crt ]; then export SSL_CERT_FILE=/run/ca.crt; fi \
    && dotnet restore src/Sagas.Worker --arch $TARGETARCH -p:SelfContained=true

FROM restore AS publish-worker
COPY src src
COPY samples/Sagas.Samples samples/Sagas.Samples
# The worker brings .NET along, compiled as one with it (Hosting.props). The analyzers have their say in the ordinary build.
RUN dotnet publish src/Sagas.Worker --no-restore --self-contained --arch $TARGETARCH \
    --configuration Release --output /app -p:RunAnalyzers=false \
    -p:EnforceCodeStyleInBuild=false -p:GenerateDocumentationFile=false

FROM restore AS publish-participants
COPY samples/Sagas.Samples.Participants/Sagas.Samples.Participants.csproj samples/Sagas.Samples.Participants/
RUN --mount=type=secret,id=ca,target=/run/ca.crt \
    --mount=type=secret,id=nuget-config,target=/root/.nuget/NuGet/NuGet.Config \
    if [ -s /run/ca.crt ]; then export SSL_CERT_FILE=/run/ca.crt; fi \
    && dotnet restore samples/Sagas.Samples.Participants --arch $TARGETARCH -p:UseAppHost=false
COPY src src
COPY samples/Sagas.Samples samples/Sagas.Samples
COPY samples/Sagas.Samples.Participants samples/Sagas.Samples.Participants
RUN dotnet publish samples/Sagas.Samples.Participants --no-restore --no-self-contained --arch $TARGETARCH \
    --configuration Release --output /app -p:UseAppHost=false -p:RunAnalyzers=false \
    -p:EnforceCodeStyleInBuild=false -p:GenerateDocumentationFile=false

FROM ${DOTNET_RUNTIME_IMAGE} AS participants
WORKDIR /app
COPY --from=publish-participants /app ./
USER 1654
STOPSIGNAL SIGTERM
ENTRYPOINT ["dotnet", "Sagas.Samples.Participants.dll"]

FROM ${DOTNET_RUNTIME_DEPS_IMAGE} AS worker
WORKDIR /app
COPY --from=publish-worker /app ./
COPY src/Sagas.Worker/healthy ./
COPY sagas ./sagas
# The embedded mode has to be asked for here (Sagas__Embedded__Allowed=true); its database is a file that a volume keeps.
# The command line has a short name: docker compose exec worker sagas list
RUN mkdir /data && chown 1654:1654 /data \
    && ln -s /app/Sagas.Worker /usr/local/bin/sagas
ENV Sagas__Embedded__Allowed=false Sagas__Embedded__Path=/data/sagas.db
VOLUME /data
# The user 'app' of the image underneath, by number, so that Kubernetes can tell that it is not root.
USER 1654
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=5s --timeout=5s --start-period=30s --retries=6 CMD ["/bin/sh", "/app/healthy"]
ENTRYPOINT ["/app/Sagas.Worker"]
