using System.Diagnostics;
using System.Globalization;

namespace Sagas.Orchestration.Telemetry.Tracing;

/// <summary>What is said of a span that did not go well.</summary>
internal static class SpanExtensions
{
    /// <summary>Gives the span the status of an error of that code or type, if there is one.</summary>
    public static void Fail(this Activity span, string? error)
    {
        if (error is not null)
        {
            span.SetTag(SpanAttributes.ErrorType, error);
            span.SetStatus(ActivityStatusCode.Error);
        }
    }

    /// <summary>Notes the status that a service answered with.</summary>
    public static void Answered(this Activity span, int status)
    {
        span.SetTag(SpanAttributes.HttpStatus, status);
        span.Fail(status >= 400 ? status.ToString(CultureInfo.InvariantCulture) : null);
    }
}
