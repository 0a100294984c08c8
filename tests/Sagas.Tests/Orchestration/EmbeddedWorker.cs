using System.Collections.Concurrent;
using System.Text.Json;
using MassTransit;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sagas.Contracts;
using Sagas.Orchestration.Transport;
using Sagas.Persistence.Clock;
using Sagas.Persistence.Store;
using Sagas.Tests.Participants.Contract;
using Sagas.Worker;

namespace Sagas.Tests.Orchestration;

/// <summary>
/// The whole worker in this process: SQLite and the in-memory transport, with participants that a test scripts.
/// </summary>
internal sealed class EmbeddedWorker : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sagas-test-").FullName;
    private IHost _host = null!;
    private IReadOnlyDictionary<string, string?> _settings = new Dictionary<string, string?>();
    private TimeProvider? _clock;
    private Action<IServiceCollection>? _configure;
    private string? _database;

    /// <summary>Every command that came to a participant, in order.</summary>
    public ConcurrentQueue<IStepCommand> Commands { get; } = new();

    /// <summary>Where in which trace each of them was sent, in the same order.</summary>
    public ConcurrentQueue<string?> TraceParents { get; } = new();

    /// <summary>Every event that the worker published, in order.</summary>
    public ConcurrentQueue<(Guid SagaId, int Sequence, string Type)> Events { get; } = new();

    /// <summary>What the participants answer; <see langword="null"/> is silence.</summary>
    public Func<IStepCommand, object?> Answer { get; set; } = Succeed;

    /// <summary>Every line of the log, with what was thrown.</summary>
    public ConcurrentQueue<string> Log { get; } = new();

    /// <summary>The services of the worker that runs.</summary>
    public IServiceProvider Services => _host.Services;

    public string Database => _database ?? $"Data Source={Path.Combine(_folder, "sagas.db")}";

    public static async Task<EmbeddedWorker> StartAsync(
        string definition,
        CancellationToken ct,
        Func<IStepCommand, object?>? answer = null,
        IReadOnlyDictionary<string, string?>? settings = null,
        TimeProvider? clock = null,
        Action<IServiceCollection>? configure = null,
        string? database = null)
    {
        var worker = new EmbeddedWorker { _clock = clock, _configure = configure, _database = database };
        worker._settings = settings ?? worker._settings;
        worker.Answer = answer ?? worker.Answer;
        var definitions = Directory.CreateDirectory(Path.Combine(worker._folder, "sagas"));
        await File.WriteAllTextAsync(Path.Combine(definitions.FullName, "test.json"), definition, ct);
        try
        {
            await worker.StartHostAsync(ct);
            return worker;
        }
        catch
        {
            await worker.DisposeAsync();
            throw;
        }
    }

    public static object Succeed(IStepCommand command) => new StepSucceeded
    {
        SagaId = command.SagaId,
        Step = command.Step,
        Direction = Direction(command),
        Attempt = command.Attempt,
    };

    public static StepFailed Fail(IStepCommand command, string code, bool retryable = false) => new StepFailed
    {
        SagaId = command.SagaId,
        Step = command.Step,
        Direction = Direction(command),
        Attempt = command.Attempt,
        Code = code,
        Message = $"{command.Step} failed",
        Retryable = retryable,
    };

    public async Task StopAsync(CancellationToken ct)
    {
        await _host.StopAsync(ct);
        _host.Dispose();
    }

    /// <summary>Ends the worker as a kill does: nothing is finished, and nobody is told.</summary>
    public ValueTask KillAsync()
    {
        var host = (IAsyncDisposable)_host;
        _host = null!;
        return host.DisposeAsync();
    }

    /// <summary>Starts the worker again on the same database.</summary>
    public Task StartAgainAsync(CancellationToken ct) => StartHostAsync(ct);

    public async Task SendAsync<T>(T message, CancellationToken ct, Action<SendContext<T>>? configure = null)
        where T : class
    {
        var endpoint = await _host.Services.GetRequiredService<IBus>().GetSendEndpoint(new Uri("exchange:sagas"));
        await endpoint.Send(message, x => configure?.Invoke(x), ct);
    }

    /// <summary>
    /// Sends a request and waits for its answer: <see cref="RequestRefused"/> or a <typeparamref name="TAnswer"/>.
    /// </summary>
    public async Task<object> AskAsync<TRequest, TAnswer>(TRequest request, CancellationToken ct)
        where TRequest : class
        where TAnswer : class
    {
        var client = _host.Services.GetRequiredService<IBus>().CreateRequestClient<TRequest>(new Uri("exchange:sagas"));
        var answer = await client.GetResponse<TAnswer, RequestRefused>(request, ct);
        return answer.Message;
    }

    /// <summary>Starts a saga with an empty input, and returns its id.</summary>
    public async Task<Guid> StartSagaAsync(string name, CancellationToken ct) =>
        (await AskAsync<StartSaga, SagaAccepted>(
            new StartSaga { SagaName = name, Input = JsonElement.Parse("{}") }, ct))
        .ShouldBeOfType<SagaAccepted>().SagaId;

    /// <summary>The same with either of two answers, and as a copy of the message of that id if there is one.</summary>
    public async Task<object> AskAsync<TRequest, TAnswer, TOther>(
        TRequest request, Guid? messageId, CancellationToken ct)
        where TRequest : class
        where TAnswer : class
        where TOther : class
    {
        var client = _host.Services.GetRequiredService<IBus>().CreateRequestClient<TRequest>(new Uri("exchange:sagas"));
        var answer = await client.GetResponse<TAnswer, TOther, RequestRefused>(
            request, x => x.UseExecute(context => context.MessageId = messageId ?? context.MessageId), ct);
        return answer.Message;
    }

    /// <summary>Waits until the saga's row says so.</summary>
    public Task UntilStateAsync(Guid sagaId, string state, CancellationToken ct) =>
        Eventually.BecomesAsync(
            () => ScalarAsync(
                $"select state from saga_state where id = '{sagaId.ToString().ToUpperInvariant()}' or id = '{sagaId}'"),
            state,
            ct);

    /// <summary>Reads what is stored, whatever the database.</summary>
    public async Task<T> ReadAsync<T>(Func<SagaStoreDbContext, Task<T>> read)
    {
        await using var scope = Services.CreateAsyncScope();
        return await read(scope.ServiceProvider.GetRequiredService<SagaStoreDbContext>());
    }

    public async Task<object?> ScalarAsync(string sql) => await RowsAsync(sql) is [var row, ..] ? row[0] : null;

    public async Task<IReadOnlyList<object?[]>> RowsAsync(string sql)
    {
        await using var connection = new SqliteConnection(Database);
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<object?[]>();
        while (await reader.ReadAsync())
        {
            var row = new object[reader.FieldCount];
            reader.GetValues(row);
            rows.Add(row);
        }

        return rows;
    }

    public async ValueTask DisposeAsync()
    {
        // What is configured wrongly, or was killed, has no host.
        if (_host is not null)
        {
            await _host.StopAsync();
            _host.Dispose();
        }

        SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task StartHostAsync(CancellationToken ct)
    {
        var settings = new Dictionary<string, string?>
        {
            ["ConnectionStrings:Sagas"] = Database,
            ["Sagas:Definitions:Path"] = Path.Combine(_folder, "sagas"),
            ["Sagas:Health:File"] = Path.Combine(_folder, "health"),
            ["Sagas:Api:Enabled"] = "false",
            ["Sagas:Timers:PollInterval"] = "00:00:00.020",
            ["Logging:LogLevel:Default"] = "Warning",
            ["Logging:LogLevel:Microsoft.Hosting.Lifetime"] = "Warning",
        };
        foreach (var (key, value) in _settings)
        {
            settings[key] = value;
        }

        _host = SagasHost.Create(settings, new Participants(this));
        await _host.StartAsync(ct);
    }

    private static StepDirection Direction(IStepCommand command) =>
        command is ExecuteStep ? StepDirection.Execute : StepDirection.Compensate;

    private sealed class Participants(EmbeddedWorker worker) : IBusExtension
    {
        public void Register(IBusRegistrationConfigurator bus)
        {
            bus.AddSingleton<ILoggerProvider>(new LogListener(x => worker.Log.Enqueue($"{x.Message} {x.Exception}")));
            if (worker._clock is { } clock)
            {
                bus.UseSagaClock(clock);
            }

            worker._configure?.Invoke(bus);
        }

        public void Configure(IRegistrationContext context, IBusFactoryConfigurator bus)
        {
            bus.ReceiveEndpoint("participants", endpoint =>
            {
                endpoint.MakeQuorum();
                endpoint.Handler<ExecuteStep>(AnswerAsync);
                endpoint.Handler<CompensateStep>(AnswerAsync);
            });
            bus.ReceiveEndpoint("events", endpoint =>
            {
                endpoint.ConcurrentMessageLimit = 1;
                endpoint.Handler<ISagaEvent>(x =>
                {
                    worker.Events.Enqueue(
                        (x.Message.SagaId, x.Message.Sequence, x.SupportedMessageTypes.First().Split(':')[^1]));
                    return Task.CompletedTask;
                });
            });
        }

        private async Task AnswerAsync<T>(ConsumeContext<T> context)
            where T : class, IStepCommand
        {
            worker.TraceParents.Enqueue(context.Headers.Get<string>("traceparent"));
            worker.Commands.Enqueue(context.Message);
            if (worker.Answer(context.Message) is { } reply)
            {
                var endpoint = await context.GetSendEndpoint(context.ResponseAddress!);
                await endpoint.Send(reply, reply.GetType(), context.CancellationToken);
            }
        }
    }
}
