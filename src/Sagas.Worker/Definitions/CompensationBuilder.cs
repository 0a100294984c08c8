namespace Sagas.Worker.Definitions;

/// <summary>
/// Declares how a step is undone. What is not declared is left to the step and to the worker's defaults.
/// </summary>
public sealed class CompensationBuilder
{
    private CompensationDeclaration _compensation = new();

    internal CompensationBuilder()
    {
    }

    /// <summary>Says who undoes the step, where that is not the step's own participant.</summary>
    /// <param name="queue">The queue that the participant reads.</param>
    /// <param name="format">The form of the commands. The default is that of the step.</param>
    public CompensationBuilder Queue(string queue, MessageFormat? format = null)
    {
        _compensation = _compensation with { Queue = queue, Format = format };
        return this;
    }

    /// <summary>Says what is called over HTTP to undo the step, in place of a queue.</summary>
    /// <param name="method">GET, POST, PUT, PATCH or DELETE.</param>
    /// <param name="url">The URL, which may hold placeholders in its path and query: see <see cref="HttpParticipant"/>.</param>
    /// <param name="declare">Declares headers, body, and what the response means.</param>
    public CompensationBuilder Http(string method, string url, Action<HttpParticipantBuilder>? declare = null)
    {
        var http = new HttpParticipantBuilder(method, url);
        declare?.Invoke(http);
        _compensation = _compensation with { Http = http.Build() };
        return this;
    }

    /// <summary>Says how long to wait for the reply to one attempt: 100 milliseconds to 30 days.</summary>
    public CompensationBuilder Timeout(TimeSpan timeout)
    {
        _compensation = _compensation with { Timeout = timeout };
        return this;
    }

    /// <summary>Says how attempts are repeated before the saga is suspended.</summary>
    /// <param name="retries">How many attempts may follow the first: 0 to 100.</param>
    /// <param name="interval">The pause after the first failed attempt: 1 millisecond to 1 day.</param>
    /// <param name="maxInterval">The longest pause, before jitter: the interval to 1 day.</param>
    /// <param name="jitter">By what share of itself a pause is randomly changed: 0 to 1.</param>
    public CompensationBuilder Retry(
        int? retries = null,
        TimeSpan? interval = null,
        TimeSpan? maxInterval = null,
        double? jitter = null)
    {
        _compensation = _compensation with
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

    internal CompensationDeclaration Build() => _compensation;
}
