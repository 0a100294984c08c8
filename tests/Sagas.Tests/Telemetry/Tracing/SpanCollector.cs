using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Sagas.Orchestration.Telemetry.Tracing;

namespace Sagas.Tests.Telemetry.Tracing;

/// <summary>Every span of one worker, and of those that take its place, once it has ended.</summary>
internal sealed class SpanCollector : IDisposable
{
    private readonly ConcurrentQueue<Activity> _spans = new();
    private readonly List<ActivityListener> _listeners = [];

    public IReadOnlyList<Activity> Spans => [.. _spans];

    /// <summary>Listens to a worker that has started.</summary>
    public SpanCollector ListenTo(IServiceProvider worker)
    {
        var source = worker.GetRequiredService<SagaTracer>().Source;
        var listener = new ActivityListener
        {
            ShouldListenTo = other => ReferenceEquals(other, source),
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = _spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        _listeners.Add(listener);
        return this;
    }

    /// <summary>Waits until a span of that name has ended.</summary>
    public Task UntilAsync(string name, CancellationToken ct) =>
        Eventually.HoldsAsync($"a span '{name}'", () => Task.FromResult(_spans.Any(x => x.DisplayName == name)), ct);

    public Activity One(string name, string? message = null) =>
        _spans.Where(x => x.DisplayName == name && (message is null || Tag(x, "saga.message") == message)).ShouldHaveSingleItem();

    public static string? Tag(Activity span, string key) => span.GetTagItem(key)?.ToString();

    /// <summary>The spans as <c>parent &gt; span</c>, sorted.</summary>
    public IReadOnlyList<string> Tree() =>
    [
        .. _spans.Select(span => $"{Name(_spans.FirstOrDefault(x => x.SpanId == span.ParentSpanId))} > {Name(span)}")
            .Order(StringComparer.Ordinal),
    ];

    public void Dispose() => _listeners.ForEach(x => x.Dispose());

    private static string Name(Activity? span)
    {
        if (span is null)
        {
            return "-";
        }

        string?[] parts =
        [
            span.DisplayName,
            Tag(span, "saga.message"),
            Tag(span, "saga.attempt"),
            Tag(span, "saga.outcome"),
            span.Status == ActivityStatusCode.Error ? $"!{Tag(span, "error.type")}" : null,
        ];
        return string.Join(' ', parts.Where(x => x is not null));
    }
}
