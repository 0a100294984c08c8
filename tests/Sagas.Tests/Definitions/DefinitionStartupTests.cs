using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Sagas.Engine.Definitions;
using Sagas.Orchestration.Definitions;
using Sagas.Persistence.Configuration;
using Sagas.Persistence.Store;

namespace Sagas.Tests.Definitions;

public sealed class DefinitionStartupTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sagas-startup-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task StartAsync_FilesAndCode_AreInTheCatalog()
    {
        File.WriteAllText(Path.Combine(_folder, "order.json"), DefinitionText.Minimal);
        using var host = Host(new StoreWith(null));

        await host.StartAsync(Cancellation);

        host.Services.GetRequiredService<SagaDefinitionCatalog>()
            .Loaded.Select(x => x.Name).ShouldBe(["declared", "order"]);
        await host.StopAsync(Cancellation);
    }

    [Fact]
    public async Task StartAsync_MistakeInAFile_FailsBeforeAnythingElse()
    {
        File.WriteAllText(Path.Combine(_folder, "order.json"), "{}");
        using var host = Host(new StoreWith(null));

        var exception = await Should.ThrowAsync<SagaDefinitionException>(() => host.StartAsync(Cancellation));

        exception.Message.ShouldContain("order.json:1: name is missing");
    }

    [Fact]
    public async Task StartAsync_ChangedWithoutANewVersion_Fails()
    {
        File.WriteAllText(Path.Combine(_folder, "order.json"), DefinitionText.Minimal);
        using var host = Host(new StoreWith(new SagaDefinitionRow { Name = "order", Version = 1, Hash = "abc" }));

        var exception = await Should.ThrowAsync<SagaDefinitionException>(() => host.StartAsync(Cancellation));

        exception.Message.ShouldContain("Stored hash: abc;");
    }

    [Fact]
    public async Task StartAsync_OnADatabaseWhereOtherContentWasUsed_FailsWithBothHashes()
    {
        var (before, after) = (DefinitionText.Minimal, DefinitionText.WithStep("\"pivot\":true"));
        File.WriteAllText(Path.Combine(_folder, "order.json"), before);
        using (var first = Host())
        {
            await first.StartAsync(Cancellation);
            await first.Services.GetRequiredService<SagaDefinitionCatalog>().UseAsync("order", null, Cancellation);
            await first.StopAsync(Cancellation);
        }

        File.WriteAllText(Path.Combine(_folder, "order.json"), after);
        using var second = Host();
        var exception = await Should.ThrowAsync<SagaDefinitionException>(() => second.StartAsync(Cancellation));

        exception.Message.ShouldContain(DefinitionText.Declare(before).Hash);
        exception.Message.ShouldContain(DefinitionText.Declare(after).Hash);
    }

    /// <summary>A host with a store in memory, or on SQLite when none is given.</summary>
    private IHost Host(IDefinitionStore? store = null)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection([KeyValuePair.Create("Sagas:Definitions:Path", (string?)_folder)]);
        builder.Services.AddSagaDefinitions();
        builder.Services.AddSagaDefinition(
            SagaDefinition.Define("declared", 1).Step("a", step => step.Queue("q")).Build());
        if (store is null)
        {
            builder.Services.AddSagaPersistence($"Data Source={Path.Combine(_folder, "sagas.db")};Pooling=False");
        }
        else
        {
            builder.Services.AddSingleton(store);
        }

        return builder.Build();
    }

    private sealed class StoreWith(SagaDefinitionRow? row) : IDefinitionStore
    {
        public Task<IReadOnlyList<SagaDefinitionRow>> GetAllAsync(CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<SagaDefinitionRow>>(row is null ? [] : [row]);

        public Task<SagaDefinitionRow?> GetAsync(string name, int version, CancellationToken cancellationToken) =>
            Task.FromResult(row);

        public Task<SagaDefinitionRow> GetOrAddAsync(SagaDefinitionRow added, CancellationToken cancellationToken) =>
            Task.FromResult(added);
    }
}
