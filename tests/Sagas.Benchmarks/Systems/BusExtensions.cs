using System.Text.Json;
using MassTransit;

namespace Sagas.Benchmarks.Systems;

internal static class BusExtensions
{
    /// <summary>Has all systems send bodies of the same size: those of the worker have no line breaks.</summary>
    public static void WriteCompactJson(this IBusFactoryConfigurator bus) =>
        bus.ConfigureJsonSerializerOptions(json => new JsonSerializerOptions(json) { WriteIndented = false });
}
