namespace Sagas.Worker.Definitions;

/// <summary>Declares one step of a saga. What is not declared is left to the worker's defaults.</summary>
public sealed class StepBuilder
{
    private StepDeclaration _step;

    internal StepBuilder(string name) => _step = new StepDeclaration { Name = name };

    /// <summary>Says which queue the step's participant reads, and in which form it wants its commands.</summary>
    public StepBuilder Queue(string queue, MessageFormat format = MessageFormat.Envelope)
    {
        _step = _step with { Queue = queue, Format = format };
        return this;
    }

    /// <summary>Says what is called over HTTP to carry the step out, in place of a queue.</summary>
    /// <param name="method">GET, POST, PUT, PATCH or DELETE.</param>
    /// <param name="url">The URL, which may hold placeholders in its path and query: see <see cref="HttpParticipant"/>.</param>
    /// <param name="declare">Declares headers, body, and what the response means.</param>
    public StepBuilder Http(string method, string url, Action<HttpParticipantBuilder>? declare = null)
    {
        var http = new HttpParticipantBuilder(method, url);
        declare?.Invoke(http);
        _step = _step with { Http = http.Build() };
        return this;
    }

    /// <summary>Says how long to wait for the reply to one attempt: 100 milliseconds to 30 days.</summary>
    public StepBuilder Timeout(TimeSpan timeout)
    {
        _step = _step with { Timeout = timeout };
        return this;
    }

    /// <summary>Says how attempts are repeated.</summary>
    /// <param name="retries">How many attempts may follow the first: 0 to 100.</param>
    /// <param name="interval">The pause after the first failed attempt: 1 millisecond to 1 day.</param>
    /// <param name="maxInterval">The longest pause, before jitter: the interval to 1 day.</param>
    /// <param name="jitter">By what share of itself a pause is randomly changed: 0 to 1.</param>
    public StepBuilder Retry(
        int? retries = null,
        TimeSpan? interval = null,
        TimeSpan? maxInterval = null,
        double? jitter = null)
    {
        _step = _step with
        {
            Retry = new RetryDeclaration
            {
                Retries = retries,
                Interval = interval,
                MaxInterval = maxInterval,
                Jitter = jitter,
            },
        };
        return this;
    }

    /// <summary>
    /// Gives the step the retries of a critical one where it declares none: 5 in place of 3, by default.
    /// </summary>
    public StepBuilder Critical()
    {
        _step = _step with { Critical = true };
        return this;
    }

    /// <summary>
    /// Makes the saga go forward only once this step has succeeded. At most one step of a definition.
    /// </summary>
    public StepBuilder Pivot()
    {
        _step = _step with { Pivot = true };
        return this;
    }

    /// <summary>Says that the step can be undone, and how where that differs from the defaults.</summary>
    public StepBuilder Compensate(Action<CompensationBuilder>? declare = null)
    {
        var compensation = new CompensationBuilder();
        declare?.Invoke(compensation);
        _step = _step with { Compensation = compensation.Build() };
        return this;
    }

    internal StepDeclaration Build() => _step;
}
