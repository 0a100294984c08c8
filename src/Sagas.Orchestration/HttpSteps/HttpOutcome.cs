namespace Sagas.Orchestration.HttpSteps;

/// <summary>What came of sending a request and following its redirects.</summary>
internal abstract record HttpOutcome
{
    private HttpOutcome()
    {
    }

    /// <summary>
    /// Whether a request on the way may have had an effect, whatever became of the last one: a 303 follows what was
    /// done.
    /// </summary>
    public bool MayHaveActed { get; init; }

    /// <summary>The service that was called last, as host and port.</summary>
    public required string Host { get; init; }

    /// <summary>A whole response came, as far as it is wanted.</summary>
    internal sealed record Response(HttpStepResponse Content) : HttpOutcome;

    /// <summary>The last request was not sent.</summary>
    internal sealed record NotSent(string Code, string Message) : HttpOutcome;

    /// <summary>The last request was sent, and no whole response came.</summary>
    internal sealed record Lost(string Code, string Message) : HttpOutcome;

    /// <summary>A response came, and no worker would go on from there.</summary>
    internal sealed record Refused(string Code, string Message) : HttpOutcome;

    /// <summary>A response came that points to where this worker may not go. Another may.</summary>
    internal sealed record ForAnother(string Code, string Message) : HttpOutcome;
}
