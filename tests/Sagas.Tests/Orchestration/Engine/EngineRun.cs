using System.Text.Json;
using Sagas.Contracts;
using Sagas.Engine;
using Sagas.Engine.Definitions;
using Sagas.Orchestration.StateMachine;
using Sagas.Persistence.Store;

namespace Sagas.Tests.Orchestration.Engine;

/// <summary>
/// One saga on a clock of its own. Every transition goes through the row, as it does in the worker, and its history and
/// events are checked for gaps.
/// </summary>
internal sealed class EngineRun
{
    public static readonly DateTimeOffset Epoch = new(2030, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private readonly Func<double> _random;
    private readonly List<HistoryRecord> _history = [];
    private readonly List<IStepCommand> _commands = [];
    private readonly List<ISagaEvent> _events = [];

    public EngineRun(
        SagaDefinition definition,
        string input = """{"order":17}""",
        Func<double>? random = null,
        EngineLimits? limits = null)
    {
        Limits = limits ?? EngineLimits.Default;
        Definition = definition;
        _random = random ?? (() => 0.5);
        Saga = null!;
        Last = Apply(SagaEngine.Start(definition, Guid.NewGuid(), JsonElement.Parse(input), Now, _random, Limits));
    }

    public SagaDefinition Definition { get; }

    public EngineLimits Limits { get; set; }

    public SagaInstance Saga { get; private set; }

    public SagaTransition Last { get; private set; }

    public DateTimeOffset Now { get; private set; } = Epoch;

    public IReadOnlyList<HistoryRecord> History => _history;

    public IReadOnlyList<IStepCommand> Commands => _commands;

    public IReadOnlyList<ISagaEvent> Events => _events;

    public IStepCommand Command => _commands[^1];

    /// <summary>The last command of that step.</summary>
    public IStepCommand CommandOf(string step) => _commands.Last(command => command.Step == step);

    /// <summary>The commands so far as <c>execute charge #1 /1</c>: direction, step, attempt, round.</summary>
    public IEnumerable<string> Sent => _commands.Select(command =>
    {
        var key = command.IdempotencyKey.Split('/');
        return $"{key[2]} {command.Step} #{command.Attempt} /{key[3]}";
    });

    public IEnumerable<string> EventNames => _events.Select(message => message.GetType().Name);

    public IEnumerable<string> HistoryNames => _history.Select(record => record.Event);

    public StepInstance Step(string name) => Saga.FindStep(name)!;

    public EngineRun Wait(TimeSpan time)
    {
        Now += time;
        return this;
    }

    /// <summary>Lets the time pass until the saga is due, and tells the engine.</summary>
    public EngineRun Due()
    {
        Now = Saga.DueAt.ShouldNotBeNull();
        return Handle(new SagaInput.Due());
    }

    /// <summary>The command in flight succeeds.</summary>
    public EngineRun Succeed(string? result = null) => Reply(Success(Command, result));

    /// <summary>The command in flight fails.</summary>
    public EngineRun Fail(bool retryable = false, string code = "NO", string message = "No.") =>
        Reply(Failure(Command, retryable, code, message));

    /// <summary>The last command of that step succeeds.</summary>
    public EngineRun SucceedAt(string step, string? result = null) => Reply(Success(CommandOf(step), result));

    /// <summary>The last command of that step fails.</summary>
    public EngineRun FailAt(string step, bool retryable = false) => Reply(Failure(CommandOf(step), retryable));

    /// <summary>The command in flight is put off.</summary>
    public EngineRun PutOff(double seconds = 30, int? attempt = null, double? longest = null) =>
        PutOff(Command, seconds, attempt, longest);

    /// <summary>A command is put off.</summary>
    public EngineRun PutOff(
        IStepCommand command, double seconds = 30, int? attempt = null, double? longest = null) => Reply(new StepDeferred
        {
            SagaId = command.SagaId,
            Step = command.Step,
            Direction = command is ExecuteStep ? StepDirection.Execute : StepDirection.Compensate,
            Attempt = attempt ?? command.Attempt,
            Wait = TimeSpan.FromSeconds(seconds),
            LongestWait = longest is { } most ? TimeSpan.FromSeconds(most) : null,
            Code = "CIRCUIT_OPEN",
            Message = "The circuit breaker of payments.example:443 is open.",
        });

    /// <summary>Every command succeeds until the saga has ended or is suspended.</summary>
    public EngineRun SucceedToTheEnd()
    {
        while (Saga.DueAt is not null)
        {
            Succeed();
        }

        return this;
    }

    /// <summary>
    /// The command in flight, and all that follow it in the same direction of the step, get no answer.
    /// </summary>
    public EngineRun LoseAll()
    {
        var (step, direction) = (Saga.CurrentStep, Saga.Direction);
        while (Saga.DueAt is not null && (Saga.CurrentStep, Saga.Direction) == (step, direction))
        {
            Due();
        }

        return this;
    }

    /// <summary>An earlier command turns out to have succeeded.</summary>
    public EngineRun LateSuccess(string step, StepDirection direction = StepDirection.Execute, int attempt = 1) =>
        Reply(Success(_commands.First(command => command.Step == step && command.Attempt == attempt
            && command is ExecuteStep == (direction == StepDirection.Execute)), "\"late\""));

    public EngineRun Reply(IStepReply reply) => Handle(new SagaInput.Reply(reply));

    public EngineRun Retry() =>
        Handle(new SagaInput.Operator(new RetrySaga { SagaId = Saga.SagaId, Operator = "ann", Reason = "Mended." }));

    public EngineRun Skip() =>
        Handle(new SagaInput.Operator(
            new SkipStep { SagaId = Saga.SagaId, Step = Saga.CurrentStep ?? "none", Operator = "ann", Reason = "By hand." }));

    public EngineRun Cancel() =>
        Handle(new SagaInput.Operator(new CancelSaga { SagaId = Saga.SagaId, Operator = "ann", Reason = "Changed." }));

    public EngineRun Abort() =>
        Handle(new SagaInput.Operator(new AbortSaga { SagaId = Saga.SagaId, Operator = "ann", Reason = "Enough." }));

    public EngineRun Handle(SagaInput input)
    {
        Last = Apply(SagaEngine.Handle(Definition, Saga, input, Now, _random, Limits));
        return this;
    }

    public static StepSucceeded Success(IStepCommand command, string? result = null) => new()
    {
        SagaId = command.SagaId,
        Step = command.Step,
        Direction = command is ExecuteStep ? StepDirection.Execute : StepDirection.Compensate,
        Attempt = command.Attempt,
        Result = result is null ? null : JsonElement.Parse(result),
    };

    public static StepFailed Failure(
        IStepCommand command,
        bool retryable = false,
        string code = "NO",
        string message = "No.") => new()
        {
            SagaId = command.SagaId,
            Step = command.Step,
            Direction = command is ExecuteStep ? StepDirection.Execute : StepDirection.Compensate,
            Attempt = command.Attempt,
            Code = code,
            Message = message,
            Retryable = retryable,
        };

    private SagaTransition Apply(SagaTransition transition)
    {
        foreach (var record in transition.History)
        {
            record.Sequence.ShouldBe(_history.Count + 1);
            _history.Add(record);
        }

        foreach (var message in transition.Messages)
        {
            if (message is OutgoingMessage.Event { Message: var happened })
            {
                happened.Sequence.ShouldBe(_events.Count + 1);
                _events.Add(happened);
            }
            else
            {
                _commands.Add(((OutgoingMessage.Command)message).Message);
            }
        }

        CheckInvariants(transition);

        var row = new SagaState();
        SagaStateMapper.Write(transition.Saga, row);
        Saga = SagaStateMapper.Read(row);
        var again = new SagaState();
        SagaStateMapper.Write(Saga, again);
        Columns(again).ShouldBe(Columns(row));
        return transition;
    }

    private static object Columns(SagaState row) => (
        (row.CorrelationId, row.Name, row.Version, row.State, row.CurrentStep, row.Direction, row.Attempt),
        (row.DueAt, row.StartedAt, row.UpdatedAt, row.EndedAt, row.HistorySequence, row.EventSequence),
        (row.Input, row.Results, row.Steps, row.Failure));

    private void CheckInvariants(SagaTransition transition)
    {
        var saga = transition.Saga;
        saga.HistorySequence.ShouldBe(_history.Count);
        saga.EventSequence.ShouldBe(_events.Count);
        var waitsForNothing = saga.IsTerminal || saga.State == SagaStatus.Suspended;
        (saga.DueAt is null).ShouldBe(waitsForNothing);
        (saga.EndedAt is null).ShouldBe(!saga.IsTerminal);
        (saga.CurrentStep is null).ShouldBe(saga.IsTerminal);

        var inFlight = saga.Steps.Where(step => step.Execution.IsInFlight || step.Compensation.IsInFlight).ToList();
        inFlight.Select(step => step.Group ?? -step.Order!.Value).Distinct().Count().ShouldBeLessThanOrEqualTo(1);
        saga.Steps.Where(step => step.DueAt is not null).ShouldBe(
            saga.Steps.Where(step => step.Status is StepStatus.Running or StepStatus.Compensating));
        if (waitsForNothing)
        {
            inFlight.ShouldBeEmpty();
            return;
        }

        saga.DueAt!.Value.ShouldBeLessThanOrEqualTo(saga.Steps.Min(step => step.DueAt)!.Value);
        foreach (var command in transition.Messages.OfType<OutgoingMessage.Command>().Select(sent => sent.Message))
        {
            var direction = command is ExecuteStep ? StepDirection.Execute : StepDirection.Compensate;
            var step = saga.FindStep(command.Step)!;
            step.Progress(direction).Awaits(command.Attempt).ShouldBeTrue();
            (saga.Direction, step.DueAt).ShouldBe((direction, command.Deadline));
        }
    }
}
