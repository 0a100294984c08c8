using System.Diagnostics;
using MassTransit;
using MassTransit.Logging;
using Sagas.Persistence.Store;

namespace Sagas.Orchestration.Telemetry.Tracing;

/// <summary>Where in which trace something belongs, as messages and rows carry it: W3C's trace context.</summary>
internal static class TraceContexts
{
    private const string TraceParent = "traceparent";
    private const string TraceState = "tracestate";

    // As W3C has it.
    private const int LongestTraceState = 512;

    /// <summary>Where the sender of a message was; nowhere, if the message does not say.</summary>
    public static ActivityContext Of(ConsumeContext message)
    {
        var headers = message.ReceiveContext.TransportHeaders;
        return Parse(Text(headers, TraceParent), Text(headers, TraceState)) is var context && context.TraceId != default
            ? context
            : Parse(
                Text(headers, DiagnosticHeaders.ActivityId) ?? Text(message.Headers, DiagnosticHeaders.ActivityId),
                null);
    }

    /// <summary>Where the sender of a message about a saga was, else in a trace of the saga's own.</summary>
    public static ActivityContext OfTracedOrNot(ConsumeContext message, Guid sagaId) =>
        Of(message) is var context && context.TraceId != default ? context : OfUntraced(sagaId);

    /// <summary>Where the saga was started; nowhere, if nothing was traced then.</summary>
    public static ActivityContext Of(SagaState saga) => Parse(saga.TraceParent, saga.TraceState);

    /// <summary>Where the saga was started, else in a trace of its own.</summary>
    public static ActivityContext OfTracedOrNot(SagaState saga) =>
        Of(saga) is var context && context.TraceId != default ? context : OfUntraced(saga.CorrelationId);

    /// <summary>Keeps a trace context with the saga.</summary>
    public static void Put(SagaState saga, ActivityContext context)
    {
        if (context.TraceId != default)
        {
            (saga.TraceParent, saga.TraceState) = (Format(context), context.TraceState);
        }
    }

    /// <summary>
    /// Gives a trace context along with a message: in W3C's header, and in MassTransit's for its consumers.
    /// </summary>
    public static void Put(SendContext message, ActivityContext context)
    {
        if (context.TraceId == default)
        {
            return;
        }

        var parent = Format(context);
        message.Headers.Set(TraceParent, parent);
        message.Headers.Set(DiagnosticHeaders.ActivityId, parent);
        if (context.TraceState is { Length: > 0 } state)
        {
            message.Headers.Set(TraceState, state);
        }
    }

    /// <summary>As <see cref="Put(SendContext, ActivityContext)"/>, where the sender has not done so.</summary>
    public static void PutUnlessThere(SendContext message, ActivityContext context)
    {
        if (!message.Headers.TryGetHeader(TraceParent, out _))
        {
            Put(message, context);
        }
    }

    /// <summary>Gives a trace context along with a call.</summary>
    public static void Put(HttpRequestMessage request, ActivityContext context)
    {
        request.Headers.TryAddWithoutValidation(TraceParent, Format(context));
        if (context.TraceState is { Length: > 0 } state)
        {
            request.Headers.TryAddWithoutValidation(TraceState, state);
        }
    }

    // Everything of a saga that was started without a trace still comes together in one, under the saga's id.
    private static ActivityContext OfUntraced(Guid sagaId)
    {
        return new(
            ActivityTraceId.CreateFromString(OrOne(sagaId.ToString("N"))),
            ActivitySpanId.CreateFromString(OrOne(sagaId.ToString("N")[16..])),

            // Not recorded would have everybody who is called leave out their own spans.
            ActivityTraceFlags.Recorded,
            isRemote: true);
    }

    // Zero is no id (W3C Trace Context), and a caller may choose one that ends in nothing else.
    private static string OrOne(string id) => id.All(x => x == '0') ? $"{id[1..]}1" : id;

    private static string Format(ActivityContext context) =>
        $"00-{context.TraceId.ToHexString()}-{context.SpanId.ToHexString()}-"
        + $"0{(int)(context.TraceFlags & ActivityTraceFlags.Recorded)}";

    private static ActivityContext Parse(string? parent, string? state) =>
        ActivityContext.TryParse(parent, IsTraceState(state) ? state : null, isRemote: true, out var context)
            ? context
            : default;

    /// <summary>Anybody can send one, and it goes into a column and into headers.</summary>
    private static bool IsTraceState(string? state) =>
        state is { Length: <= LongestTraceState } && state.All(c => c is >= ' ' and <= '~');

    private static string? Text(Headers headers, string name) =>
        headers.TryGetHeader(name, out var value) ? value as string : null;
}
