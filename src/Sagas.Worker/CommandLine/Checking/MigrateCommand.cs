using System.CommandLine;
using System.Data.Common;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sagas.Dashboard.Viewing;
using Sagas.Orchestration;
using Sagas.Persistence;
using Sagas.Persistence.Migrations;
using Sagas.Worker.CommandLine.Output;

namespace Sagas.Worker.CommandLine.Checking;

/// <summary>Creates or updates the tables, as a start of the worker does.</summary>
internal sealed class MigrateCommand
{
    private static readonly TimeSpan DefaultWait = TimeSpan.FromSeconds(30);

    private readonly CommandContext _context;
    private readonly Option<string?> _database = WorkerSettings.DatabaseOption();
    private readonly Option<TimeSpan> _wait = DurationOption.Create(
        "--wait", "How long to wait for a database that is not there yet, or that another one migrates.", DefaultWait);

    private readonly Option<bool> _json = CommandActions.JsonOption();

    private MigrateCommand(CommandContext context) => _context = context;

    public static Command Create(CommandContext context)
    {
        var migrate = new MigrateCommand(context);
        var command = new Command(
            "migrate",
            "Creates or updates the worker's tables, and says what it did. The worker does the same when it starts; "
            + "any number may do it at once.")
        {
            migrate._database,
            migrate._wait,
            migrate._json,
        };
        command.Do(context, migrate.RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parse, CancellationToken stop)
    {
        await using var services = CreateServices(parse.GetValue(_database));
        var database = services.GetRequiredService<SagaDatabase>();
        var applied = await MigrateAsync(services, database, parse.GetValue(_wait), stop);
        if (parse.GetValue(_json))
        {
            _context.WriteJson(JsonSerializer.SerializeToElement(
                new { Database = database.DisplayName, Applied = applied }, JsonSerializerOptions.Web));
            return ExitCodes.Ok;
        }

        foreach (var migration in applied)
        {
            _context.Write([new Line("applied ", Palette.Good).Add(migration)]);
        }

        _context.WriteLine(applied.Count == 0
            ? $"The tables of {database.DisplayName} are up to date: there was nothing to do."
            : $"The tables of {database.DisplayName} are up to date.");
        return ExitCodes.Ok;
    }

    private ServiceProvider CreateServices(string? connectionString)
    {
        try
        {
            var builder = SagasHost.CreateEmptyBuilder(WorkerSettings.OfDatabase(connectionString));
            builder.AddSagaStore();
            builder.Logging.ClearProviders();
            builder.Logging.AddProvider(new LinesLogger(_context.Error));
            builder.Logging.AddFilter("Microsoft", LogLevel.None);
            return builder.Services.BuildServiceProvider();
        }
        catch (FormatException exception)
        {
            throw CommandException.Usage(exception.Message);
        }
    }

    private static async Task<IReadOnlyList<string>> MigrateAsync(
        ServiceProvider services, SagaDatabase database, TimeSpan wait, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(wait);
        try
        {
            return await services.GetRequiredService<SagaSchema>().MigrateAsync(limit.Token);
        }
        catch (Exception exception) when (limit.IsCancellationRequested && !stop.IsCancellationRequested
            && exception is OperationCanceledException or DbException { InnerException: OperationCanceledException })
        {
            throw new CommandException(
                ExitCodes.Unreachable,
                $"The database {database.DisplayName} was not ready within {TimeText.Of(wait)}. 'doctor' says more.");
        }
        catch (SchemaTooNewException exception)
        {
            throw new CommandException(
                ExitCodes.NotWell,
                $"The tables were not migrated: {exception.Message}\n{DatabaseCheck.AdviceIfTooNew}");
        }
        catch (DbException exception)
        {
            var (finding, advice) = DatabaseFinding.Of(exception, database);
            throw new CommandException(
                DatabaseFinding.ExitCodeOf(exception), $"The tables were not migrated: {finding}\n{advice}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(
                ExitCodes.NotWell, $"The tables of {database.DisplayName} were not migrated: {exception.Message}");
        }
    }
}
