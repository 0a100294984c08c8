using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Sagas.IntegrationTests.Containers;
using Sagas.IntegrationTests.EndToEnd;

namespace Sagas.IntegrationTests.Faults;

/// <summary>
/// Sagas of mixed outcome, a fault while they are in flight, its heal, and then the proof that nothing came of it. A
/// fault may be inflicted and healed any number of times; what is waited for counts from the last heal.
/// </summary>
internal sealed class FaultRun(SagasStack stack, ITestOutputHelper output, CancellationToken ct)
{
    /// <summary>How many sagas a run has, unless its fault needs more.</summary>
    public const int Sagas = 200;

    /// <summary>The queues of the worker and of the participants.</summary>
    public static readonly string[] Queues = ["sagas", "stock", "payment", "shipping"];

    private const int MostTries = 5;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private readonly List<string> _inflicted = [];
    private readonly List<Func<Task>> _starts = [];
    private int _started;
    private int _startedLast;
    private Func<Task> _startAgainAsync = () => Task.CompletedTask;
    private long _endedAtStart;
    private long _endedBefore;
    private DateTime? _healedAt;

    /// <summary>
    /// What most faults are inflicted on: steps with a timeout of 20 seconds and retries that no fault uses up. The
    /// participants log what the barrier repeats.
    /// </summary>
    public static StackSettings Settings { get; } = new()
    {
        Definitions = Path.Combine(AppContext.BaseDirectory, "Faults", "sagas"),
        Participants = ImmutableDictionary<string, string>.Empty.Add("Logging__LogLevel__Sagas.Participants", "Debug"),
    };

    /// <summary>How many sagas were started.</summary>
    public int Started => _started;

    /// <summary>The whole of it for a fault that is inflicted once and healed once.</summary>
    /// <param name="fault">What is done, for the output: "RabbitMQ killed".</param>
    /// <param name="inflictAsync">Does it.</param>
    /// <param name="healAsync">Puts it right, and returns once whatever was away serves again.</param>
    public async Task SurvivesAsync(string fault, Func<Task> inflictAsync, Func<Task> healAsync)
    {
        await StartSagasAsync(Sagas);
        await UntilSomeEndedAsync();
        await InflictAsync(fault, inflictAsync);
        await HealAsync(healAsync);
        await EndsRightAsync();
    }

    /// <summary>Starts further sagas of the mix, numbered on.</summary>
    /// <param name="count">How many.</param>
    /// <param name="input">What to start each with, by its number; by default what the mix says.</param>
    /// <param name="id">The id of each, by its number; by default the worker gives it one.</param>
    public async Task StartSagasAsync(int count, Func<int, JsonObject>? input = null, Func<int, Guid>? id = null)
    {
        _endedAtStart = await stack.CountEndedAsync(ct);
        var numbers = Enumerable.Range(_started, count);
        _started += count;
        (_startedLast, _startAgainAsync) = (count, () => StartSagasAsync(count, input, id));
        _starts.Add(() => SendStartsAsync(numbers, input ?? SagaMix.Input, id));
        await _starts[^1]();
    }

    /// <summary>Sends every start once more, as callers do who do not know what became of them.</summary>
    public async Task RepeatStartsAsync()
    {
        foreach (var startAsync in _starts)
        {
            await startAsync();
        }
    }

    /// <summary>
    /// Waits until a few sagas have ended since the last start, so that all the others are on their way.
    /// </summary>
    public Task UntilSomeEndedAsync() => Poll.UntilAsync(
        "the first sagas to end", async token => await stack.CountEndedAsync(token) >= _endedAtStart + 10, Patience,
        TimeSpan.FromMilliseconds(20), ct);

