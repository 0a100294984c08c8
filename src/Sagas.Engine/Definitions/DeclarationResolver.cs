namespace Sagas.Engine.Definitions;

/// <summary>Fills in what a declaration leaves open.</summary>
internal static class DeclarationResolver
{
    public static SagaDefinition Resolve(SagaDeclaration declaration, DefinitionDefaults defaults) => new()
    {
        Name = declaration.Name,
        Version = declaration.Version,
        Description = declaration.Description,
        Deadline = declaration.Deadline,
        Steps = [.. declaration.Steps.Select(step => Resolve(step!, defaults))],
    };

    /// <summary>Who carries a step out.</summary>
    public static Participant ParticipantOf(StepDeclaration step) => step.Http is { } http
        ? http
        : new QueueParticipant(step.Queue!, step.Format ?? MessageFormat.Envelope);

    /// <summary>Who undoes a step: a queue takes after the step's own.</summary>
    public static Participant ParticipantOf(CompensationDeclaration compensation, StepDeclaration step) =>
        compensation.Http is { } http
            ? http
            : new QueueParticipant(
                compensation.Queue ?? step.Queue!,
                compensation.Format ?? step.Format ?? MessageFormat.Envelope);

    private static StepDefinition Resolve(StepDeclaration step, DefinitionDefaults defaults) => new()
    {
        Name = step.Name!,
        Group = step.Group,
        Participant = ParticipantOf(step),
        Timeout = step.Timeout ?? defaults.Steps.Timeout,
        Retry = Resolve(
            step.Retry,
            step.Critical ? defaults.Steps.CriticalRetries : defaults.Steps.Retries,
            defaults.Steps),
        Results = step.Results,
        Pivot = step.Pivot,
        Compensation = step.Compensation is { } compensation ? Resolve(compensation, step, defaults) : null,
    };

    private static CompensationDefinition Resolve(
        CompensationDeclaration compensation,
        StepDeclaration step,
        DefinitionDefaults defaults) => new()
        {
            Participant = ParticipantOf(compensation, step),
            Timeout = compensation.Timeout ?? defaults.Compensation.Timeout,
            Results = compensation.Results ?? [],
            Retry = Resolve(compensation.Retry, defaults.Compensation.Retries, defaults.Steps),
        };

    private static RetryPolicy Resolve(RetryDeclaration? retry, int retries, StepOptions defaults)
    {
        // Where only one of the two pauses is declared, the default of the other one gives way.
        var interval = retry?.Interval ?? Min(defaults.Interval, retry?.MaxInterval);
        return new RetryPolicy
        {
            Retries = retry?.Retries ?? retries,
            Interval = interval,
            MaxInterval = retry?.MaxInterval ?? (interval > defaults.MaxInterval ? interval : defaults.MaxInterval),
            Jitter = retry?.Jitter ?? defaults.Jitter,
        };
    }

    private static TimeSpan Min(TimeSpan value, TimeSpan? limit) => limit < value ? limit.Value : value;
}
