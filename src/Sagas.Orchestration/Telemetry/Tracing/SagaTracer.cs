using System.Diagnostics;
using System.Reflection;
using MassTransit;

namespace Sagas.Orchestration.Telemetry.Tracing;

/// <summary>
/// Starts the spans of the source <c>Sagas</c>. While nobody listens there are none, and they cost nothing. None
/// carries an input, a result, a secret, or a text that somebody else wrote.
/// </summary>
internal sealed class SagaTracer : IDisposable
{
    /// <summary>The source's name.</summary>
    public const string SourceName = "Sagas";

    private readonly ActivitySource _source = new(
        SourceName,
        typeof(SagaTracer).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion);

    /// <summary>The source, by which a test tells its host's spans from those of others.</summary>
    public ActivitySource Source => _source;

    /// <summary>Whether anybody wants to know.</summary>
    public bool IsListenedTo => _source.HasListeners();

    /// <summary>Where the code that runs is, within a span of this source.</summary>
    public ActivityContext? Current =>
        Activity.Current is { } activity && activity.Source == _source ? activity.Context : null;

    /// <summary>Begins to process a message about a saga.</summary>
    /// <param name="message">The message.</param>
    /// <param name="queue">The queue that it came from.</param>
    /// <param name="type">The message's type.</param>
    /// <param name="sagaId">The saga.</param>
    /// <param name="parent">Where it belongs.</param>
    /// <param name="cause">Where it was sent, if that is elsewhere.</param>
    public Activity? StartProcess(
        ConsumeContext message, string queue, string type, Guid sagaId, ActivityContext parent, ActivityContext cause)
    {
        if (!IsListenedTo)
        {
            return null;
        }

        var links = cause.TraceId == default || cause.SpanId == parent.SpanId ? [] : new[] { new ActivityLink(cause) };
        var span = _source.StartActivity(ActivityKind.Consumer, parent, null, links, default, $"process {queue}");
        if (span is { IsAllDataRequested: true })
        {
            span.SetTag(SpanAttributes.OperationType, "process");
            span.SetTag(SpanAttributes.OperationName, "process");
            Describe(span, message.ReceiveContext.InputAddress, queue, sagaId);
            span.SetTag(SpanAttributes.MessageId, message.MessageId?.ToString());
            span.SetTag(SpanAttributes.MessageType, type);
        }

        return span;
    }

    /// <summary>Begins to hand a message over for sending: it is on its way once the delivery has committed.</summary>
    /// <param name="delivery">The delivery that sends it.</param>
    /// <param name="queue">The queue that it goes to.</param>
    /// <param name="type">The message's type.</param>
    /// <param name="sagaId">The saga.</param>
    /// <param name="parent">
    /// Where it belongs: somebody who came to listen in the middle of the delivery is told too.
    /// </param>
    public Activity? StartSend(
        ConsumeContext delivery, string queue, string type, Guid sagaId, ActivityContext parent)
    {
        if (!IsListenedTo)
        {
            return null;
        }

        var span = _source.StartActivity($"send {queue}", ActivityKind.Producer, parent);
        if (span is { IsAllDataRequested: true })
        {
            span.SetTag(SpanAttributes.OperationType, "send");
            span.SetTag(SpanAttributes.OperationName, "send");
            Describe(span, delivery.ReceiveContext.InputAddress, queue, sagaId);
            span.SetTag(SpanAttributes.MessageType, type);
        }

        return span;
    }

    /// <summary>Begins a call. The URL is left out: it may hold what the saga was given.</summary>
    public Activity? StartCall(HttpMethod method, Uri url, ActivityContext parent)
    {
        if (!IsListenedTo)
        {
            return null;
        }

        var span = _source.StartActivity(method.Method, ActivityKind.Client, parent);
        span?.SetTag(SpanAttributes.HttpMethod, method.Method);
        span?.SetTag(SpanAttributes.ServerAddress, url.Host);
        span?.SetTag(SpanAttributes.ServerPort, url.Port);
        return span;
    }

    /// <summary>Tells of something that has been going on, and is over.</summary>
    public void Record(
        string name,
        ActivityContext parent,
        DateTimeOffset from,
        DateTimeOffset to,
        IEnumerable<KeyValuePair<string, object?>> attributes,
        string? error)
    {
        using var span = _source.StartActivity(ActivityKind.Internal, parent, attributes, null, from, name);
        span?.SetEndTime(to.UtcDateTime);
        span?.Fail(error);
    }

    public void Dispose() => _source.Dispose();

    private static void Describe(Activity span, Uri worker, string queue, Guid sagaId)
    {
        span.SetTag(SpanAttributes.MessagingSystem, worker.Scheme == "loopback" ? "in_memory" : "rabbitmq");
        span.SetTag(SpanAttributes.DestinationName, queue);
        span.SetTag(SpanAttributes.ConversationId, sagaId.ToString());
        span.SetTag(SpanAttributes.SagaId, sagaId.ToString());
    }
}
