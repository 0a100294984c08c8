using MassTransit;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sagas.Orchestration;
using Sagas.Orchestration.Definitions;
using Sagas.Orchestration.Telemetry;
using Sagas.Orchestration.Transport;
using Sagas.Persistence;
using Sagas.Persistence.Clock;
using Sagas.Persistence.Migrations;
using Sagas.Persistence.Outbox;
using Sagas.Persistence.Store;
using Sagas.Tests.Persistence.Contract;
using Sagas.Worker.Telemetry;

namespace Sagas.Tests.Orchestration.Faults.Contract;

/// <summary>
/// The worker's state machine, store and outbox on a real database, whose faults and clock are in the hands of a test.
/// What the worker does by itself, from time to time, is done here when the story says so.
/// </summary>
public sealed class Stage : IAsyncDisposable
{
    private readonly ITestDatabase _database;
    private readonly DbContextOptions<SagaStoreDbContext> _past;
    private readonly IHost _host;
    private readonly string _folder = Directory.CreateTempSubdirectory("sagas-stage-").FullName;

    private Stage(
        ITestDatabase database,
        StoreFaults faults,
        string connectionString,
        Action<DbContextOptionsBuilder>? configure)
    {
        (_database, Faults) = (database, faults);
        var past = new DbContextOptionsBuilder<SagaStoreDbContext>();
        past.UseSagaDatabase(SagaDatabase.Detect(database.ConnectionString));
        _past = past.Options;
        foreach (var (name, definition) in Stories.Definitions)
        {
            File.WriteAllText(Path.Combine(_folder, $"{name}.json"), definition);
        }

        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { Args = [] });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:Sagas"] = connectionString,
            ["Sagas:Definitions:Path"] = _folder,
        });
        builder.AddSagaLogging();
        builder.AddSagaInstruments();
        builder.Logging.ClearProviders();
        builder.AddSagaStore();
        builder.AddSagaDefinitions();
        builder.AddSagaTransport();
        Prepare(builder.Services, configure);
        _host = builder.Build();
    }

    public StoreFaults Faults { get; }

    internal FakeClock Clock { get; } = new();

    internal SentMessages Sent { get; } = new();

    internal ReceivedMessages Received { get; } = new();

    internal IServiceProvider Services => _host.Services;

    internal IBus Bus => Services.GetRequiredService<IBus>();

    internal SagaDefinitionCatalog Definitions => Services.GetRequiredService<SagaDefinitionCatalog>();

    /// <summary>Starts the worker.</summary>
    /// <param name="database">The database, which is the stage's from now on.</param>
    /// <param name="faults">What stands at the seams.</param>
    /// <param name="connectionString">The way to the database on which the faults are.</param>
    /// <param name="configure">Puts the faults into the context, where they are not on the way.</param>
    public static async Task<Stage> StartAsync(
        ITestDatabase database,
        StoreFaults faults,
        string connectionString,
        Action<DbContextOptionsBuilder>? configure = null)
    {
        var stage = new Stage(database, faults, connectionString, configure);
        var services = stage.Services;
        await services.GetRequiredService<SagaSchema>().MigrateAsync();
        await stage.Definitions.CheckAsync(CancellationToken.None);
        await stage.Definitions.StoreAsync(CancellationToken.None);
        await services.GetRequiredService<OutboxCleaner<SagaStoreDbContext>>().StartAsync(CancellationToken.None);
        stage.Bus.ConnectReceiveObserver(stage.Received);
        await services.GetRequiredService<IBusControl>().StartAsync();
        return stage;
    }

    /// <summary>Stores the definitions, as their first sagas would.</summary>
    public async Task UseDefinitionsAsync()
    {
        foreach (var definition in Definitions.Loaded)
        {
            await Definitions.UseAsync(definition.Name, definition.Version, CancellationToken.None);
        }
    }

    /// <summary>
    /// Opens a connection and gives it back to the pool, so that a story finds one there, whatever was before it.
    /// </summary>
    public async Task ConnectAsync()
    {
        await using var scope = Services.CreateAsyncScope();
        var database = scope.ServiceProvider.GetRequiredService<SagaStoreDbContext>().Database;
        await database.OpenConnectionAsync();
        await database.CloseConnectionAsync();
    }

    /// <summary>Reads what is stored, past the faults.</summary>
    public async Task<T> ReadAsync<T>(Func<SagaStoreDbContext, Task<T>> read)
    {
        await using var context = new SagaStoreDbContext(_past);
        return await read(context);
    }

    public async ValueTask DisposeAsync()
    {
        Faults.Disarm();
        await Services.GetRequiredService<IBusControl>().StopAsync();
        await Services.GetRequiredService<OutboxCleaner<SagaStoreDbContext>>().StoppedAsync(CancellationToken.None);
        _host.Dispose();
        await _database.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private void Prepare(IServiceCollection services, Action<DbContextOptionsBuilder>? configure)
    {
        services.UseSagaClock(Clock);
        // What is read every second would come at other statements each time.
        services.Replace(ServiceDescriptor.Singleton(new StoredVersionsFreshness(TimeSpan.MaxValue)));
        services.Replace(ServiceDescriptor.Singleton<IDirectSender>(provider => new SentMessages.Directly(
            ActivatorUtilities.CreateInstance<DirectSender>(provider), Sent)));
        services.Replace(ServiceDescriptor.Singleton<IOutboxTransport>(provider => new SentMessages.ByDispatcher(
            ActivatorUtilities.CreateInstance<BusOutboxTransport>(provider), Sent)));
        services.AddSingleton(provider =>
            ActivatorUtilities.CreateInstance<OutboxDispatcher<SagaStoreDbContext>>(provider));
        if (configure is not null)
        {
            services.ConfigureDbContext<SagaStoreDbContext>(configure);
        }
    }
}
