using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Sagas.Contracts;
using Sagas.Participants;

namespace Sagas.Tests.Participants;

public sealed class StepCallTests
{
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Run_ParticipantIgnoresItsCancellation_IsGivenUp()
    {
        var never = new TaskCompletionSource<StepOutcome>();
        var call = Call(_ => never.Task, new HastyClock(TimeSpan.MaxValue));

        var error = await Should.ThrowAsync<StepParticipantHungException>(() => RunAsync(call));

        error.Message.ShouldContain("do-work");
    }

    [Fact]
    public async Task Run_ParticipantEndsWhenCancelled_ItsOutcomeCounts()
    {
        var call = Call(
            async stop =>
            {
                await Task.WhenAny(Task.Delay(Timeout.Infinite, stop));
                return StepOutcome.Succeeded();
            },
            new HastyClock(Margin));

        (await RunAsync(call)).Kind.ShouldBe(StepOutcomeKind.Succeeded);
    }

    [Theory]
    [InlineData(typeof(TimeoutException), StepOutcomeKind.Unknown)]
    [InlineData(typeof(HttpRequestException), StepOutcomeKind.Unknown)]
    [InlineData(typeof(OperationCanceledException), StepOutcomeKind.Unknown)]
    [InlineData(typeof(InvalidOperationException), StepOutcomeKind.Retry)]
    public async Task Run_ParticipantThrows_IsUnknownWhereItMayHaveHadAnEffect(Type exception, StepOutcomeKind kind)
    {
        var call = Call(_ => throw (Exception)Activator.CreateInstance(exception)!, TimeProvider.System);

        (await RunAsync(call)).Kind.ShouldBe(kind);
    }

    [Fact]
    public async Task Run_RequestThatNeverArrived_IsTriedAgain()
    {
        var call = Call(
            _ => throw new HttpRequestException(HttpRequestError.ConnectionError), TimeProvider.System);

        (await RunAsync(call)).Kind.ShouldBe(StepOutcomeKind.Retry);
    }

    private static StepCall Call(Func<CancellationToken, Task<StepOutcome>> run, TimeProvider clock)
    {
        return new StepCall(new Participant(run), Margin, clock, NullLogger.Instance);
    }

    private static async Task<StepOutcome> RunAsync(StepCall call)
    {
        var empty = JsonSerializer.SerializeToElement(new { });
        var command = new ExecuteStep
        {
            SagaId = Guid.NewGuid(),
            SagaName = "test",
            SagaVersion = 1,
            Step = "do-work",
            Attempt = 1,
            IdempotencyKey = "key/1",
            Input = empty,
            Results = empty,
            Deadline = DateTimeOffset.UtcNow,
        };
        return await call.RunAsync(
            new StepContext(command, StepDirection.Execute),
            _ => Task.CompletedTask,
            TestContext.Current.CancellationToken);
    }

    private sealed class Participant(Func<CancellationToken, Task<StepOutcome>> run) : IStepParticipant
    {
        public Task<StepOutcome> ExecuteAsync(StepContext context, CancellationToken cancellationToken)
        {
            return run(cancellationToken);
        }

        public Task<StepOutcome> CompensateAsync(StepContext context, CancellationToken cancellationToken)
        {
            throw new NotSupportedException();
        }
    }

    /// <summary>Timers up to a length fire after a hundredth of it, others when they should.</summary>
    private sealed class HastyClock(TimeSpan longest) : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var isHasty = dueTime > TimeSpan.Zero && dueTime <= longest;
            return base.CreateTimer(callback, state, isHasty ? dueTime / 100 : dueTime, period);
        }
    }
}
