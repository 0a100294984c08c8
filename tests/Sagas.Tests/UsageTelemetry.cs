using System.Runtime.CompilerServices;

namespace Sagas.Tests;

/// <summary>Keeps MassTransit from reporting on the hosts that tests start, to a server elsewhere.</summary>
internal static class UsageTelemetry
{
    [ModuleInitializer]
    internal static void SwitchOff()
    {
        Environment.SetEnvironmentVariable("MASSTRANSIT_USAGE_TELEMETRY", "false");
    }
}
