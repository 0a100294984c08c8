using System.Data.Common;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sagas.Dashboard.Viewing;
using Sagas.Engine;
using Sagas.Engine.Definitions;
using Sagas.Orchestration.Definitions;
using Sagas.Persistence;
using Sagas.Persistence.Migrations;
using Sagas.Persistence.Store;

namespace Sagas.Worker.CommandLine.Checking;

/// <summary>Checks the database: that it answers, and what is in it.</summary>
internal sealed class DatabaseCheck(IServiceProvider services)
{
    /// <summary>What to do where the tables are too new for this worker.</summary>
    public const string AdviceIfTooNew = "Use the newer version of the worker.";

    private const string Name = "database";
    private const string Migrations = "migrations";
    private const string Stored = "stored";
    private const string Sagas = "sagas";
    private const string Undecided = "undecided";
    private static readonly TimeSpan LateLimit = TimeSpan.FromMinutes(1);

    private readonly SagaDatabase _database = services.GetRequiredService<SagaDatabase>();

    /// <param name="catalog">The definitions, if they are right.</param>
    /// <param name="stop">Stops it.</param>
    public async IAsyncEnumerable<CheckResult> ExamineAsync(
        SagaDefinitionCatalog? catalog, [EnumeratorCancellation] CancellationToken stop)
    {
        if (_database.Kind == SagaDatabaseKind.Sqlite && !File.Exists(_database.DisplayName))
        {
            yield return CheckResult.Warn(
                Name,
                $"the SQLite file {_database.DisplayName} is not there yet",
                "The worker makes it when it starts, and 'migrate' does. If there should be one, name it in "
                + "ConnectionStrings__Sagas.");
            yield break;
        }

        await using IDatabaseProbe probe = _database.Kind == SagaDatabaseKind.PostgreSql
            ? new PostgresProbe(_database, TimeProvider.System)
            : new SqliteProbe(_database);
        var reached = await GuardAsync(Name, () => ReachAsync(probe, stop), stop);
        yield return reached;
        if (reached.Status == CheckStatus.Fail)
        {
            yield break;
        }

        foreach (var (check, examine) in probe.Checks)
        {
            yield return await GuardAsync(check, () => examine(stop), stop);
        }

        SchemaComparison? tables = null;
        yield return await GuardAsync(
            Migrations,
            async () =>
            {
                tables = await services.GetRequiredService<SagaSchema>().CompareAsync(stop);
                return OfTables(tables);
            },
            stop);
        if (tables is not { Pending: [], Refusal: null })
        {
            yield break;
        }

        if (catalog is not null)
        {
            yield return await GuardAsync(Stored, () => StoredAsync(catalog, stop), stop);
        }

        yield return await GuardAsync(Sagas, () => SagasAsync(stop), stop);
        yield return await GuardAsync(Undecided, () => UndecidedAsync(stop), stop);
    }

    private async Task<CheckResult> ReachAsync(IDatabaseProbe probe, CancellationToken stop)
    {
        var started = TimeProvider.System.GetTimestamp();
        var version = await probe.OpenAsync(stop);
        var elapsed = TimeProvider.System.GetElapsedTime(started);
        return CheckResult.Ok(Name, $"{version} at {_database.DisplayName}, connected in {TimeText.Of(elapsed)}");
    }

    private static CheckResult OfTables(SchemaComparison tables) => tables switch
    {
        { Refusal: { } refusal } => CheckResult.Fail(Migrations, refusal, AdviceIfTooNew),
        { Pending: { Count: > 0 } pending } => CheckResult.Warn(
            Migrations,
            $"{pending.Count} of {tables.Known.Count} are not applied: {string.Join(", ", pending)}",
            "Run 'migrate', or start the worker, which does it by itself."),
        { Newer: { Count: > 0 } newer } => CheckResult.Warn(
            Migrations,
            $"a newer worker made these tables, and allows this one to run on them: {string.Join(", ", newer)} not known "
                + "to this one",
            "Update this worker too, or go back with all of them: both work meanwhile."),
        _ => CheckResult.Ok(Migrations, $"all {tables.Known.Count} are applied"),
    };

    private static async Task<CheckResult> StoredAsync(SagaDefinitionCatalog catalog, CancellationToken stop)
    {
        try
        {
            await catalog.CheckAsync(stop);
            return CheckResult.Ok(Stored, "the definitions are as they were when they were first used");
        }
        catch (SagaDefinitionException exception)
        {
            return CheckResult.Fail(Stored, exception.Message, "The worker does not start before that is done.");
        }
    }

    private async Task<CheckResult> SagasAsync(CancellationToken stop)
    {
        var figures = await services.GetRequiredService<StoreStatistics>().ReadAsync(stop);
        var suspended = figures.OpenSagas.GetValueOrDefault(nameof(SagaStatus.Suspended));
        var found = $"{figures.OpenSagas.Values.Sum() - suspended} in progress, {suspended} suspended, "
            + $"{figures.OutboxMessages} messages to be sent, {figures.ParkedMessages} parked";
        return figures switch
        {
            { DueLag: var lag } when lag > LateLimit => CheckResult.Fail(
                Sagas,
                $"{found}; one has been due for {TimeText.Of(lag)}",
                "No worker looks after them: start one, or see why the one that runs does not "
                    + "(its log, and its health)."),
            { ParkedMessages: > 0 } => CheckResult.Warn(
                Sagas,
                found,
                "Messages that the broker would not take wait in the outbox: see last_error in outbox_message."),
            _ when suspended > 0 => CheckResult.Warn(
                Sagas, found, "See which ones, and why, with: sagas list --suspended"),
            _ => CheckResult.Ok(Sagas, found),
        };
    }

    private async Task<CheckResult> UndecidedAsync(CancellationToken stop)
    {
        var figures = await services.GetRequiredService<UndecidedSagas>().ReadAsync(stop);
        return figures.Count == 0
            ? CheckResult.Ok(Undecided, "there is no saga that the workers cannot decide about")
            : CheckResult.Fail(
                Undecided,
                $"{figures.Count} sagas that no worker has been able to decide about: " + string.Join(
                    "; ",
                    figures.Reasons.Select(x => $"{x.Count} since {x.Since:u}, {x.Example} among them: {x.Reason}")),
                "Start a worker that can read them (a newer one, or one with the definition), or correct what the reason "
                    + "names. Each is looked at again by itself, at least every 5 minutes.");
    }

    private async Task<CheckResult> GuardAsync(string check, Func<Task<CheckResult>> examine, CancellationToken stop)
    {
        try
        {
            return await examine();
        }
        catch (Exception exception) when (!stop.IsCancellationRequested
            && exception is DbException or TimeoutException or SocketException or IOException
                or InvalidOperationException)
        {
            var (finding, advice) = DatabaseFinding.Of(exception, _database);
            return CheckResult.Fail(check, finding, advice);
        }
    }
}
