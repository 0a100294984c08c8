using System.Collections.Concurrent;
using Sagas.Contracts;
using Sagas.Participants;

namespace Sagas.Tests.Participants.Contract;

/// <summary>What the participant under test does, and which calls it got.</summary>
public sealed class StepScript
{
    private readonly ConcurrentQueue<StepContext> _calls = new();

    /// <summary>Runs after the business change is made and, by default, before it is saved.</summary>
    public Func<StepContext, WorkDbContext, CancellationToken, Task<StepOutcome>> Run { get; set; } =
        (_, _, _) => Task.FromResult(StepOutcome.Succeeded(new { Number = 7 }));

    public bool HasOutsideEffects { get; set; }

    public bool OnlyWrites { get; set; }

    public IReadOnlyCollection<StepContext> Calls => _calls;

    public int Count(StepDirection direction)
    {
        return _calls.Count(call => call.Direction == direction);
    }

    public void Add(StepContext call)
    {
        _calls.Enqueue(call);
    }

    public void Forget()
    {
        _calls.Clear();
    }

    public void Returns(StepOutcome outcome)
    {
        Run = (_, _, _) => Task.FromResult(outcome);
    }
}