    /// <summary>
    /// Inflicts a fault. If most sagas have ended by then, so that it would show little, as many are started once more:
    /// all start together and tend to end together, between two looks at them.
    /// </summary>
    /// <param name="fault">What is done, for the output.</param>
    /// <param name="inflictAsync">Does it.</param>
    public async Task InflictAsync(string fault, Func<Task> inflictAsync)
    {
        var ended = await stack.CountEndedAsync(ct);
        if (_inflicted.Count == 0)
        {
            for (var tries = 1; tries < MostTries && ended - _endedAtStart >= _startedLast / 2; tries++)
            {
                await _startAgainAsync();
                await UntilSomeEndedAsync();
                ended = await stack.CountEndedAsync(ct);
            }

            _endedBefore = ended;
            (ended - _endedAtStart).ShouldBeLessThan(_startedLast / 2, $"{fault}: too late to show anything");
        }

        ended.ShouldBeLessThan(_started, $"{fault}: nothing is in flight any more");
        await inflictAsync();
        _inflicted.Add(fault);
    }

    /// <summary>Puts things right. From here on nothing may wait for longer than it has reason to.</summary>
    /// <param name="healAsync">Does it, and returns once whatever was away serves again.</param>
    public async Task HealAsync(Func<Task> healAsync)
    {
        await healAsync();
        // The pool may still have connections that broke.
        await Poll.UntilAsync("the database's clock", async token => (_healedAt = await stack.ReadClockAsync(token)) is not null, ct: ct);
    }

    /// <summary>
    /// Waits until every saga has ended, fails if anything is not as it must be, and prints the figures.
    /// </summary>
    /// <returns>What the run left.</returns>
    public async Task<RunRecord> EndsRightAsync()
    {
        await UntilAllEndedAsync();
        await using (var client = await PlainClient.ConnectAsync(stack.Broker.GetConnectionString(), ct))
        {
            await stack.UntilNothingIsOnItsWayAsync(client, Queues, ct);
        }

        var record = await stack.ReadAsync(_started, _healedAt, ct);
        output.WriteLine((await MeasureAsync(record)).ToString());
        var violations = RunAudit.FindViolations(record);
        violations.Count.ShouldBe(0, string.Join(Environment.NewLine, violations.Take(20)));
        return record;
    }

    private async Task SendStartsAsync(IEnumerable<int> numbers, Func<int, JsonObject> input, Func<int, Guid>? id)
    {
        await using var client = await PlainClient.ConnectAsync(stack.Broker.GetConnectionString(), ct);

        // All at once: a machine with nothing else to do ends a saga while the next one is being asked for.
        await Task.WhenAll(numbers.Select(
            number => client.StartSagaAsync("order", input(number), $"order-{number}", ct, id?.Invoke(number))));
    }

    private async Task UntilAllEndedAsync()
    {
        try
        {
            await Poll.UntilAsync(
                $"{_started} sagas to end", async token => await stack.CountEndedAsync(token) == _started, Patience, ct: ct);
        }
        catch (TimeoutException exception)
        {
            throw new TimeoutException(
                $"{exception.Message} Left are:{Environment.NewLine}{await stack.DescribeOpenAsync(ct)}", exception);
        }
    }

    private async Task<FaultFigures> MeasureAsync(RunRecord record)
    {
        var history = record.Sagas.SelectMany(x => x.History).ToList();
        return new FaultFigures
        {
            Fault = _inflicted.Count == 0 ? "no fault" : string.Join(", ", _inflicted.Distinct()),
            Times = _inflicted.Count,
            Sagas = _started,
            EndedBefore = _endedBefore,
            BarrierRepeats = await SagasStack.CountAsync(stack.Participants, "the recorded answer is repeated", ct),
            LateOrDuplicateReplies = history.Count(x => x.Event is "ReplyIgnored" or "LateSuccess"),
            Timeouts = history.Count(x => x.Event == "StepTimedOut"),
            Recovery = _healedAt is { } healed ? history.Max(x => x.Time) - healed : TimeSpan.Zero,
            LongestWait = record.Sagas.SelectMany(x => x.WaitsAfter(_healedAt)).MaxBy(x => x.Time - x.Allowed)
                ?? new SagaWait("nothing", TimeSpan.Zero, TimeSpan.Zero),
        };
    }
}
