using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Containers;
using DotNet.Testcontainers.Volumes;
using Microsoft.Extensions.Logging.Abstractions;
using Sagas.IntegrationTests.Containers;

namespace Sagas.IntegrationTests.Faults;

/// <summary>
/// A small disk, in memory, for a server's data. A container of its own holds it, so that it outlives the server's ends
/// and can be filled and freed whatever the server does.
/// </summary>
internal sealed class Disk : IAsyncDisposable
{
    private readonly IContainer _holder;

    private Disk(int megabytes)
    {
        Volume = new VolumeBuilder()
            .WithLogger(NullLogger.Instance)
            .WithCreateParameterModifier(x => x.DriverOpts = new Dictionary<string, string>
            {
                ["type"] = "tmpfs",
                ["device"] = "tmpfs",
                ["o"] = $"size={megabytes}m",
            })
            .Build();
        _holder = Servers.Container(Servers.PostgreSqlImage)
            .WithEntrypoint("sleep")
            .WithCommand("infinity")
            .WithVolumeMount(Volume, "/disk")
            .Build();
    }

    /// <summary>The volume, to be mounted by the server.</summary>
    public IVolume Volume { get; }

    public static async Task<Disk> CreateAsync(int megabytes, CancellationToken ct)
    {
        var disk = new Disk(megabytes);
        try
        {
            await disk._holder.StartAsync(ct);
            return disk;
        }
        catch
        {
            await disk.DisposeAsync();
            throw;
        }
    }

    /// <summary>Writes a file until nothing more can be written.</summary>
    public async Task FillAsync(CancellationToken ct)
    {
        var result = await _holder.ExecAsync(["sh", "-c", "dd if=/dev/zero of=/disk/filler bs=64k; dd if=/dev/zero of=/disk/rest bs=1k"], ct);
        result.Stderr.ShouldContain("No space left on device");
    }

    /// <summary>Removes that file.</summary>
    public async Task FreeAsync(CancellationToken ct) =>
        (await _holder.ExecAsync(["rm", "/disk/filler", "/disk/rest"], ct)).ExitCode.ShouldBe(0);

    public async ValueTask DisposeAsync()
    {
        await _holder.DisposeAsync();
        await Volume.DisposeAsync();
    }
}
