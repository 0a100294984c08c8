namespace Sagas.Benchmarks.Systems.Raw;

/// <summary>A step as the worker stores it in a saga's row.</summary>
internal sealed record RawStep(string Name)
{
    public int? Order { get; set; }

    public int Round { get; set; } = 1;

    public string Status { get; set; } = "Pending";

    public int Attempts { get; set; }

    public DateTimeOffset? StartedAt { get; set; }

    public DateTimeOffset? EndedAt { get; set; }

    public DateTimeOffset? CompensatedAt { get; set; }

    public bool CompensationOwed { get; set; }

    public int CompensationRound { get; set; } = 1;

    public int CompensationAttempts { get; set; }

    public RawFailure? Error { get; set; }

    public RawProgress Execution { get; set; } = new([], 0, 0);

    public RawProgress Compensation { get; set; } = new([], 0, 0);
}
