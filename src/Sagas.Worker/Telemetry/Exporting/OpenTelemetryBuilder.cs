using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;

namespace Sagas.Worker.Telemetry;

/// <summary>
/// Puts the SDK into the host's own services. Together with <see cref="ExportStart"/> it is all that the worker needs
/// of OpenTelemetry.Extensions.Hosting, which not every package source has.
/// </summary>
internal sealed class OpenTelemetryBuilder(IServiceCollection services) : IOpenTelemetryBuilder
{
    public IServiceCollection Services => services;
}
